"""Texts inside SQL where no parameter can stand."""


def quoted(text: object) -> str:
    """A text or path as SQL writes it: a folder may be called O'Brien."""
    return "'" + str(text).replace("'", "''") + "'"
