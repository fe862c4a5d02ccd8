"""Somebody of another trust asks for twenty minutes: read it, and answer in a few words."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect

from matneo.accounts.access import NotAllowed
from matneo.accounts.permissions import Permission
from matneo.improvement import asks
from matneo.improvement.actions import asking
from matneo.improvement.models import Ask
from matneo.improvement.saying import Unsuitable
from matneo.measures.definitions import AREAS
from matneo.web.pages import Crumb, Page
from matneo.web.render import render
from matneo.web.viewing import need, signed_in, viewer_of


@dataclass(frozen=True, kw_only=True)
class AskPage(Page):
    asked: str
    asked_by: str
    asked_at: datetime
    may_answer: bool
    typed: str
    problem: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    waiting: str


@signed_in
def ask(request, pk: str):
    need(request, Permission.VIEW_HOME)
    row = _find(request, pk)
    problem = ""
    if request.method == "POST":
        problem = _answer(request, row)
        if not problem:
            messages.success(request, f"{row.by_name} has your answer in a message.")
            return redirect(request.path)
        row = _find(request, pk)  # a colleague may have answered meanwhile
    return render(request, "pages/ask.jinja", _page(request, row, problem), status=422 if problem else 200)


def _find(request, pk: str) -> Ask:
    rows = Ask.objects.visible_to(viewer_of(request)).select_related("project__organisation", "of", "by")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _answer(request, row: Ask) -> str:
    try:
        asking.answer(ask=row, text=request.POST.get("text", ""), by=request.user)
    except Unsuitable as reason:
        return str(reason)
    except NotAllowed as reason:
        raise PermissionDenied(str(reason)) from reason
    return ""


def _page(request, row: Ask, problem: str) -> AskPage:
    viewer, trust, other = viewer_of(request), row.project.organisation, row.of
    waiting = Ask.objects.visible_to(viewer).waiting_for(viewer).filter(pk=row.pk).exists()
    area = AREAS[row.project.area]
    return AskPage(
        title=f"{asks.asks_words(row)} for 20 minutes",
        crumbs=(Crumb("My week", "/home/"),),
        section="home",
        lead=f"A team at {trust.short_name} works on {area[:1].lower()}{area[1:]}, and would like to hear from "
        f"{other.short_name}.",
        asked=row.text,
        asked_by=row.by_name,
        asked_at=row.at,
        may_answer=waiting,
        typed=request.POST.get("text", "") if problem else "",
        problem=problem,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        waiting="" if row.answered_at or waiting else f"{other.short_name} has not answered yet.",
        visible_to=f"{row.by_name}, and those who lead improvement work at {trust.short_name} and {other.short_name}.",
        fresh="",
    )
