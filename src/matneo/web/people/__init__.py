"""The people of an organisation: who has which role, inviting, and ending a role."""
