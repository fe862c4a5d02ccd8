"""The national ambition against the real published figures: what was promised, what came of it, plainly."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True)
class Published:
    """One published figure. `checked` says whether we have seen it at its source."""

    label: str  # 2010, or 2021-23 for three years together
    year: float  # where it stands on the axis: the middle of its years
    value: float
    numerator: float | None
    denominator: float | None
    source: str
    checked: bool


@dataclass(frozen=True)
class Promise:
    value: float
    words: str
    source: str
    inferred: bool


@dataclass(frozen=True)
class Harm:
    """One harm of the ambition with everything known of it."""

    key: str
    name: str
    unit: str
    figures: tuple[Published, ...]
    promises: tuple[Promise, ...]
    overlapping: bool  # three-year periods overlap: no run rules
    note: str

    @property
    def baseline(self) -> Published:
        return self.figures[0]

    @property
    def latest(self) -> Published:
        return self.figures[-1]

    @property
    def change(self) -> float:
        """Relative change from the baseline: -0.25 is a fall by a quarter."""
        return self.latest.value / self.baseline.value - 1

    @property
    def met(self) -> bool:
        """The latest figure is at or below the easiest promise in print."""
        return self.latest.value <= max(promise.value for promise in self.promises)


_HARMS = {
    "stillbirth_rate_england": ("Stillbirth", "per 1,000 births, England", ""),
    "neonatal_mortality_england_24wk_plus": (
        "Neonatal death",
        "per 1,000 live births at 24 weeks or more, England",
        "Counting all gestations, 2.9 in 2010 became 2.8 by 2018, and the promise is 1.5.",
    ),
    "maternal_mortality_uk": (
        "Maternal death",
        "per 100,000 maternities, UK, three years together",
        "Three-year periods overlap, so no run rules are used.",
    ),
    "brain_injury_rate_england": (
        "Brain injury at or soon after birth",
        "per 1,000 live births, England",
        "No target was printed: 2.15 is half of 4.3, our arithmetic.",
    ),
    "preterm_birth_rate": (
        "Preterm birth",
        "percent of births, England",
        "The promise was to go from 8% to 6%, not to halve. Two years are known here.",
    ),
}


@lru_cache(maxsize=1)
def harms() -> tuple[Harm, ...]:
    """The four harms and preterm birth, in the order of the ambition."""
    text = (resources.files("matneo") / "content" / "ambition" / "national_ambition.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return tuple(_harm(key, [row for row in rows if row["indicator"] == key]) for key in _HARMS)


def _harm(key: str, rows: list[dict[str, str]]) -> Harm:
    name, unit, note = _HARMS[key]
    figures = sorted(
        (_figure(row) for row in rows if "ambition" not in row["period"]), key=lambda figure: figure.year
    )
    promises = [
        Promise(float(row["value"]), row["period"], row["source"], row["confidence"] == "inferred")
        for row in rows
        if "ambition" in row["period"]
    ]
    return Harm(key, name, unit, tuple(figures), tuple(promises), key == "maternal_mortality_uk", note)


def _figure(row: dict[str, str]) -> Published:
    period = row["period"]
    three = re.fullmatch(r"(\d{4})-(\d{2})", period)
    year = float(three[1]) + 1 if three else float(period)
    label = f"{three[1]} to {three[1][:2]}{three[2]}" if three else period
    return Published(
        label,
        year,
        float(row["value"]),
        float(row["numerator"]) if row["numerator"] else None,
        float(row["denominator"]) if row["denominator"] else None,
        row["source"],
        not row["confidence"].startswith("general"),
    )


def verdict() -> str:
    """The ambition in one sentence."""
    four = harms()[:4]
    halved = [harm for harm in four if harm.met]
    fallen = [harm for harm in four if harm.change < -0.10 and not harm.met]
    risen = [harm for harm in four if harm.change > 0.05]
    still = [harm for harm in four if harm not in (*halved, *fallen, *risen)]
    words = {0: "None", 1: "One", 2: "Two", 3: "Three", 4: "All"}
    first = f"On the latest published figures {words[len(halved)].lower()} of the four harms has been halved."
    parts = []
    if fallen:
        parts.append(f"{words[len(fallen)].lower()} {'have' if len(fallen) > 1 else 'has'} fallen")
    if still:
        parts.append(f"{words[len(still)].lower()} {'have' if len(still) > 1 else 'has'} hardly moved")
    if risen:
        parts.append(f"{words[len(risen)].lower()} {'have' if len(risen) > 1 else 'has'} risen")
    second = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""
    return f"{first} {second[:1].upper()}{second[1:]}." if second else first
