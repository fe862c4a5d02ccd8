"""The words of the demonstration's projects, read from content/demo."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from matneo.utils.content import parse_yaml


@dataclass(frozen=True)
class Words:
    """`tests` holds the cycles of each idea in the order of its ramp, `stories` what is drawn from for any trust, `home`
    the projects of the trust that the demonstration's people work in."""

    tests: dict[str, list[dict[str, Any]]]
    stories: dict[str, Any]
    home: list[dict[str, Any]]


@lru_cache(maxsize=1)
def load() -> Words:
    """Read once a process."""
    return Words(*(_read(name) for name in ("tests", "stories", "home")))


def _read(name: str) -> Any:
    file = resources.files("matneo").joinpath("content", "demo", f"{name}.yaml")
    return parse_yaml(file.read_text("utf-8"))
