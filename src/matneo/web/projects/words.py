"""What pages about projects say in words: states, steps of the ladder, dates, short titles."""

from dataclasses import dataclass
from datetime import date

from matneo.improvement.ladder import NAMES, Rung
from matneo.improvement.models import Project, Result

NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
SHORT = {Rung.COLLABORATIVE: "Collab.", Rung.PROGRAMME: "Progr."}
STATES = {"active": "active", "paused": "paused", "closed": "closed"}


def counted(number: int, word: str, many: str = "") -> str:
    """ "one test", "14 tests" """
    said = NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"
    return f"{said} {word if number == 1 else many or f'{word}s'}"


def shortened(words: str, most: int = 60) -> str:
    """The beginning of a sentence, up to a whole word: the title of a project that was given none."""
    words = " ".join(words.split()).rstrip(".")
    if len(words) <= most:
        return words
    cut = words[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:")
    return f"{cut}…"


def months_until(today: date, day: date) -> int:
    """Whole months, by the calendar's months; below 0 where it is over."""
    return (day.year - today.year) * 12 + day.month - today.month


def who_sees(project: Project) -> str:
    """One sentence that names the groups who see all of it, and what the others see."""
    trust = project.organisation.short_name
    everything = {
        Rung.DRAFT: f"The person who began it and those on its team, at {trust}, see it. Nobody else does.",
        Rung.TEAM: f"Those on its team, at {trust}, see it. Nobody else does.",
        Rung.TRUST: f"Everyone at {trust}, and its coach, see all of it.",
        Rung.COLLABORATIVE: f"Everyone at {trust} and at the other trusts of its collaborative, and those who support "
        "them, see all of it.",
        Rung.PROGRAMME: "Everyone in the programme who has signed in sees all of it.",
        Rung.PUBLIC: "Everyone sees all of it, without signing in.",
    }[Rung(project.rung)]
    if Rung.TRUST <= project.rung < Rung.PROGRAMME:
        return f"{everything} The rest of the programme sees only the title, area and dates."
    return everything


@dataclass(frozen=True)
class Step:
    """One step of the ladder; `short` where there is little room; `at` is "done" below the project's, "here", "" above."""

    short: str
    name: str
    at: str


def ladder(project: Project) -> tuple[Step, ...]:
    """The six steps with where the project stands."""

    def at(rung: Rung) -> str:
        return "here" if rung == project.rung else "done" if rung < project.rung else ""

    return tuple(Step(SHORT.get(rung, NAMES[rung]), NAMES[rung], at(rung)) for rung in Rung)


def ended(project: Project) -> str:
    """How a closed project ended: "The aim was reached." """
    said = Result(project.result).label if project.result else "it ended"
    return f"{said[0].upper()}{said[1:]}. Closed on {project.closed:%-d %B %Y}."
