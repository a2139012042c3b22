"""Why an item is shown: what is known of it, what may be said of it, and the check of every sentence."""
