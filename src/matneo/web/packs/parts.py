"""Parts that more than one pack of a project holds."""

from matneo.charts import sentences
from matneo.charts.document import Bullets, Figure, Paragraph, Section
from matneo.charts.model import Table
from matneo.improvement.models import ChangeTest, Decision, ProjectIdea, Scale
from matneo.utils.viewer import Viewer
from matneo.web.packs.gathered import Gathered

NO_FIGURE = "There is no figure that you may see yet; that is not a zero."
DECIDED = {Decision.ADOPT: "adopted", Decision.ADAPT: "adapted", Decision.ABANDON: "abandoned"}


def aim(found: Gathered) -> str:
    """The aim in one sentence: what, how much, for whom, where, by when."""
    p = found.project
    words = [p.aim.rstrip("."), p.how_much, f"for {p.for_whom}" if p.for_whom else "", p.where]
    said = ", ".join(word.strip().rstrip(".") for word in words if word)
    return f"{said}, by {p.by_when:%-d %B %Y}."


def main_section(found: Gathered, *more: Paragraph | Bullets) -> Section:
    figure = found.main
    if figure is None:
        return Section("Where it stands", (Paragraph(NO_FIGURE), *more))
    tests = len(found.tests)
    notes = (
        f"The numbered squares are the {tests} tests of the next pages."
        if tests
        else "No test is planned yet."
    )
    return Section(sentences.headline(figure.chart, figure.name), (figure, *more), notes)


def ramps(found: Gathered) -> Table:
    """An idea a row, with the numbers of its tests and what became of it."""
    rows = tuple((idea.name, _tests(found, idea), decision(found, idea)) for idea in found.ideas)
    return Table(
        "Change ideas and their tests",
        ("Change idea", "Tests, by their numbers on the chart", "What was decided"),
        rows,
    )


def decision(found: Gathered, idea: ProjectIdea) -> str:
    if idea.for_everyone_from:
        return f"for everyone since {idea.for_everyone_from:%B %Y}"
    tests = found.tests_of(idea)
    decided = [test for test in tests if test.decision]
    if not tests:
        return "not tested yet"
    if not decided:
        return "being tested"
    return f"{DECIDED[Decision(decided[-1].decision)]} after {_counted(len(decided), 'test')}"


def each_test(found: Gathered) -> Table:
    rows = tuple(_test(number, test) for number, test in enumerate(found.tests, 1))
    return Table(
        "Each test", ("No.", "When", "Question", "What we expected", "What happened", "Decided"), rows
    )


def learned(found: Gathered, most: int) -> tuple[str, ...]:
    """What the team wrote that it learned, the newest first; where a result differed and nothing was written, that."""
    said = [found.project.learned] if found.project.learned else []
    for test in reversed(found.tests):
        if test.learned:
            said.append(test.learned)
        elif test.decision and test.compared in ("less", "better", "other"):
            said.append(f"We expected: {test.prediction} What happened: {test.happened}")
    return tuple(dict.fromkeys(said))[:most]


def voices(found: Gathered) -> tuple[str, ...]:
    """What mothers, fathers and colleagues said."""
    return tuple(entry.text or entry.title for entry in found.entries if entry.kind == "voice")


def team(found: Gathered, viewer: Viewer) -> tuple[str, ...]:
    """Names for people who have signed in; the public reads the parts."""
    if viewer.signed_in:
        return tuple(f"{one.name}, {one.part}" if one.part else one.name for one in found.members)
    return tuple(dict.fromkeys(one.part or "team member" for one in found.members))


def others_section(found: Gathered, most: int) -> tuple[Section, ...]:
    figures: tuple[Figure, ...] = found.others[:most]
    return (Section("Other measures", figures, place="small"),) if figures else ()


def _tests(found: Gathered, idea: ProjectIdea) -> str:
    numbers, tests = found.numbers_of(idea), found.tests_of(idea)
    if not tests:
        return "none yet"
    reach = dict.fromkeys(Scale(test.scale).label for test in tests)
    return f"{', '.join(map(str, numbers))}: {', then '.join(reach)}"


def _test(number: int, test: ChangeTest) -> tuple[str, ...]:
    decided = DECIDED[Decision(test.decision)] if test.decision else "open"
    when = f"{test.start:%-d %b %Y}"
    return (str(number), when, test.question, test.prediction, test.happened or "not written yet", decided)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
