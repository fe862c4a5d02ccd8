"""How we know the numbers are right: what was compared with whom, how often chance marks a steady chart, and where we
differ on purpose. The comparison itself is run by tests, and written down by `matneo write-proof`."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from matneo.stats.false_alarm_table import LENGTHS, SHARES
from matneo.stats.profiles import PROFILES
from matneo.utils.content import parse_yaml


@dataclass(frozen=True)
class Compared:
    """One method beside an established program; `bound` is a power of ten that no difference passes."""

    words: str
    reference: str
    cases: int
    bound: float


@dataclass(frozen=True)
class Difference:
    subject: str
    theirs: str
    ours: str
    why: str


@dataclass(frozen=True)
class FalseAlarms:
    """Shares of steady series, by number of points, of which a profile marks any point, and the last one."""

    profile: str
    words: str
    any: tuple[float, ...]
    last: tuple[float, ...]


SHOWN_LENGTHS = (12, 24, 36, 60)


@lru_cache(maxsize=1)
def compared() -> tuple[Compared, ...]:
    methods = parse_yaml(_text("methods.yaml"))
    lines = json.loads(_text("statistics.json"))
    return tuple(
        Compared(methods[line["kind"]], line["reference"], line["cases"], line["bound"]) for line in lines
    )


@lru_cache(maxsize=1)
def differences() -> tuple[Difference, ...]:
    return tuple(Difference(**entry) for entry in parse_yaml(_text("differences.yaml")))


@lru_cache(maxsize=1)
def false_alarms() -> tuple[FalseAlarms, ...]:
    """Of every profile, at the lengths that are shown."""
    places = [LENGTHS.index(length) for length in SHOWN_LENGTHS]
    return tuple(
        FalseAlarms(
            name,
            PROFILES[name].sentence,
            *(tuple(table[part][place] for place in places) for part in ("any", "last")),
        )
        for name, table in SHARES.items()
    )


def _text(name: str) -> str:
    return (resources.files("matneo") / "content" / "proof" / name).read_text("utf-8")
