"""Tables of rows: columns, types, allowed values."""
