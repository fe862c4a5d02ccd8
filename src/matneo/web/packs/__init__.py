"""Packs: one-click documents of a project, a trust and a change package, frozen to a release."""
