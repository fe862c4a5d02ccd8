"""Finding what could point at a person: NHS numbers, postcodes, names, dates of birth. Values are never kept."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matneo.measures.intake.readers import Table

# What may be looked at closely, in a form that Rust and RE2 know too: they pass over millions of cells at once.
DOUBTFUL = (
    r"\d(?:[ ./_,()-]{0,2}\d){9}|\d[eE]\+?\d|@|[^\x00-\x7F]|(?i:born|birth|d\.?o\.?b)"
    r"|(?i:[a-z]{1,2}\d[a-z\d]?[ ._/-]{0,2}\d[a-z]{2})"
)
# A measured value with decimals holds ten digits often, and a person never.
MEASURED = r"^\s*[+-]?\d{0,9}\.\d+(?:[eE]-\d+)?\s*$"

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_RUN = re.compile(r"(?<!\d)\d(?:[ ./_-]{0,2}\d)*")
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-/._]?(?:0?[1-9]|1[0-2])[-/._]?(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)?\d\d)(?!\d{3})(?!\d$)"
)
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)[ ./-]{0,2}(\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE)
# Looked for from its "@": from every letter before it, a long text would be read once for each of its characters.
_EMAIL = re.compile(r"(?<=[\w.+-])@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\d.])(?:(?:\+|00)44[ -]?(?:\(0\)[ -]?)?[1237](?:[ -]?\d){8,9}|\(?0[1237](?:[ )-]{0,2}\d){9})(?!\d)"
)
# A whole day has to stand behind the word: "born before 32 weeks" is a measure.
_BORN = re.compile(
    r"\b(?:d\.?o\.?b|born|date of birth|birth ?date|birthday)\b\D{0,15}"
    r"(?:\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{8}"
    r"|\d{1,2}(?:st|nd|rd|th)?[- ](?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*,?[- ]\d{2,4})",
    re.IGNORECASE,
)
# Both are asked of a column's name in small letters with one space between its words.
_PERSONAL = re.compile(
    r"forename|surname|post ?code|address|phone|\be ?mail|date ?of ?birth|\b(?:dob|d o b|mrn|mobile)\b"
    r"|(?:first|last|family|given|middle|maiden|full|patient|mother|mothers|mum|mums|woman|womans|baby|babys|person|client)"
    r" ?(?:s )?name\b"
    r"|nhs ?(?:no|nr|num|id)(?:s|ber|bers)?\b|(?:hospital|patient|person|client) ?(?:no|nr|num|number|id)\b"
    r"|birth ?date (?:of )?(?:the )?(?:mother|patient|mum)|(?:mother|patient|mum|woman|maternal)s? ?(?:s )?birth ?(?:date|day)"
)
_ALONE = re.compile(r"names?|mothers?|mums?|patients?|nhs|tel|initials|next of kin")
MOST = 50  # positions that are reported; one is enough to refuse
REPEATED = 200  # characters of a text that may come again, as cells do; longer ones are not kept
PIECE = 1_000


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
    called = _called(table.columns)
    found = _in_header(table.columns, called)
    for place, column in enumerate(called):
        texts = table.cells.to_series(place)
        doubtful = (texts.str.contains(DOUBTFUL) & ~texts.str.contains(MEASURED)).arg_true()
        for row in doubtful:
            kind = in_words(texts[row])
            if kind:
                found.append(Identified(row + 2, column, kind))
            if len(found) >= MOST:
                return found[:MOST]
    return found[:MOST]


def find_in_words(columns: Iterable[tuple[str, tuple[str, ...]]]) -> list[Identified]:
    """The same for distinct texts without a row: row 0 speaks of the whole column."""
    given = list(columns)
    names = [name for name, _ in given]
    called = _called(names)
    found = _in_header(names, called)
    for column, (_, texts) in zip(called, given, strict=True):
        kinds = dict.fromkeys(kind for text in texts if (kind := in_words(text)))
        found += [Identified(0, column, kind) for kind in kinds]
    return found[:MOST]


def _called(columns: Sequence[str]) -> list[str]:
    """How columns are spoken of: by number where the header holds a value, for all its cells may be a person's then."""
    if any(in_words(column) for column in columns):
        return [f"column {place}" for place in range(1, len(columns) + 1)]
    return list(columns)


def _in_header(columns: Sequence[str], called: Sequence[str]) -> list[Identified]:
    found = []
    for column, name in zip(columns, called, strict=True):
        kind = in_words(column) or ("a column for personal details" if is_personal(column) else "")
        if kind:
            found.append(Identified(1, name, kind))
    return found


def is_personal(column: str) -> bool:
    """Whether a column's name says that it holds personal details."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", apart.lower()).split())
    return bool(_PERSONAL.search(words) or _ALONE.fullmatch(words))


def in_words(text: str) -> str:
    """What in a text could point at a person, or nothing. The time it takes grows with the text's length, no faster."""
    if len(text) < 5:
        return ""
    return _in_words_again(text) if len(text) <= REPEATED else _in_words(text)


def _in_words(text: str) -> str:
    plain = _plain(text)
    if _NUMBER.fullmatch(plain.replace(",", "")):
        return _in_number(plain.replace(",", ""))
    without_dates = _DATE.sub("#", plain)
    if any(_in_run(match.group()) for match in _RUN.finditer(without_dates)):
        return "an NHS number"
    if _POSTCODE.search(plain.replace("_", " ")):
        return "a postcode"
    if _EMAIL.search(plain):
        return "an e-mail address"
    if _PHONE.search(without_dates):
        return "a telephone number"
    return "a date of birth" if _BORN.search(plain) else ""


_in_words_again = lru_cache(maxsize=10_000)(_in_words)


def _plain(text: str) -> str:
    """One form for the many spaces, dashes and digits that look alike. Made in pieces: Unicode sorts the accents on one
    letter, and a hundred thousand of them would take minutes."""
    pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    alike = "".join(unicodedata.normalize("NFKC", piece) for piece in pieces)
    seen = "".join(c for c in alike if unicodedata.category(c) != "Cf")
    return re.sub(r"[\u2010-\u2015\u2212]", "-", re.sub(r"\s", " ", seen)).strip()


def _in_number(text: str) -> str:
    """A cell that is one number: spreadsheets write long ones as 9.434765919E+09, and tables as 9434765919.0."""
    if len(text) > 40:
        return ""
    digits = text if text.isdigit() else ""
    if not digits:
        number = abs(float(text))
        digits = f"{number:.0f}" if number < 1e11 and number == int(number) else ""
    if len(digits) == 10 and is_nhs_number(digits) and not _DATE.match(digits):
        return "an NHS number"
    return "a telephone number" if text.isdigit() and _PHONE.fullmatch(text) else ""


def _in_run(run: str) -> bool:
    """Digits in groups: ten at once, 3-3-4 anywhere, or in other groups where nothing else stands beside them."""
    parts = re.split(r"([ ./_-]+)", run)
    groups, gaps = parts[::2], parts[1::2]
    for place, group in enumerate(groups):
        decimals = place > 0 and gaps[place - 1] == "."
        if len(group) == 10 and not decimals and is_nhs_number(group):
            return True
        three = groups[place : place + 3]
        if [len(part) for part in three] == [3, 3, 4] and is_nhs_number("".join(three)):
            return True
    # A share, a list of numbers or a year is not taken for one; no number that is given out begins with 0, 1, 2, 5 or 8.
    odd = 2 <= len(groups) <= 4 and all(len(group) > 1 for group in groups) and gaps != ["."]
    return odd and run[0] in "34679" and is_nhs_number("".join(groups))
