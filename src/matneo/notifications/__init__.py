"""What somebody should hear, and whether they did."""
