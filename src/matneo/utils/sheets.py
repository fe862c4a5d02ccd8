"""Cells that go out to people's spreadsheets."""


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet will run as a formula. Blanks and numbers, negative ones too, stay as they are."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True
