"""A page for a board: three statements, at most twelve lines, one question to ask. Of a project, and of a trust."""

from collections.abc import Sequence
from datetime import date

from matneo.charts.document import Bullets, Document, Figure, Heading, Line, Lines, Paragraph, Section, Stamp
from matneo.improvement.models import Project
from matneo.monitoring import walls
from matneo.monitoring.models import PointsRelease
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer
from matneo.web import stamping
from matneo.web.packs import figures, parts, saying
from matneo.web.packs.gathered import Gathered

NEWS = ("improvement", "concern", "neutral_high", "neutral_low")
MOST_CHARTS = 4
ICONS = "An icon says what the chart says of now, never how good a service is."


def of_project(found: Gathered, stamp: Stamp, today: date) -> Document:
    lines, project = found.lines[: saying.MOST_LINES], found.project
    due = sum(not test.decision and test.end < today for test in found.tests)
    more = (
        [f"{due} {'test waits' if due == 1 else 'tests wait'} for what happened to be written"] if due else []
    )
    if project.by_when < today and project.state == "active":
        more.append("its day has come: it needs a decision how to go on")
    charts = (parts.main_section(found),) if found.main else ()
    sections = (*_page(lines, more, project.title), *charts)
    return Document(f"{project.title}: for the board", parts.aim(found), sections, stamp)


def of_trust(trust: Organisation, viewer: Viewer, release: PointsRelease | None, path: str) -> Document:
    pairs = _chosen(trust, viewer, release)
    found = figures.read(pairs, viewer, release)
    shown = [found[pair] for pair in pairs if pair in found]
    lines = tuple(Line(one.name, one.chart) for one in shown)
    news = [
        Figure(one.name, one.chart, small=True)
        for one in shown
        if one.chart.variation in NEWS and not one.chart.few
    ]
    charts = (Section("Charts with news", tuple(news[:MOST_CHARTS]), place="small"),) if news else ()
    stamp = stamping.of_trust(trust, viewer, release, [one.data_to for one in shown], path)
    lead = "Maternity and neonatal care on one page: what is better, what needs a look, what needs you."
    sections = (*_page(lines, (), ""), *charts, *_projects(trust, viewer))
    return Document(f"{trust.name}: for the board", lead, sections, stamp)


def _page(lines: Sequence[Line], more: Sequence[str], going_on: str) -> tuple[Section, ...]:
    if not lines:
        return (Section("What the charts say", (Paragraph(parts.NO_FIGURE),)),)
    asked = (Heading("One question to ask"), Paragraph(saying.question(lines, going_on), "lead"))
    return (
        Section("What the charts say", (Bullets(saying.statements(lines, more)), *asked)),
        Section("In one line each", (Lines(tuple(lines)),), ICONS),
    )


def _chosen(trust: Organisation, viewer: Viewer, release: PointsRelease | None) -> list[figures.Pair]:
    """Charts with news first, then the steady ones; on the page in the order of the measures, never by value."""
    entries = walls.wall(viewer, codes=[trust.code], release=release)
    charted = [one for one in entries if one.line["n_points"] >= figures.FEWEST]
    news = [one for one in charted if one.line["variation"] in NEWS]
    kept = [*news, *(one for one in charted if one not in news)][: saying.MOST_LINES]
    return [(one.definition.id, trust.code) for one in charted if one in kept]


def _projects(trust: Organisation, viewer: Viewer) -> tuple[Section, ...]:
    rows = Project.objects.visible_to(viewer).filter(organisation=trust).open()[:8]
    said = tuple(f"{row.title}: {row.aim.rstrip('.')}, by {row.by_when:%B %Y}" for row in rows)
    return (Section("Projects at work", (Bullets(said),)),) if said else ()
