"""Ramps of tests, drawn from the words that stand for an idea: small first, then wider, one after the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from matneo.commands.demo.planned import Cycle, Result, Tried
from matneo.measures.synthetic.england import TODAY

# Days that a test takes, by how many it is tried with.
LASTS = {1: (1, 5), 2: (4, 11), 3: (18, 32), 4: (30, 45)}


def workday(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def days(chance: np.random.Generator, least: int, most: int) -> timedelta:
    return timedelta(days=int(chance.integers(least, most + 1)))


def ramp(
    chance: np.random.Generator,
    idea: str,
    words: Sequence[dict[str, Any]],
    taken_up: date,
    last: date,
    who: Sequence[str],
) -> Tried | None:
    """The cycles of one idea that were done by the last day; None where there was no time for any."""
    cycles: list[Cycle] = []
    day = workday(taken_up + days(chance, 2, 12))
    for cycle in words:
        start = workday(day + days(chance, 2, 7))
        end = start + days(chance, *LASTS[cycle["scale"]])
        written = workday(end + days(chance, 1, 7))
        if written > last:
            break
        result = outcome(chance, cycle, written)
        cycles.append(plan(cycle, day, start, end, str(chance.choice(who)), result))
        day = workday(written + days(chance, 1, 14))
    if not cycles:
        return None
    return _ended(Tried(idea, taken_up, tuple(cycles)), last)


def plan(
    words: dict[str, Any], day: date, start: date, end: date, who: str, result: Result | None = None
) -> Cycle:
    return Cycle(day, words["question"], words["prediction"], start, end, words["scale"], who, result)


def outcome(chance: np.random.Generator, words: dict[str, Any], day: date) -> Result:
    """What the words say happened, with counts of this project's own."""
    counts = {}
    if "all" in words:
        low, high = words["all"]
        every = int(chance.integers(low, high + 1))
        counts = {"all": every, "done": round(every * float(chance.uniform(*words["share"])))}
    return Result(
        day,
        words["happened"].format(**counts),
        words["compared"],
        words["learned"],
        words["decision"],
        words["next"],
    )


def due(chance: np.random.Generator, tried: Tried, words: Sequence[dict[str, Any]], today: date) -> Tried:
    """With one more test that is over, and whose result nobody has written yet."""
    end = today - days(chance, 3, 20)
    return _one_more(chance, tried, words, end - days(chance, 2, 9), end)


def ahead(chance: np.random.Generator, tried: Tried, words: Sequence[dict[str, Any]], today: date) -> Tried:
    """With one more test that is written down and has not begun."""
    start = workday(today + days(chance, 2, 12))
    return _one_more(chance, tried, words, start, start + days(chance, 2, 9))


def going_on(tried: Tried, words: Sequence[dict[str, Any]]) -> Tried:
    """A ramp with room for one more test: without its last one, where all were done."""
    if len(tried.cycles) < len(words):
        return tried
    return Tried(tried.idea, tried.taken_up, tried.cycles[:-1])


def _one_more(
    chance: np.random.Generator, tried: Tried, words: Sequence[dict[str, Any]], start: date, end: date
) -> Tried:
    before = tried.cycles[-1]
    assert before.result is not None, "a next test follows a result"
    # It is written down before today, also where it begins later.
    day = max(before.result.day + timedelta(days=1), min(start, TODAY) - days(chance, 4, 6))
    more = plan(words[len(tried.cycles)], day, max(start, day), max(end, day), before.who)
    return replace(tried, cycles=(*tried.cycles, more))


def _ended(tried: Tried, last: date) -> Tried:
    """Adopted with a whole team: for everyone soon after. Abandoned: dropped."""
    final = tried.cycles[-1]
    assert final.result is not None, "drawn tests have a result"
    day = workday(final.result.day + timedelta(days=3))
    if day > last:
        return tried
    if final.result.decision == "adopt" and final.scale >= 3:
        return replace(tried, for_everyone=day)
    if final.result.decision == "abandon":
        return replace(tried, dropped=day)
    return tried
