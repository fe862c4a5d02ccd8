"""Sending figures in, looking at what they would change, accepting, taking back, signing off."""
