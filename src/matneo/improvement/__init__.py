"""Projects of trusts: aims, drivers made local, change ideas, tests of change, and what was learned."""
