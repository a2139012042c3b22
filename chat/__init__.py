"""What the person means, how to say it, what may be remembered, and how it is served."""
