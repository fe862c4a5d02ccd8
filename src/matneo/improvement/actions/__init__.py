"""Everything that changes a project: keyword-only, by somebody, in one transaction, with one event in the audit."""
