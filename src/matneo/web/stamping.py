"""The stamp of a document: which figures, made when and by whom, for whom, and the address that makes it again."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils.http import urlencode

from matneo.charts.document import Stamp
from matneo.improvement.ladder import WHO, Rung
from matneo.improvement.models import Project
from matneo.monitoring.models import PointsRelease
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer

NOW = "Words, notes, names and counts that a team types are as of the day it was made, other figures as of the release"
INVENTED = "Demonstration: trusts, people and figures are invented"
VISITOR = "a reader who has not signed in"


def of_trust(
    trust: Organisation,
    viewer: Viewer,
    release: PointsRelease | None,
    until: Iterable[date | None],
    path: str,
) -> Stamp:
    return Stamp(
        release=release.pk if release else "",
        data_to=max((day for day in until if day), default=None),
        made=settings.CLOCK.today(),
        by=viewer.name or VISITOR,
        audience=_audience(trust.code, trust.short_name, viewer),
        link=_address(path, release),
        notes=(NOW, *_invented()),
    )


def of_project(
    project: Project, viewer: Viewer, release: PointsRelease | None, until: Iterable[date | None], path: str
) -> Stamp:
    made = of_trust(project.organisation, viewer, release, until, path)
    seen = f"The project may be seen by {WHO[Rung(project.rung)]}"
    return Stamp(
        made.release, made.data_to, made.made, made.by, made.audience, made.link, (NOW, seen, *_invented())
    )


def of_diagram(
    code: str, name: str, viewer: Viewer, release: PointsRelease | None, path: str, *notes: str
) -> Stamp:
    """Of a living driver diagram: readings of one place, and the tests that this viewer may know of."""
    return Stamp(
        release=release.pk if release else "",
        data_to=release.data_to if release else None,
        made=settings.CLOCK.today(),
        by=viewer.name or VISITOR,
        audience=_audience(code, name, viewer),
        link=f"{settings.BASE_URL}{path}",  # words and tests are as of now, so no release is named
        notes=(NOW, *notes, *_invented()),
    )


def of_content(viewer: Viewer, path: str, *notes: str) -> Stamp:
    """Of what holds words of the library alone."""
    return Stamp(
        "", None, settings.CLOCK.today(), viewer.name or VISITOR, "For everyone", _address(path, None), notes
    )


def _audience(code: str, name: str, viewer: Viewer) -> str:
    if viewer.sees_inside(code):
        return f"Exact counts, for people of {name}: keep it among them"
    return "Figures signed off and rounded"


def _address(path: str, release: PointsRelease | None) -> str:
    named = f"?{urlencode({'release': release.pk})}" if release else ""
    return f"{settings.BASE_URL}{path}{named}"


def _invented() -> tuple[str, ...]:
    return (INVENTED,) if settings.IS_DEMO else ()
