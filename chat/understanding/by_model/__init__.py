"""The layer of the language model, for what grammar and examples have left open."""
