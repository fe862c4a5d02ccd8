"""The projects of the trust that the demonstration's people work in: written day by day, not drawn."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from matneo.accounts.personas import PERSONAS
from matneo.commands.demo import ramps
from matneo.commands.demo.planned import (
    Colleague,
    Cycle,
    Followed,
    Hidden,
    Noted,
    Planned,
    Reported,
    Scored,
    Told,
    Tried,
    Typing,
)
from matneo.commands.demo.words import Words
from matneo.improvement.ladder import Rung
from matneo.measures.synthetic.england import TODAY

COUNTS = 20240415  # the counts within its results are drawn once and for all


def projects(trust: str, words: Words) -> tuple[Planned, ...]:
    chance = np.random.default_rng(COUNTS)
    return tuple(_project(chance, trust, raw, words) for raw in words.home)


def _project(chance: np.random.Generator, trust: str, raw: dict[str, Any], words: Words) -> Planned:
    return Planned(
        trust=trust,
        place="",
        area=raw["area"],
        kind="home",
        **{key: raw[key] for key in ("title", "aim", "how_much", "by_when", "for_whom", "where", "started")},
        rung=int(Rung(raw["rung"])),
        shared=raw.get("shared"),
        by=raw["by"],
        team=tuple(_colleague(row) for row in raw["team"]),
        measures=tuple(_followed(row) for row in raw["measures"]),
        ideas=tuple(_tried(chance, row, words) for row in raw["ideas"]),
        hidden=tuple(Hidden(row["day"], row["key"]) for row in raw["drivers"]),
        told=tuple(Told(**row) for row in raw["entries"]),
        scored=tuple(_scored(row) for row in raw["scores"]),
        notes=tuple(Noted(by="manager", **row) for row in raw["notes"]),
        reports=tuple(Reported(row["day"], row["month"], row["text"]) for row in raw["reports"]),
        months_done=tuple(raw["months_done"]),
    )


def _colleague(row: dict[str, Any]) -> Colleague:
    names = {persona.key: persona.name for persona in PERSONAS}
    key = row.get("user", "")
    return Colleague(names[key] if key else row["name"], row["part"], key)


def _followed(row: dict[str, Any]) -> Followed:
    typing = None
    if "of" in row:
        typing = Typing(float(row["before"]), float(row["after"]), row["since"], row["of"], row["period"])
    return Followed(row["id"], row["family"], row.get("goal"), row.get("main", False), typing)


def _scored(row: dict[str, Any]) -> Scored:
    return Scored(row["day"], row["voice"], Decimal(str(row["value"])), row.get("reason", ""), row["by"])


def _tried(chance: np.random.Generator, row: dict[str, Any], words: Words) -> Tried:
    """The dates are the file's, the words those of the idea, cycle by cycle."""
    cycles: list[Cycle] = []
    for (start, end, who), said in zip(row["tests"], words.tests[row["idea"]], strict=False):
        written = ramps.workday(end + timedelta(days=1))
        planned = (
            ramps.workday(start - timedelta(days=3)) if start.weekday() > 2 else start - timedelta(days=4)
        )
        cycles.append(ramps.plan(said, planned, start, end, who, ramps.outcome(chance, said, written)))
    if "next" in row:
        more = row["next"]
        cycles.append(
            ramps.plan(
                more, min(more["start"], TODAY) - timedelta(days=4), more["start"], more["end"], more["who"]
            )
        )
    return Tried(row["idea"], row["taken_up"], tuple(cycles), row.get("for_everyone"), row.get("dropped"))
