"""Messages to me, and what was done here."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404

from matneo.accounts.naming import names_in, with_name
from matneo.accounts.permissions import Permission
from matneo.audit.models import AuditEvent
from matneo.audit.words import words
from matneo.monitoring import series
from matneo.notifications.models import Notification
from matneo.organisations.models import Organisation
from matneo.web.lines import place_path
from matneo.web.pages import Crumb, Page
from matneo.web.render import render
from matneo.web.viewing import need, signed_in, viewer_of


@dataclass(frozen=True)
class Message:
    subject: str
    text: str
    when: datetime
    state: str


@dataclass(frozen=True, kw_only=True)
class OutboxPage(Page):
    messages: tuple[Message, ...]


@signed_in
def outbox(request):
    need(request, Permission.VIEW_OUTBOX)
    rows = Notification.objects.visible_to(viewer_of(request))[:50]
    page = OutboxPage(
        title="Messages to you",
        crumbs=(Crumb("My week", "/home/"),),
        lead=_outbox_lead(),
        messages=tuple(Message(r.subject, r.text, r.created, r.get_state_display()) for r in rows),
        visible_to="Only you.",
        fresh="",
    )
    return render(request, "pages/outbox.jinja", page)


def _outbox_lead() -> str:
    if settings.IS_DEMO:
        return "One calm message a week. In a demonstration none leaves this machine."
    return "One calm message a week, sent to your work address and kept here."


@dataclass(frozen=True)
class Done:
    """One event; the code of its action stays in the page for programs."""

    at: datetime
    who: str
    words: str
    action: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class AuditPage(Page):
    rows: tuple[Done, ...]
    more: str


@signed_in
def audit(request, code: str):
    trust = (
        Organisation.objects.visible_to(viewer_of(request)).filter(code=code.upper(), kind="trust").first()
    )
    if trust is None:
        raise Http404
    need(request, Permission.VIEW_AUDIT, trust.code)
    return _audit(
        request,
        [trust.code],
        Crumb(trust.short_name, place_path("trust", trust.code)),
        "Every action on this trust's figures, the newest first. Nothing here can be changed or removed.",
        f"The lead, analyst and administrator of {trust.short_name}.",
    )


@signed_in
def england_audit(request):
    code = series.england_code() or ""
    need(request, Permission.VIEW_AUDIT, code)
    return _audit(
        request,
        [code, ""],
        Crumb("England this month", "/england/"),
        "Every action on England's figures, on the programme and on the system, the newest first. What a trust does stands "
        "in its own list. Nothing here can be changed or removed.",
        "The national team and those who keep the system running.",
    )


def _audit(request, codes: list[str], crumb: Crumb, lead: str, who: str):
    events = AuditEvent.objects.visible_to(viewer_of(request)).filter(organisation__in=codes)
    shown = Paginator(events, 50).get_page(request.GET.get("page"))
    page = AuditPage(
        title="What was done here",
        crumbs=(crumb,),
        rows=_done(list(shown)),
        lead=lead,
        fresh="",
        more=f"?page={shown.next_page_number()}" if shown.has_next() else "",
        visible_to=who,
    )
    return render(request, "pages/audit.jinja", page)


def _done(events: list[AuditEvent]) -> tuple[Done, ...]:
    names = names_in(event.subject for event in events)
    return tuple(
        Done(e.at, e.actor_name, words(e.action), e.action, with_name(e.subject, names)) for e in events
    )
