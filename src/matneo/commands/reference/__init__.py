"""The reference in docs/reference/, written from the code itself. Pure: what is read comes in, Markdown goes out."""
