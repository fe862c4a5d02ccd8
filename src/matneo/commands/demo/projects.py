"""The projects of the demonstration England as a plan: drawn with a seed, the same seed the same projects.

Every kind of project that people meet is there by design and not by luck, in a small England too: a block of kinds goes
round the trusts, and chance only draws what each looks like.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from matneo.commands.demo import home, ramps
from matneo.commands.demo.planned import (
    Colleague,
    Ending,
    Followed,
    Hidden,
    Noted,
    Planned,
    Scored,
    Told,
    Tried,
    Typing,
    suggested,
)
from matneo.commands.demo.ramps import days, workday
from matneo.commands.demo.words import Words
from matneo.improvement.ladder import Rung
from matneo.library import catalogue
from matneo.measures.periods import add_months
from matneo.measures.synthetic import truth
from matneo.measures.synthetic.england import TODAY, England, Trust

AREAS = ("SFP", "PTO", "DIP", "NHG", "DET")
PER_TRUST = 1.26  # a few trusts have two or three projects
CHANCE = 3  # England draws with the seed itself, the waves with 2 more


@dataclass(frozen=True)
class Kind:
    """What becomes of a project: between which days it began, until when something was done in it."""

    name: str
    rung: Rung
    began: tuple[date, date]
    last: tuple[date, date]
    ideas: tuple[int, int] = (3, 5)
    next: str = ""  # "due" or "ahead": one more test without a result
    ending: str = ""  # "paused", or how it was closed


EARLY, LATE = (date(2024, 1, 15), date(2024, 10, 31)), (date(2025, 9, 20), date(2025, 11, 13))
OLD, OVER = (date(2023, 1, 10), date(2023, 11, 30)), (date(2024, 8, 1), date(2025, 8, 31))
QUIET = (date(2025, 4, 1), date(2025, 9, 30))
KINDS = (
    Kind("lively", Rung.PROGRAMME, EARLY, LATE),
    Kind("result due", Rung.COLLABORATIVE, EARLY, (date(2025, 9, 1), date(2025, 10, 5)), next="due"),
    Kind("reached", Rung.PUBLIC, OLD, OVER, (4, 6), ending="reached"),
    Kind("quiet", Rung.TRUST, EARLY, QUIET, (2, 4)),
    Kind("draft", Rung.DRAFT, (date(2025, 9, 15), date(2025, 10, 13)), LATE, (1, 1)),
    Kind("lively", Rung.COLLABORATIVE, EARLY, LATE, next="ahead"),
    Kind("part of the way", Rung.PROGRAMME, OLD, OVER, ending="partly"),
    Kind("paused", Rung.TRUST, EARLY, (date(2025, 5, 1), date(2025, 10, 20)), (2, 3), ending="paused"),
    Kind("young", Rung.TEAM, (date(2025, 6, 2), date(2025, 8, 29)), LATE, (2, 3), next="ahead"),
    Kind("no change", Rung.COLLABORATIVE, OLD, OVER, ending="no_change"),
    Kind("lively", Rung.PUBLIC, EARLY, LATE, (4, 6)),
    Kind("result due", Rung.TRUST, EARLY, (date(2025, 9, 1), date(2025, 10, 5)), next="due"),
    Kind("stopped", Rung.TRUST, OLD, (date(2024, 3, 1), date(2024, 12, 20)), (1, 3), ending="stopped"),
    Kind("lively", Rung.PROGRAMME, EARLY, LATE, (4, 6), next="due"),
    Kind("quiet", Rung.COLLABORATIVE, EARLY, QUIET),
    Kind("lively", Rung.TRUST, (date(2024, 11, 1), date(2025, 3, 31)), LATE, next="ahead"),
)
IDLE = Kind(
    "untouched", Rung.TRUST, (date(2024, 5, 1), date(2024, 7, 1)), (date(2025, 2, 3), date(2025, 2, 21))
)


def plan(england: England, words: Words, coached: frozenset[str]) -> tuple[Planned, ...]:
    """All projects: the home trust's own, then the drawn ones. `coached` are the trusts that the demonstration's coach
    supports."""
    at = truth.plan(england)
    idle = next(trust for trust in england.open_trusts if trust.code == at.idle)
    others = [trust for trust in england.open_trusts if trust.code != at.true_effect]
    number = max(len(KINDS), round(len(england.open_trusts) * PER_TRUST) - len(words.home) - 1)
    drawn = [
        _draw(np.random.default_rng([england.seed, CHANCE]), idle, IDLE, "PTO", words, idle.code in coached)
    ]
    for place in range(number):
        chance = np.random.default_rng([england.seed, CHANCE, place])
        trust = others[place % len(others)]
        # A second project of the same trust is in another area, whatever the number of trusts.
        kind = KINDS[place % len(KINDS)]
        area = AREAS[(place + place // len(others)) % len(AREAS)]
        drawn.append(_draw(chance, trust, kind, area, words, trust.code in coached))
    return (*home.projects(at.true_effect, words), *drawn)


def _draw(
    chance: np.random.Generator, trust: Trust, kind: Kind, area: str, words: Words, coached: bool
) -> Planned:
    stories = words.stories
    started, last = _between(chance, *kind.began), _between(chance, *kind.last)
    team = _team(chance, stories, area)
    aim = stories["aims"][area][int(chance.integers(len(stories["aims"][area])))]
    ideas = _ideas(chance, kind, area, words, started, last, [c.name.split()[0] for c in team])
    project = Planned(
        trust=trust.code,
        place=trust.sites[0].code if len(trust.sites) > 1 and chance.random() < 0.4 else "",
        area=area,
        kind=kind.name,
        title=aim["title"],
        aim=aim["aim"],
        how_much=aim["how_much"],
        by_when=_month_end(started, int(chance.integers(14, 22))),
        for_whom=aim["for_whom"],
        where=str(chance.choice(stories["where"])),
        started=started,
        rung=int(kind.rung),
        shared=_part(started, last, 0.4) if kind.rung >= Rung.COLLABORATIVE else None,
        by=team[0].name,
        team=team,
        measures=_measures(chance, kind, stories, area, aim["main"], ideas),
        ideas=ideas,
    )
    project = replace(
        project, hidden=_hidden(chance, project, last), told=_told(chance, stories, project, last)
    )
    if kind.rung > Rung.DRAFT:
        project = replace(project, scored=_scores(chance, stories, project, last, coached))
    if coached and kind.rung >= Rung.TRUST:
        project = replace(project, notes=_notes(chance, stories, last))
    return replace(project, ending=_ending(chance, stories, kind, last))


def _between(chance: np.random.Generator, first: date, last: date) -> date:
    return workday(first + days(chance, 0, (last - first).days - 2))


def _part(first: date, last: date, share: float) -> date:
    return workday(first + timedelta(days=int((last - first).days * share)))


def _month_end(day: date, months: int) -> date:
    return add_months(day.replace(day=1), months + 1) - timedelta(days=1)


def _team(chance: np.random.Generator, stories: dict[str, Any], area: str) -> tuple[Colleague, ...]:
    """A lead and three to six others, of different parts."""
    parts = stories["parts"][area]
    lead = parts[int(chance.integers(2))]
    rest = [str(part) for part in chance.permutation([p for p in parts if p != lead])]
    names: list[str] = []
    while len(names) < 4 + int(chance.integers(4)):
        name = _name(chance, stories)
        if name.split()[0] not in {n.split()[0] for n in names}:
            names.append(name)
    return tuple(Colleague(name, part) for name, part in zip(names, [lead, *rest], strict=False))


def _name(chance: np.random.Generator, stories: dict[str, Any]) -> str:
    people = stories["people"]
    row = people[int(chance.integers(len(people)))]
    return f"{chance.choice(row['given'])} {chance.choice(row['family'])}"


def _ideas(
    chance: np.random.Generator,
    kind: Kind,
    area: str,
    words: Words,
    started: date,
    last: date,
    who: list[str],
) -> tuple[Tried, ...]:
    known = [idea for idea in words.tests if idea.startswith(area)]
    chosen = [str(i) for i in chance.permutation(known)][
        : int(chance.integers(kind.ideas[0], kind.ideas[1] + 1))
    ]
    day, tried = workday(started + days(chance, 7, 28)), []
    for idea in chosen:
        if day >= last:
            break
        found = ramps.ramp(chance, idea, words.tests[idea], day, last, who)
        tried.append(found or Tried(idea, day, ()))
        day = workday(day + (last - started) / (len(chosen) + 1))
    return _with_next(chance, kind, words, tuple(tried))


def _with_next(
    chance: np.random.Generator, kind: Kind, words: Words, tried: tuple[Tried, ...]
) -> tuple[Tried, ...]:
    """The newest ramp gets its next test, where the kind wants one; one that is at its end loses that end."""
    add = {"due": ramps.due, "ahead": ramps.ahead}.get(kind.next)
    begun = [place for place, one in enumerate(tried) if one.cycles]
    if add is None or not begun:
        return tried
    newest = ramps.going_on(tried[begun[-1]], words.tests[tried[begun[-1]].idea])
    more = add(chance, newest, words.tests[newest.idea], TODAY)
    return (*tried[: begun[-1]], more, *tried[begun[-1] + 1 :])


def _measures(
    chance: np.random.Generator,
    kind: Kind,
    stories: dict[str, Any],
    area: str,
    main: str,
    ideas: tuple[Tried, ...],
) -> tuple[Followed, ...]:
    """Calculated ones and typed ones. The balancing one comes first among the typed: nothing is shared without it."""
    known = stories["measures"][area]
    rows = sorted(known["calculated"], key=lambda row: row["id"] != main)
    followed = [Followed(r["id"], r["family"], r.get("goal"), r["id"] == main) for r in rows]
    since = _effect(chance, kind, ideas)
    for row in known["typed"][
        : 1 if kind.rung == Rung.DRAFT else int(chance.integers(2, len(known["typed"]) + 1))
    ]:
        level = {k: float(row[k]) for k in ("before", "after", "of")}
        followed.append(
            Followed(
                row["id"],
                row["family"],
                row.get("goal"),
                False,
                Typing(since=since, period=row["period"], **level),
            )
        )
    return tuple(followed)


def _effect(chance: np.random.Generator, kind: Kind, ideas: tuple[Tried, ...]) -> date | None:
    """From when on what was adopted shows in what is typed: in most projects, not in all."""
    adopted = [tried.for_everyone for tried in ideas if tried.for_everyone]
    if not adopted or kind.ending in ("no_change", "stopped") or chance.random() < 0.3:
        return None
    return min(adopted).replace(day=1)


def _hidden(chance: np.random.Generator, project: Planned, last: date) -> tuple[Hidden, ...]:
    """Some teams leave a branch out that they do not work on."""
    day = project.started + timedelta(days=30)
    if chance.random() > 0.2 or day >= last:
        return ()
    package = catalogue.load().packages[project.area]
    used = {tried.idea for tried in project.ideas}
    free = [
        d.id
        for d in package.drivers
        if d.primary and not used & {i.id for i in catalogue.ideas_of(package, d)}
    ]
    return (Hidden(workday(day), free[-1]),) if free else ()


def _told(
    chance: np.random.Generator, stories: dict[str, Any], project: Planned, last: date
) -> tuple[Told, ...]:
    said = stories["entries"]
    rows = [(0.08, "milestone", said["milestone"][0])]
    rows.append((0.99, "note", said["note"][int(chance.integers(len(said["note"])))]))
    rows.append((0.6, "milestone", said["milestone"][int(chance.integers(1, len(said["milestone"])))]))
    if (last - project.started).days > 250:
        rows.append((0.8, "voice", said["voice"][project.area][int(chance.integers(2))]))
    author = project.team[int(chance.integers(2))].name
    made = [
        Told(_part(project.started, last, share), kind, title, text, author)
        for share, kind, (title, text) in rows
    ]
    return tuple(row for row in made if row.day <= last)


def _scores(
    chance: np.random.Generator, stories: dict[str, Any], project: Planned, last: date, coached: bool
) -> tuple[Scored, ...]:
    made = []
    for share, voice in ((0.35, "team"), (0.9, "team"), (1.0, "coach")):
        # The coach comes after what the team wrote.
        day = last + timedelta(days=1) if voice == "coach" else _part(project.started, last, share)
        if (voice == "team" and day >= last) or (
            voice == "coach" and (not coached or project.rung < Rung.TRUST)
        ):
            continue
        fits = suggested(project, day).value
        step = Decimal(str(chance.choice([-0.5, 0.0, 0.0, 0.0, 0.5])))
        value = min(max(fits + step, Decimal("0.5")), Decimal("5.0"))
        why = stories["scores"]["lower" if value < fits else "higher"]
        reason = "" if value == fits else str(chance.choice(why))
        made.append(Scored(day, voice, value, reason, "manager" if voice == "coach" else project.by))
    return tuple(made)


def _notes(chance: np.random.Generator, stories: dict[str, Any], last: date) -> tuple[Noted, ...]:
    made = [Noted(last + timedelta(days=1), str(chance.choice(stories["coach"]["shared"])), True, "manager")]
    if chance.random() < 0.5:
        made.append(
            Noted(last + timedelta(days=1), str(chance.choice(stories["coach"]["own"])), False, "manager")
        )
    return tuple(made)


def _ending(chance: np.random.Generator, stories: dict[str, Any], kind: Kind, last: date) -> Ending | None:
    if not kind.ending:
        return None
    day = min(workday(last + timedelta(days=1)), TODAY - timedelta(days=3))
    if kind.ending == "paused":
        return Ending(day, str(chance.choice(stories["pauses"])))
    return Ending(day, str(chance.choice(stories["endings"][kind.ending])), kind.ending)
