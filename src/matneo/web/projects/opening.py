"""What a step up the ladder lets more people read: said before it is taken, with the way to each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matneo.improvement.models import Entry, Highlight, Project
from matneo.utils.viewer import Viewer
from matneo.web.pages import Crumb
from matneo.web.projects.finding import address
from matneo.web.projects.words import counted

MOST = 12  # links; the rest is counted


@dataclass(frozen=True)
class Opening:
    """`words` such as "three story entries and October's report"; empty where nothing of the kind is written."""

    words: str
    will: str
    links: tuple[Crumb, ...]
    more: int


NOTHING = Opening("", "", (), 0)


def of(project: Project, viewer: Viewer) -> Opening:
    """What people wrote in it that stands beside its chart and its tests."""
    home = address(project)
    entries = list(
        Entry.objects.visible_to(viewer).filter(project=project).current().order_by("-date", "-id")
    )
    rows = Highlight.objects.visible_to(viewer).filter(project=project)
    months = sorted(set(rows.values_list("month", flat=True)), reverse=True)
    links = [Crumb(f"{row.date:%-d %B %Y}: {row.title}", f"{home}story/#entry-{row.pk}") for row in entries]
    links += [Crumb(f"Report of {month:%B %Y}", f"{home}report/{month:%Y-%m}/") for month in months]
    said = _said(len(entries), months)
    single = len(entries) + len(months) == 1
    return Opening(said, "is" if single else "are", tuple(links[:MOST]), max(len(links) - MOST, 0))


def _said(entries: int, months: list[date]) -> str:
    told = counted(entries, "story entry", "story entries") if entries else ""
    return " and ".join(filter(None, (told, _reports(months))))


def _reports(months: Iterable[date]) -> str:
    """ "October's report", "the reports of two months" """
    listed = list(months)
    if not listed:
        return ""
    return (
        f"{listed[0]:%B}'s report" if len(listed) == 1 else f"the reports of {counted(len(listed), 'month')}"
    )
