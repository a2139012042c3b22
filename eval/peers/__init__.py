"""Other libraries beside ours: same file, same split, same metric code, each in an environment of its own."""
