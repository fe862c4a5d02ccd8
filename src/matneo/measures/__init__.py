"""Rows become points: definitions, predicates, engine, disclosure."""
