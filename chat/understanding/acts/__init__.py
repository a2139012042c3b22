"""What a message does, and for whom."""
