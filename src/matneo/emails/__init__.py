"""A notification becomes a message."""
