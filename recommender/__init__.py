"""What people did, in what order, and hence what comes next."""
