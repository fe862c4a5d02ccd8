"""The chart that the aim speaks of, cut to the project's time, with "for everyone" on it; and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from matneo.charts import icons, sentences, spc
from matneo.charts.axis import Axis
from matneo.charts.model import Mark, Point, SpcChart, Table
from matneo.improvement.models import ChangeTest, Pause, Project, ProjectIdea
from matneo.measures.periods import add_months, following, short_label
from matneo.monitoring import pictures
from matneo.stats.shift_delay import months_to_shift
from matneo.web.lines import DIRECTIONS, chart_path, in_way
from matneo.web.projects import evidence, layers
from matneo.web.projects.followed import Followed
from matneo.web.projects.layers import Layers
from matneo.web.projects.words import NUMBERS, counted, months_until, shortened

BEFORE, FEWEST, MOST, PHONE = 18, 24, 54, 15  # periods
AHEAD = 6  # periods after the last figure, for tests that are under way
LIMITS_FROM, LONGEST = 13, 36
SIZE = "project"


@dataclass(frozen=True)
class MainChart:
    heading: str
    lead: tuple[str, ...]
    icon: str
    name: str
    way: str  # increase, decrease, neutral
    direction: str
    svg: str
    notes: str  # what is marked on the time axis, in words
    phone_svg: str
    table: Table
    href: str
    few: bool
    fresh: str
    picture: str
    axis: Axis
    layers: Layers


@dataclass(frozen=True)
class Around:
    """What went on while the figures were counted."""

    ideas: Sequence[ProjectIdea]
    tests: Sequence[ChangeTest]
    pauses: Sequence[Pause]


def of(main: Followed, project: Project, around: Around, on: frozenset[str], today: date) -> MainChart | None:
    """None where this viewer may see no figure. The tests find their month in it, also those under way; `on` are the layers
    that are marked on it."""
    if main.series is None or main.definition is None:
        return None
    found, definition = main.series, main.definition
    whole = replace(pictures.model_of(found, "main"), **_goal(main))
    until = max((test.end for test in around.tests), default=today)
    marked = _with_marks(_ahead(window(whole, project), until, today), around, today)
    shown = _with_tests(layers.shown(marked, on), around.tests)
    drawn = spc.draw(shown, SIZE)
    path = chart_path(found.subject.kind, found.subject.code, definition.id)
    way = main.row.way if found.period_kind == "week" else ""
    return MainChart(
        heading=sentences.headline(whole, definition.short_name),
        lead=_lead(whole, main, project, today),
        icon=icons.variation(whole.variation if not whole.few else "too_few", 52, key="main-v"),
        name=definition.name,
        way=definition.direction,
        direction=DIRECTIONS[definition.direction],
        svg=drawn.svg,
        notes=drawn.notes,
        phone_svg=spc.draw(replace(shown, key="main-p", points=shown.points[-PHONE:]), "phone").svg,
        table=spc.draw(window(whole, project), SIZE).table,
        href=in_way(path, way),
        few=whole.few,
        fresh=_fresh(main),
        picture=in_way(f"{path.rstrip('/')}.png", way),
        axis=spc.axis_of(shown, SIZE),
        layers=layers.of(marked, on),
    )


def power(main: Followed) -> str:
    """For a chart without a signal: how long a change from here to the goal would take to show. Empty where it cannot be said."""
    goal = main.goal
    if main.series is None or main.line is None or main.definition is None or goal is None:
        return ""
    centre, number = main.line["centre"], _usual_number(main)
    if main.line["variation"] not in ("common", "too_few") or centre is None or not number:
        return ""
    if not (0 <= goal <= 1 and 0 <= centre <= 1) or abs(goal - centre) < 1e-9 or evidence.meets_goal(main):
        return ""
    d, period = main.definition, main.line["period_kind"].replace("financial_", "")
    ends = [sentences.figure(value, d.unit, d.scale) for value in (centre, goal)]
    about = f"At about {number:,.0f} {d.counts} a {period}, a change from {ends[0]} to {ends[1]}"
    wait = months_to_shift(centre, goal, number)
    if wait > LONGEST:
        return f"{about} would take longer than {LONGEST} {period}s to show on this chart. Look at process measures meanwhile."
    return f"{about} would show within about {counted(max(round(wait), 1), period)}, if it came at once."


def _goal(main: Followed) -> dict:
    """The team's goal in place of a national target."""
    return {"target": main.goal, "target_words": "the team's aim"} if main.goal is not None else {}


def window(model: SpcChart, project: Project) -> SpcChart:
    """From a year and a half before the project began; never so few points that nothing is seen."""
    first = add_months(project.started, -BEFORE)
    kept = [point for point in model.points if point.start >= first]
    number = min(max(len(kept), FEWEST), MOST)
    return replace(model, points=model.points[-number:])


