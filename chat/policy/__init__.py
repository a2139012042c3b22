"""What to do next: whether to ask, and what is not ours to answer."""
