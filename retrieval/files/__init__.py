"""Items and events out of people's files."""
