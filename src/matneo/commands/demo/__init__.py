"""Building the demonstration through the same actions that people use."""
