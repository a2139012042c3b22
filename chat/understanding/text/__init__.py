"""The words of a message, before any of them is read."""
