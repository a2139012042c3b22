"""What is asked of an item: its attributes, its numbers and years, and how that changes from message to message."""
