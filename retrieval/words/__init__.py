"""Items by the words they are called and told with."""
