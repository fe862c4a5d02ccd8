"""What people write in a project: made harmless, and refused with a sentence where it cannot stand."""

from datetime import date

from matneo.measures.intake.identifiers import in_words
from matneo.utils.typed import printable


class Unsuitable(Exception):
    """Something that was sent cannot be kept as it is; `field` names it and the message says what to do."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Changed(Exception):
    """Somebody else changed the same thing meanwhile. Nothing was overwritten: `now` is what stands there."""

    def __init__(self, what: str, now) -> None:
        who = getattr(now, "edited_by", "") or getattr(now, "by_name", "") or "Somebody"
        super().__init__(
            f"{who} changed {what} after you opened it. Nothing of theirs or yours is lost: look at both below, and save "
            "what should stand."
        )
        self.now = now


def line(text: str, *, field: str, name: str, most: int, needed: bool = False) -> str:
    """One plain line of at most `most` characters. `name` is what the sentence calls it."""
    return _checked(printable(text or ""), field, name, most, needed)


def lines(text: str, *, field: str, name: str, most: int, needed: bool = False) -> str:
    """Several plain lines; empty ones at the ends are dropped."""
    said = "\n".join(printable(row) for row in (text or "").splitlines()).strip()
    return _checked(said, field, name, most, needed)


def _checked(said: str, field: str, name: str, most: int, needed: bool) -> str:
    if needed and not said:
        raise Unsuitable(f"Say {name}; a few words are enough.", field)
    if len(said) > most:
        raise Unsuitable(
            f"{name[:1].upper()}{name[1:]} has {len(said)} characters; {most} is the most that fits. Make it shorter.",
            field,
        )
    if found := in_words(said):
        raise Unsuitable(
            f"This holds what looks like {found}. Say it without anything that could point at a person.",
            field,
        )
    return said


def between(day: date, first: date, last: date, *, field: str, name: str) -> date:
    """A day that can be meant: far-off years are slips of the finger."""
    if not first <= day <= last:
        raise Unsuitable(
            f"{name[:1].upper()}{name[1:]} is {day:%-d %B %Y}; give a day from {first:%-d %B %Y} to {last:%-d %B %Y}.",
            field,
        )
    return day


def choice(value: str, allowed, *, field: str, name: str) -> str:
    if value not in allowed:
        raise Unsuitable(f"Choose {name}.", field)
    return value
