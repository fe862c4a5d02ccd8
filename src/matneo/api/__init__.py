"""JSON and CSV of what the viewer may see."""
