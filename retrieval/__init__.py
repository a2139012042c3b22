"""What can be recommended, where it lies in the vector space, and which items might do."""
