"""Signing in as one of the demonstration's people, and signing out."""
