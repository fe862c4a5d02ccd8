"""Known answers of established programs, asked of our own public functions."""
