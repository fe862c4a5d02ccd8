"""Small, pure helpers, named after what they extend."""
