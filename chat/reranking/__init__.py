"""What the language model may do to the order: what it is asked, how much it counts, and how that is learned."""
