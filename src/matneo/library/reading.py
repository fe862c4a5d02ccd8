"""Content files become frozen values; the first mistake is raised with its file, line and field."""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, get_args, get_origin, get_type_hints

import yaml

from matneo.library.schema import Concept, Package, Source
from matneo.measures.definitions import ContentError
from matneo.utils.content import line_of, parse_yaml

MOST_SHOWN = 80  # letters of a wrong value in a sentence
MOST_SAID = 400
WORDS_OF = {str: "words", int: "a whole number", bool: "true or false", date: "a date"}


@dataclass(frozen=True)
class Place:
    """A value's place: the file, its text, and the way of keys and numbers to it."""

    file: str
    text: str
    way: tuple[str | int, ...] = ()
    owner: str = ""  # the id of the item around it

    def at(self, *steps: str | int, owner: str = "") -> "Place":
        return Place(self.file, self.text, (*self.way, *steps), owner or self.owner)

    def wrong(self, words: str) -> ContentError:
        said = words if len(words) <= MOST_SAID else f"{words[:MOST_SAID]}…"
        return ContentError(f"{self.file} line {line_of(self.text, self.way)}: {said}.")


def folder() -> Traversable:
    return resources.files("matneo") / "content" / "library"


def files() -> list[Traversable]:
    """The file of each package and of the national diagram: their names are the areas' letters."""
    return [f for f in sorted(folder().iterdir(), key=lambda f: f.name) if f.name[:3].isupper()]


def read(file: Traversable) -> Package:
    """One package as its file has it; links to other files are not followed."""
    return parse(file.read_text("utf-8"), file.name)


def parse(text: str, name: str) -> Package:
    package: Package = build(Package, _raw(text, name), Place(name, text))
    return package


def concepts() -> dict[str, Concept]:
    """The kinds of change by id, in the order of the file."""
    return {concept.id: concept for concept in _listed(Concept, "concepts.yaml", "concepts")}


def sources() -> dict[str, Source]:
    """What the figures were read in, by id."""
    return {source.id: source for source in _listed(Source, "sources.yaml", "sources")}


def _listed(kind: type, name: str, key: str) -> list[Any]:
    text = (folder() / name).read_text("utf-8")
    place = Place(name, text)
    raw = _raw(text, name)
    return [build(kind, entry, place.at(key, number)) for number, entry in enumerate(raw[key])]


def _raw(text: str, name: str) -> dict[str, Any]:
    try:
        raw = parse_yaml(text)
    except yaml.YAMLError as problem:
        raise unreadable(name, problem) from problem
    except ValueError as problem:  # a thirteenth month, a number of five thousand digits
        raise ContentError(
            f"{name}: holds a date or number that is none ({str(problem)[:MOST_SHOWN]})."
        ) from problem
    if not isinstance(raw, dict):
        raise ContentError(f"{name} line 1: holds no fields.")
    return raw


def unreadable(name: str, problem: yaml.YAMLError) -> ContentError:
    mark, words = getattr(problem, "problem_mark", None), getattr(problem, "problem", None)
    line = f" line {mark.line + 1}" if mark is not None else ""
    return ContentError(f"{name}{line}: not readable as YAML ({words or problem}).")


def build(kind: Any, raw: Any, place: Place) -> Any:
    """A value of one schema from plain values."""
    if not isinstance(raw, dict):
        raise place.wrong(f"{place.way[-1] if place.way else 'the file'} should be fields with values")
    place = place.at(owner=str(raw.get("id", "")))
    known = {entry.name: entry for entry in fields(kind)}
    for key in raw:
        if key not in known:
            raise place.at(key).wrong(f"{_named(key, place)} is no field of {_article(kind.__name__)}")
    for key, entry in known.items():
        if key not in raw and entry.default is MISSING:
            raise place.wrong(f"{_named(key, place)} is missing")
    hints = _hints(kind)
    return kind(**{key: _value(known[key], hints[key], raw[key], place.at(key)) for key in raw})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(entry: Field[Any], hint: Any, raw: Any, place: Place) -> Any:
    if get_origin(hint) is not tuple:
        return _allowed(entry, _plain(hint, raw, place), place)
    if not isinstance(raw, list):
        raise place.wrong(f"{_named(entry.name, place)} should be a list")
    inner = get_args(hint)[0]
    make: Callable[[Any, Place], Any] = (
        (lambda value, at: build(inner, value, at))
        if is_dataclass(inner)
        else (lambda value, at: _allowed(entry, _plain(inner, value, at, entry.name), at))
    )
    return tuple(make(value, place.at(number)) for number, value in enumerate(raw))


def _plain(hint: Any, raw: Any, place: Place, name: str = "") -> Any:
    name = name or str(place.way[-1])
    if type(raw) is not hint:
        raise place.wrong(f"{_named(name, place)} is {_shown(raw)}; it should be {WORDS_OF[hint]}")
    if hint is str:
        raw = " ".join(raw.split())
        if not raw.isprintable():
            raise place.wrong(f"{_named(name, place)} holds a character that cannot be printed")
        if not raw:
            raise place.wrong(f"{_named(name, place)} is empty; leave it out or write it")
    return raw


def _allowed(entry: Field[Any], value: Any, place: Place) -> Any:
    choices = entry.metadata.get("one_of")
    if choices and value not in choices:
        listed = ", ".join(str(choice) for choice in choices)
        raise place.wrong(f"{_named(entry.name, place)} is {_shown(value)}; it may be {listed}")
    return value


def _shown(value: Any) -> str:
    """What stands there, or the beginning of it."""
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "fields with values"
    words = repr(value)
    return words if len(words) <= MOST_SHOWN else f"{words[:MOST_SHOWN]}…"


def _named(key: str, place: Place) -> str:
    key = str(key)[:MOST_SHOWN]
    return f"{key} of {place.owner[:MOST_SHOWN]}" if place.owner else key


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind.lower()}"
