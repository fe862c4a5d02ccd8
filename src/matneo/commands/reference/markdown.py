"""Markdown pieces: tables, headings, anchors."""

import re
from collections.abc import Iterable, Sequence

MADE = "<!-- Written by `matneo write-reference` from the code. Change the code, then write it anew. -->"


def page(title: str, lead: str, *parts: str) -> str:
    """A whole file: the note that it is generated, its title, one paragraph, its parts."""
    return "\n\n".join([MADE, f"# {title}", lead, *(part.strip("\n") for part in parts if part)]) + "\n"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines)


def cell(text: str) -> str:
    """One line, with no bar that would end it."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


def anchor(heading: str) -> str:
    """The anchor that readers of Markdown give a heading."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def sentence(words: str) -> str:
    """Words as a sentence: a capital first (an address stays as it is), a full stop last."""
    text = " ".join(words.split())
    if "://" in text.partition(" ")[0]:
        return text
    return text and text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")
