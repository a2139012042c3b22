"""The answers of a turn: greeting, lists, and what is asked about single items."""
