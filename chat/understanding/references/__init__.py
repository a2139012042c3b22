"""Items, people and things that a message points at without their titles."""
