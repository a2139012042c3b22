"""The items that a message names by their titles, and what it says of them."""
