"""The month of a project on one grid: what the team types, and what records fill in."""
