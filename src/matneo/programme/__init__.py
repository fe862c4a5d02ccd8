"""Waves, improvement leads, learning days, visits, the pause."""
