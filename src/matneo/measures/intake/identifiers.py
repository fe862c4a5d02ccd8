"""Finding what could point at a person: NHS numbers, postcodes, names, dates of birth. Values are never kept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from matneo.measures.intake.readers import Table

_NHS = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE)
_PERSONAL = re.compile(
    r"(nhs.?(no|num)|forename|surname|first.?name|last.?name|family.?name|patient.?name|mother.?name|baby.?name|"
    r"date.?of.?birth|\bdob\b|birth.?date.?(mother|patient)|hospital.?(no|num)|mrn|postcode|address|phone|e-?mail)",
    re.IGNORECASE,
)
MOST = 50  # positions that are reported; one is enough to refuse


@dataclass(frozen=True)
class Identified:
    """Where something stands that could point at a person. `row` 1 is the header, 0 the whole column. There is no value
    here on purpose."""

    row: int
    column: str
    kind: str


def is_nhs_number(text: str) -> bool:
    """Ten digits whose last is the modulus-11 check digit of the others (NHS data dictionary)."""
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == digits[9]


def find(table: Table) -> list[Identified]:
    """Positions of personal columns and cells, the header first."""
    found = [
        Identified(1, column, "a column for personal details")
        for column in table.columns
        if _PERSONAL.search(column)
    ]
    for place, column in enumerate(table.columns):
        for row, text in enumerate(table.cells.to_series(place), 2):
            kind = _kind(text)
            if kind:
                found.append(Identified(row, column, kind))
            if len(found) >= MOST:
                return found
    return found


def find_in_words(columns: Iterable[tuple[str, tuple[str, ...]]]) -> list[Identified]:
    """The same for distinct texts without a row: row 0 speaks of the whole column."""
    found = []
    for column, texts in columns:
        kinds = dict.fromkeys(kind for text in texts if (kind := _kind(text)))
        if _PERSONAL.search(column):
            found.append(Identified(1, column, "a column for personal details"))
        found += [Identified(0, column, kind) for kind in kinds]
    return found[:MOST]


def _kind(text: str) -> str:
    if len(text) < 5:
        return ""
    if any(is_nhs_number("".join(match.groups())) for match in _NHS.finditer(text)):
        return "an NHS number"
    if _POSTCODE.search(text) and re.search(r"[A-Za-z]", text):
        return "a postcode"
    return ""


def found_in_text(text: str) -> str | None:
    """What in a text that somebody typed could point at a person, in words; None where there is nothing."""
    return _kind(text) or None
