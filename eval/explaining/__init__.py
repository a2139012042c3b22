"""Whether the reasons that were shown are true: judged from the database, with code of its own."""
