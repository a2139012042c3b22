"""Whether any of it is good, with the protocol and an interval beside every number."""
