"""Where items and questions lie: their words, passages and pictures as vectors."""
