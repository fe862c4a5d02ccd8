"""Three statements for a board sponsor: what is better, what needs a look, what needs you."""

from collections.abc import Sequence
from dataclasses import dataclass

from matneo.monitoring.digest import Week
from matneo.web.home import words
from matneo.web.home.projects import Work


@dataclass(frozen=True)
class Statement:
    heading: str
    text: str


def three(week: Week, projects: Sequence[Work]) -> tuple[Statement, ...]:
    better = [entry.definition.short_name for entry in week.news if entry.line["variation"] == "improvement"]
    look = [entry.definition.short_name for entry in week.news if entry.line["variation"] == "concern"]
    return (
        Statement("Better", _said(better, "chart has improved", "charts have improved", "No chart has moved for the better in the last year.")),
        Statement("Needs a look", _said(look, "chart has moved the other way", "charts have moved the other way", "No chart has moved the other way.")),
        Statement("Needs you", _needs(projects)),
    )  # fmt: skip


def _said(names: list[str], one: str, many: str, none: str) -> str:
    if not names:
        return none
    rest = len(names) - 4
    shown = [*names[:4], words.counted(rest, "more", "more")] if rest > 0 else names
    return f"{words.capital(words.counted(len(names), one, many))}: {words.listed(shown)}."


def _needs(projects: Sequence[Work]) -> str:
    """A paused project waits for something that its team may not be able to move."""
    paused = [work.title for work in projects if work.state == "Paused"]
    if paused:
        return f"{words.listed(paused)} {'is' if len(paused) == 1 else 'are'} paused. Ask the team what stands in its way."
    return "Nothing needs you. Ask a team to show you its chart."
