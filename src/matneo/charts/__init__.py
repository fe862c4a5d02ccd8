"""A result becomes a picture, a table and a sentence."""
