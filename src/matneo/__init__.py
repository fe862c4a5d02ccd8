"""MatNeo: an open learning system for maternity and neonatal improvement."""

__version__ = "0.1.0"
