"""My week, the outbox, what was done."""
