"""The text from which an editor begins the next version."""

import re
from datetime import date


def next_text(text: str, number: int, today: date) -> str:
    """The text of the version before with its number raised and its day set. A sign-off is not carried over: it was
    given to other words."""
    text = re.sub(r"(?m)^version:.*$", f"version: {number}", text, count=1)
    text = re.sub(r"(?m)^effective_from:.*$", f"effective_from: {today.isoformat()}", text, count=1)
    return re.sub(r"(?m)^clinical_signoff:.*$", "clinical_signoff: none", text, count=1)


def tidy(text: str) -> str:
    """As a browser or another machine sends it, with the line ends that the files have."""
    return (
        text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip("\n")
        + "\n"
    )
