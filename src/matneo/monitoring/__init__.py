"""Releases, series, rebases and signals."""
