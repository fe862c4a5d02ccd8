"""Measured figures, side by side in one run. Ratios travel between machines; seconds do not."""
