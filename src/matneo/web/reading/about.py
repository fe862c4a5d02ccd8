"""The programme, the method, who can see what, what was planted."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404

from matneo.accounts.roles import ROLES, Role
from matneo.measures import definitions
from matneo.measures.synthetic.marking import Marked, mark
from matneo.monitoring.models import Signal
from matneo.organisations.models import Organisation
from matneo.programme.models import Enrolment, Pause, Wave
from matneo.web.lines import place_path
from matneo.web.pages import Page
from matneo.web.reading.places import Named, fresh_words
from matneo.web.render import render
from matneo.web.viewing import viewer_of


@dataclass(frozen=True)
class WaveList:
    name: str
    dates: str
    days: tuple[tuple[int, str, str, str], ...]
    trusts: tuple[Named, ...]


@dataclass(frozen=True, kw_only=True)
class ProgrammePage(Page):
    waves: tuple[WaveList, ...]
    collaboratives: tuple[Named, ...]
    pauses: tuple[tuple[str, str, str], ...]


def programme(request):
    viewer = viewer_of(request)
    rows = Wave.objects.visible_to(viewer).prefetch_related("days")
    enrolled: dict[int, list[Named]] = {}
    for row in (
        Enrolment.objects.visible_to(viewer).select_related("organisation").order_by("organisation__name")
    ):
        trust = row.organisation
        enrolled.setdefault(row.wave_id, []).append(
            Named(trust.short_name, place_path("trust", trust.code), "closed since" if trust.closed else "")
        )
    waves = tuple(
        WaveList(
            w.name,
            f"{w.start:%B %Y} to {w.end:%B %Y}",
            tuple((d.number, f"{d.held_on:%-d %B %Y}", d.place, d.theme) for d in w.days.all()),
            tuple(enrolled.get(w.pk, ())),
        )
        for w in rows
    )
    psc = Organisation.objects.visible_to(viewer).of_kind("psc").order_by("short_name")
    pauses = tuple(
        (f"{p.start:%-d %B %Y}", f"{p.end:%-d %B %Y}" if p.end else "still", p.what_continues)
        for p in Pause.objects.visible_to(viewer)
    )
    page = ProgrammePage(
        title="The programme",
        section="programme",
        waves=waves,
        pauses=pauses,
        lead="Fifteen collaboratives support every maternity and neonatal trust in England. Trusts join in three annual waves; their improvement "
        "leads learn together on nine days, test changes at home and are coached between.",
        collaboratives=tuple(Named(row.short_name, place_path("psc", row.code)) for row in psc),
        visible_to="Everyone.",
        fresh="",
    )
    return render(request, "pages/programme.jinja", page)


@dataclass(frozen=True, kw_only=True)
class PlantedPage(Page):
    rows: tuple[Marked, ...]
    counts: tuple[tuple[str, int], ...]


def planted(request):
    if not settings.IS_DEMO or not settings.DATA_DIR.truth.exists():
        raise Http404
    truths = json.loads(settings.DATA_DIR.truth.read_text("utf-8"))
    signals = [
        (s.organisation, s.measure, s.kind, s.since)
        for s in Signal.objects.visible_to(viewer_of(request)).filter(
            audience="outside", measure__in={m for t in truths for m in t["measures"]}
        )
    ]
    names = dict(Organisation.objects.visible_to(viewer_of(request)).values_list("code", "short_name"))
    titles = {d.id: d.short_name for d in definitions.load().values()}
    rows = tuple(mark(truth, signals, names, titles) for truth in truths)
    verdicts = ("found", "missed", "false alarm", "kept quiet, rightly", "no detector yet")
    page = PlantedPage(
        title="What was planted",
        rows=rows,
        counts=tuple((v, sum(r.verdict == v for r in rows)) for v in verdicts),
        lead="These effects were put into the invented births on purpose. Our own detection, as the public sees it, is marked against them.",
        visible_to="Everyone who looks at the demonstration.",
        fresh=fresh_words(),
    )
    return render(request, "pages/planted.jinja", page)


@dataclass(frozen=True, kw_only=True)
class RolesPage(Page):
    roles: tuple[Role, ...]


def who_can_see(request):
    page = RolesPage(
        title="Who can see what",
        roles=tuple(ROLES.values()),
        visible_to="Everyone.",
        fresh="",
        lead="Nothing is open unless a rule opens it, and the same rules hold for pages, downloads and programs.",
    )
    return render(request, "pages/who_can_see.jinja", page)


def method(request):
    page = Page(
        title="How we count",
        visible_to="Everyone.",
        fresh="",
        lead="What stands behind every figure and every mark on a chart.",
    )
    return render(request, "pages/method.jinja", page)


def accessibility(request):
    page = Page(
        title="Accessibility",
        visible_to="Everyone.",
        fresh="",
        lead="Made to WCAG 2.2 AA, for keyboards first, and without need of JavaScript.",
    )
    return render(request, "pages/accessibility.jinja", page)


def privacy(request):
    page = Page(
        title="Privacy", visible_to="Everyone.", fresh="", lead="What is kept, where, and what never is."
    )
    return render(request, "pages/privacy.jinja", page)
