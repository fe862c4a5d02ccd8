"""The page behind a poster's code: two big buttons, how many so far, and taking back one's last tap. No sign-in; whoever
holds the code may tap. GET shows, only POST counts. With JavaScript taps that find no connection wait on the phone and
come later, each with a key of its own: `static/js/taps.js`."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from matneo.improvement import taps
from matneo.improvement.actions import counting
from matneo.improvement.actions.counting import Over
from matneo.improvement.models import Rhythm, TapCounter
from matneo.measures.periods import Period, week_of
from matneo.submissions.known import definitions_for
from matneo.utils.typed import digits, printable
from matneo.web.projects.counters import limits

COOKIE = "matneo_tap"
SLOWLY = "That was a lot of taps at once. Wait a minute; everything counted so far is safe."
UNKNOWN = "This code is not known. Perhaps a part of the address is missing: scan the poster again."


@dataclass(frozen=True)
class TapPage:
    title: str
    brand: str
    question: str
    yes: str
    no: str
    key: str  # of this form: sent twice it is one tap
    count: str
    said: str
    may_undo: bool
    action: str
    counter: str  # names the phone's shelf of waiting taps: not the token, which is a key
    closed: str


# Without a session there is nobody whose rights a forged form could use: the code in the address is the right itself.
# And with "no-referrer" browsers send no origin, so Django's check would refuse every honest tap.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def tap(request: HttpRequest, token: str) -> HttpResponse:
    if not limits.allowed(request, token[:64] if request.method == "POST" else ""):
        return _guarded(_closed(request, SLOWLY, 429))
    counter = taps.with_token(token)
    if counter is None:
        return _guarded(_closed(request, UNKNOWN, 404))
    if why := taps.why_refused(counter, localtime(taps.when(_ago(request))).date()):
        return _guarded(_closed(request, why, 410))
    if request.method == "POST":
        return _guarded(_act(request, counter, token))
    return _guarded(_show(request, counter, token))


def _act(request: HttpRequest, counter: TapCounter, token: str) -> HttpResponse:
    if request.POST.get("do") == "undo":
        if (last := _meant(request, counter)) is not None:
            counting.undo_tap(counter=counter, tap=last, ago=_ago(request))
        answer = _done(request, counter, token)
        answer.delete_cookie(COOKIE, path=request.path)
        return answer
    said = request.POST.get("tap")
    if said not in ("yes", "no"):
        return _show(request, counter, token, "Tap one of the two buttons.", 422)
    try:
        made = counting.tap(
            counter=counter,
            yes=said == "yes",
            key=printable(request.POST.get("key", "")) or secrets.token_hex(12),
            ago=_ago(request),
        )
    except Over as why:
        return _closed(request, str(why), 410)
    answer = _done(request, counter, token)
    answer.set_signed_cookie(
        COOKIE,
        f"{counter.pk}:{made.pk}",
        max_age=counting.UNDO_MINUTES * 60,
        path=request.path,
        httponly=True,
        samesite="Strict",
        secure=settings.IS_HTTPS,
    )
    return answer


def _done(request: HttpRequest, counter: TapCounter, token: str) -> HttpResponse:
    """Back to the page; to the page's own program what it says now."""
    return (
        JsonResponse({"count": _count(counter)})
        if _asks_for_json(request)
        else redirect(reverse("tap", args=[token]))
    )


def _asks_for_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _ago(request: HttpRequest) -> timedelta:
    """How long ago the tap was made, or taken back, that comes now."""
    seconds = digits(request.POST.get("ago", ""), 7) if request.method == "POST" else None
    return timedelta(seconds=seconds or 0)


def _meant(request: HttpRequest, counter: TapCounter) -> int | None:
    """The tap to take back: the one with this key, which only the browser that made it knows, or its last one."""
    key = printable(request.POST.get("key", ""))[:40]
    if key:
        return counter.taps.filter(key=key).values_list("pk", flat=True).first()
    return _last(request, counter)


def _last(request: HttpRequest, counter: TapCounter) -> int | None:
    """The tap that this very browser made, within minutes."""
    said = request.get_signed_cookie(COOKIE, default="", max_age=counting.UNDO_MINUTES * 60)
    pk, _, made = str(said).partition(":")
    return digits(made) if pk == counter.pk else None


def _show(
    request: HttpRequest, counter: TapCounter, token: str, said: str = "", status: int = 200
) -> HttpResponse:
    trust = counter.project_measure.project.organisation
    definition = definitions_for(trust.code).get(counter.project_measure.measure)
    last = _last(request, counter)
    own = {tap.pk for tap in counter.taps.counting().filter(pk=last)} if last is not None else set()
    page = TapPage(
        title=definition.short_name if definition else "Counting",
        brand=settings.BRAND_NAME,
        question=definition.numerator_words if definition else "",
        yes=counter.yes,
        no=counter.no,
        key=secrets.token_hex(12),
        count=_count(counter),
        said=said,
        may_undo=bool(own),
        action=reverse("tap", args=[token]),
        counter=counter.pk,
        closed="",
    )
    return _render(request, page, status)


def _count(counter: TapCounter) -> str:
    """This week's, where the measure is counted by week; else this month's."""
    today = settings.CLOCK.today()
    if counter.project_measure.rhythm == Rhythm.WEEK:
        found = taps.tapped(counter, week_of(today))
        return f"{found.yes} of {found.all} this week"
    found = taps.tapped(counter, Period("month", today.replace(day=1)))
    return f"{found.yes} of {found.all} in {today:%B}"


def _closed(request: HttpRequest, why: str, status: int) -> HttpResponse:
    if _asks_for_json(request):
        return JsonResponse({"why": why}, status=status)
    page = TapPage("Counting", settings.BRAND_NAME, "", "", "", "", "", "", False, "", "", why)
    return _render(request, page, status)


def _render(request: HttpRequest, page: TapPage, status: int) -> HttpResponse:
    body = render_to_string("pages/tap.jinja", {"page": page}, request, using="jinja2")
    return HttpResponse(body, status=status)


def _guarded(response: HttpResponse) -> HttpResponse:
    """The address is a key: no search engine, no next page and no cache learns it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    return response
