"""What came in from outside as text, made harmless before anything is done with it."""


def printable(text: str) -> str:
    """One line without characters that cannot be printed: they make a picture ill-formed, and PostgreSQL takes no NUL."""
    if text.isprintable():
        return text.strip()
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text).strip()


def digits(text: str, most: int = 18) -> int | None:
    """The number that these digits are; None for anything else, and for more digits than a database's number has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= most else None