def _ahead(model: SpcChart, until: date, today: date) -> SpcChart:
    """Empty periods after the last figure, up to today and the tests under way, so that they find their month."""
    points = list(model.points)
    end, last = max(until, today), points[-1] if points else None
    while last is not None and following(model.period_kind, points[-1].start) <= end:
        if len(points) - len(model.points) >= AHEAD:
            break
        start = following(model.period_kind, points[-1].start)
        points.append(
            Point(start, short_label(model.period_kind, start), None, None, None, "not_yet_sent", False, "common", "",
                  last.phase, None, None, None)
        )  # fmt: skip
    return replace(model, points=tuple(points))


def _with_marks(model: SpcChart, around: Around, today: date) -> SpcChart:
    made = [
        Mark(idea.for_everyone_from, _usual_words(idea.name), "idea")
        for idea in around.ideas
        if idea.for_everyone_from
    ]
    made += [
        Mark(pause.start, f"Paused: {shortened(pause.reason, 34)}", "still", pause.end or today)
        for pause in around.pauses
    ]
    return replace(model, marks=tuple(sorted([*model.marks, *made], key=lambda mark: mark.date)))


def _with_tests(model: SpcChart, tests: Sequence[ChangeTest]) -> SpcChart:
    """Each point says what was tested in its period, for whoever reads the chart point by point."""

    def beside(start: date) -> str:
        after = following(model.period_kind, start)
        there = [test for test in tests if test.start < after and test.end >= start]
        return f"Tested: {'; '.join(map(_named, there))}" if there else ""

    points = tuple(replace(point, beside=beside(point.start)) for point in model.points)
    return replace(model, points=points)


def _named(test: ChangeTest) -> str:
    return f"{shortened(test.idea.name, 50)}, test {test.number}"


def _usual_words(name: str) -> str:
    words = name if len(name) <= 34 else f"{name[:33].rsplit(' ', 1)[0].rstrip(' ,;')}…"
    return f"{words} for everyone"


def _lead(model: SpcChart, main: Followed, project: Project, today: date) -> tuple[str, ...]:
    said = [sentences.sentence(model), _way_done(main, project, today), _too_early(model)]
    said += [power(main)] if project.state != "closed" else []
    return tuple(words for words in said if words)


def _way_done(main: Followed, project: Project, today: date) -> str:
    """ "79% of the way from 59%, the mean before September 2024, to the aim of 85%, with four months to go." """
    share = evidence.gap_closed(main, project.started)
    if share is None or main.line is None or main.definition is None or main.line["variation"] == "too_few":
        return ""
    left = months_until(today, project.by_when)
    time = f"with {counted(left, 'month')} to go" if left > 0 else "and its day has come"
    if project.state == "closed":
        time = "when it closed"
    d, before = main.definition, evidence.baseline(main, project.started)
    start, aim = (sentences.figure(value, d.unit, d.scale) for value in (before, main.goal))
    which = evidence.baseline_words(main, project.started)
    if share >= 1:
        return f"The mean has reached the aim of {aim}, {time}."
    if share <= 0.005:
        return f"The mean has not moved from {start}, {which}, towards the aim of {aim} yet, {time}."
    return f"{share:.0%} of the way from {start}, {which}, to the aim of {aim}, {time}."


def _too_early(model: SpcChart) -> str:
    """A new level says nothing about the target before it has thirteen points."""
    n = model.signal_length
    if model.few or model.variation != "improvement" or not 0 < n < LIMITS_FROM:
        return ""
    said = NUMBERS[n] if n < len(NUMBERS) else str(n)
    periods = sentences.PLURAL[model.period_kind][: -1 if n == 1 else None]
    return f"{said.capitalize()} {periods} {'is' if n == 1 else 'are'} too few to say whether it will stay: {LIMITS_FROM} are needed."


def _usual_number(main: Followed) -> float:
    """How many are counted in a period, on average over the last twelve."""
    assert main.columns is not None
    sizes = [n for n in main.columns["denominator_shown"] if n][-12:]
    return sum(sizes) / len(sizes) if sizes else 0.0


def _fresh(main: Followed) -> str:
    assert main.series is not None
    f, model = main.series.freshness, main.series
    to = f"Figures to {f.data_to:%-d %B %Y}" if f.data_to else "No figure yet"
    came = f", arrived {f.received:%-d %B %Y}" if f.received else ""
    rounded = " Counts are signed off and rounded." if model.rounded else ""
    last = pictures.model_of(model).last
    hollow = f" The hollow last point ({last.label}) is provisional." if last and last.provisional else ""
    source = f" Source: {f.source.rstrip('.')}." if f.source else ""
    return f"{to}{came}.{hollow}{rounded}{source}"
