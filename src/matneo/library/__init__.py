"""The national driver diagram and the change packages: what to aim for, what drives it, what to try, what to measure."""
