"""What an item must be, in every dialect."""
