"""Reading and judging what comes in: pure, from bytes to typed rows and findings."""
