"""Data coming in: files, rows and counts."""
