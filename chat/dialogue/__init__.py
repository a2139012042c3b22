"""What to suggest next in a dialogue, by what was said and named in it: learned from dialogues of other people."""
