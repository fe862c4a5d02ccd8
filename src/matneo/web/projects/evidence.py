"""What the records of a project show: the facts from which `improvement.progress` suggests a score.

A shift counts where its chart moved the good way after the project began: what began before is not its doing. A team
that begins a new phase after a shift keeps it, because the means of the two phases are then compared.
"""

from collections.abc import Iterable
from datetime import date

from matneo.improvement import answers
from matneo.improvement.models import ChangeTest, Project
from matneo.improvement.progress import Facts
from matneo.measures.periods import began, week_of
from matneo.web.projects.followed import Followed

MONTHS = {"week": 12 / 52, "month": 1, "quarter": 3, "financial_year": 12, "year": 12}


def facts(
    project: Project, followed: Iterable[Followed], parts: Iterable[str], tests: Iterable[ChangeTest]
) -> Facts:
    """The facts of one project. `parts` are what the people on its team do; `followed` its measures as those
    inside see them: a suggestion is made of exact counts, and nobody outside gets one."""
    measures, done = tuple(followed), tuple(tests)
    shifted = [one for one in measures if has_shifted(one, project.started)]
    main = main_of(measures)
    held = [months_since_shift(one, project.started) for one in shifted if one.row.family == "outcome"]
    goals = [met for one in measures if (met := meets_goal(one)) is not None]
    together = answers.together(project)
    return Facts(
        has_aim=bool(project.aim and project.by_when),
        parts_on_team=len({part.strip().casefold() for part in parts if part.strip()}),
        has_diagram=True,  # every project begins with its package's
        measures=len(measures),
        balancing=sum(one.row.family == "balancing" for one in measures),
        baseline_points=_baseline_points(main, done) if main else 0,
        tests_closed=sum(bool(test.decision) for test in done),
        charted=sum(bool(one.points) for one in measures),
        process_shift=any(one.row.family == "process" for one in shifted),
        outcome_shift=any(one.row.family == "outcome" for one in shifted),
        gap_closed=gap_closed(main, project.started) if main else None,
        months_since_shift=max(held, default=None),
        goals=sum(one.row.goal is not None for one in measures),
        goals_met=sum(goals),
        sustainability=together.total if together and together.people >= answers.FEWEST else None,
    )


def main_of(measures: Iterable[Followed]) -> Followed | None:
    """The one that the aim speaks of; without one the first outcome."""
    listed = tuple(measures)
    main = next((one for one in listed if one.row.main), None)
    return main or next((one for one in listed if one.row.family == "outcome"), None)


def has_shifted(one: Followed, since: date) -> bool:
    """Whether its chart says that it moved the good way after `since`."""
    return _has_signal(one, since) or _phase_moved(one, since)


def gap_closed(one: Followed, since: date) -> float | None:
    """The share of the way from baseline to goal: 0.5 is half of it, below 0 the other way. None without goal or limits."""
    before, now, goal = baseline(one, since), present(one), one.goal
    if before is None or now is None or goal is None or abs(goal - before) < 1e-12:
        return None
    return (now - before) / (goal - before)


def baseline(one: Followed, since: date) -> float | None:
    """The mean before the change: of the points before the signal, or the mean that held when the project began."""
    return _start(one, since)[0]


def baseline_words(one: Followed, since: date) -> str:
    """Which mean `baseline` is: the aim of a project may be written from another one."""
    return _start(one, since)[1]


def _start(one: Followed, since: date) -> tuple[float | None, str]:
    if one.line is None or one.columns is None:
        return None, ""
    if _has_signal(one, since) and one.line["before_value"] is not None:
        month = began(one.line["period_kind"], one.line["signal_since"])
        return float(one.line["before_value"]), f"the mean before {month}"
    centres = zip(one.columns["period"], one.columns["centre"], strict=True)
    known = [(start, centre) for start, centre in centres if centre is not None]
    begun = [centre for start, centre in known if start <= since]
    if begun:
        return begun[-1], "the mean when the project began"
    return (known[0][1], "the first mean of the chart") if known else (None, "")


def present(one: Followed) -> float | None:
    """Where it stands: the mean of the signal's points, or the mean of the chart."""
    if one.line is None:
        return None
    now = one.line["now_value"]
    return now if now is not None else one.line["centre"]


def months_since_shift(one: Followed, since: date) -> int | None:
    """Months with figures since the shift began, the first one included."""
    if one.line is None or one.columns is None or not has_shifted(one, since):
        return None
    first = one.line["signal_since"] if _has_signal(one, since) else _last_phase(one)[0]
    return int(MONTHS.get(one.line["period_kind"], 12) * sum(start >= first for start, _ in one.points))


def meets_goal(one: Followed) -> bool | None:
    """Whether the mean of now is at the goal or beyond; None without goal, without figures, or where no way is good."""
    now, goal = present(one), one.goal
    if now is None or goal is None or one.definition is None or one.definition.direction == "neutral":
        return None
    return now >= goal if one.definition.direction == "increase" else now <= goal


def _has_signal(one: Followed, since: date) -> bool:
    if one.line is None or one.definition is None or one.line["signal_since"] is None:
        return False
    began_after = one.line["signal_since"] >= since.replace(day=1)
    return began_after and one.line["variation"] == "improvement"


def _phase_moved(one: Followed, since: date) -> bool:
    """Whether the newest phase began after `since`, and its mean lies on the good side of the one before."""
    if one.columns is None or one.definition is None:
        return False
    start, centre, before = _last_phase(one)
    if start is None or centre is None or before is None or start < since.replace(day=1):
        return False
    return {"increase": centre > before, "decrease": centre < before}.get(one.definition.direction, False)


def _last_phase(one: Followed) -> tuple[date | None, float | None, float | None]:
    """When the newest of several phases began, its mean, and the mean before it."""
    assert one.columns is not None
    rows = list(zip(*(one.columns[name] for name in ("period", "phase", "centre")), strict=True))
    if not rows or rows[0][1] == rows[-1][1]:
        return None, None, None
    last = [row for row in rows if row[1] == rows[-1][1]]
    earlier = [row for row in rows if row[1] != rows[-1][1] and row[2] is not None]
    return last[0][0], last[-1][2], earlier[-1][2] if earlier else None


def _baseline_points(main: Followed, tests: tuple[ChangeTest, ...]) -> int:
    """Points before anything was tried: before the first test, or all of them."""
    first = min((test.start for test in tests), default=None)
    if first is None:
        return len(main.points)
    by_week = main.line is not None and main.line["period_kind"] == "week"
    until = week_of(first).start if by_week else first.replace(day=1)
    return sum(start < until for start, _ in main.points)
