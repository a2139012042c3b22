"""Which items are near a point: an index that is checked before it is trusted."""
