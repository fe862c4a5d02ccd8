"""The glossary's last column names what is there."""

import importlib
import re

from matneo.commands.reference import pages as reference

NAMED = re.compile(
    r"`((?:stats|measures|library|monitoring|organisations|programme|submissions|accounts)\.[A-Za-z_.]+)`"
)


def _is_there(name: str) -> bool:
    """A module of ours, or a name in one of its own or its `models` or `series`."""
    first, _, rest = f"matneo.{name}".rpartition(".")
    places = [
        f"matneo.{name}",
        first,
        f"{first}.models",
        f"{first}.definitions",
        f"{first}.points",
        f"{first}.series",
        f"{first}.schema",
    ]
    for place in places:
        try:
            module = importlib.import_module(place)
        except ModuleNotFoundError:
            continue
        if place == f"matneo.{name}" or hasattr(module, rest):
            return True
    return False


def test_every_name_of_the_glossary_is_in_the_code():
    text = (reference.HOME / "GLOSSARY.md").read_text("utf-8")
    names = sorted(set(NAMED.findall(text)))

    assert len(names) > 40
    assert [name for name in names if not _is_there(name)] == []


def test_a_name_that_is_nowhere_would_be_seen():
    assert not _is_there("monitoring.Nothing")
    assert not _is_there("stats.nothing")
