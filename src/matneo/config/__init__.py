"""Settings, addresses, the command line's entry."""
