"""Public data sets, fetched where their licence lets us and never shipped."""
