"""Arrays in, frozen results out: the statistics of improvement."""
