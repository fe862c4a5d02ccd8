"""Every release that was made: which figures were current when, by whose act and why."""

from dataclasses import dataclass

from django.core.paginator import Paginator

from matneo.accounts.permissions import Permission
from matneo.monitoring import series
from matneo.monitoring.models import PointsRelease
from matneo.web.pages import Crumb, Page
from matneo.web.render import render
from matneo.web.viewing import need, signed_in, viewer_of

A_PAGE = 50


@dataclass(frozen=True)
class ReleaseRow:
    number: int  # counted from the first one on
    name: str
    made: str
    by: str
    reason: str
    data_to: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class ReleasesPage(Page):
    rows: tuple[ReleaseRow, ...]
    more: str


@signed_in
def releases(request):
    need(request, Permission.VIEW_AUDIT, series.england_code() or "")
    pages = Paginator(PointsRelease.objects.visible_to(viewer_of(request)), A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    newest = pages.count - shown.start_index() + 1
    page = ReleasesPage(
        title="Releases",
        section="england",
        crumbs=(Crumb("England this month", "/england/"),),
        lead="Every release of all figures, the newest first. Earlier ones stay as they were, so a figure that was shown can be made again.",
        rows=tuple(_row(release, newest - place) for place, release in enumerate(shown)),
        more=f"?page={shown.next_page_number()}" if shown.has_next() else "",
        visible_to="The national team and those who keep the system running.",
        fresh="",
    )
    return render(request, "pages/releases.jinja", page)


def _row(release: PointsRelease, number: int) -> ReleaseRow:
    return ReleaseRow(
        number=number,
        name=release.pk,
        made=f"{release.made:%-d %B %Y}",
        by=release.by_name,
        reason=release.reason,
        data_to=f"{release.data_to:%-d %B %Y}" if release.data_to else "no figure yet",
        current=release.is_current,
    )
