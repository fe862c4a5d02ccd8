"""The worked example: take the sheet, send it in, look, begin a phase with a reason, read it aloud."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.http import HttpResponse

from matneo.charts.model import Chart
from matneo.measures.intake.findings import Finding, Refused
from matneo.measures.periods import label
from matneo.web.learn import vienna
from matneo.web.pages import Page
from matneo.web.render import render

FEWEST = 13
LISTED = 20


@dataclass(frozen=True, kw_only=True)
class ExamplePage(Page):
    problem: str
    guess: str
    mapping: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    sheet: str
    whole: Chart
    rebased: Chart | None
    starts: tuple[tuple[str, str, bool], ...]
    start_words: str
    reason: str
    is_own: bool
    births: int
    deaths: int


def semmelweis(request):
    """GET shows where the steps lead; POST does them with the sheet that was sent. Nothing is kept."""
    problem = ""
    if request.method == "POST":
        try:
            return render(request, "pages/semmelweis.jinja", _practised(request))
        except Refused as reason:
            problem = str(reason)
    return render(request, "pages/semmelweis.jinja", _example(problem), status=422 if problem else 200)


def sheet(request):
    answer = HttpResponse(vienna.example_text(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="semmelweis.csv"'
    return answer


def _practised(request) -> ExamplePage:
    given, today = request.FILES.get("file"), settings.CLOCK.today()
    if given is not None:
        if given.size > vienna.LIMITS.size:
            raise Refused(f"{given.name} is larger than a practice sheet may be (1 MB).")
        content, name = given.read(), given.name
    elif request.POST.get("sheet"):
        content, name = request.POST["sheet"].encode(), "your sheet"
    else:
        raise Refused("Choose a file first: the one you took above will do.")
    read = vienna.read_sheet(content, name, today)
    if len(read.rows) < FEWEST:
        first = read.findings[0].sentence if read.findings else ""
        raise Refused(
            f"{name} has {len(read.rows)} months that can be read, and limits need {FEWEST}. {first}".strip()
        )
    start, reason = _start(request.POST.get("start", "")), request.POST.get("reason", "").strip()[:120]
    problem = (
        "Say why it is another process from there on; it stands on the chart." if start and not reason else ""
    )
    return _page(
        read.rows,
        problem=problem,
        guess=read.guess,
        mapping=read.mapping,
        findings=read.findings[:LISTED],
        start=start,
        reason=reason,
        is_own=True,
    )


def _start(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=4)
def _example(problem: str) -> ExamplePage:
    rows = vienna.read_sheet(vienna.example_text().encode(), "semmelweis.csv", date(2025, 1, 1)).rows
    return _page(rows, problem=problem, start=vienna.ORDER, reason=vienna.REASON)


def _page(
    rows: tuple[vienna.Row, ...],
    *,
    problem: str = "",
    guess: str = "",
    mapping: tuple[tuple[str, str], ...] = (),
    findings: tuple[Finding, ...] = (),
    start: date | None = None,
    reason: str = "",
    is_own: bool = False,
) -> ExamplePage:
    return ExamplePage(
        title="A worked example: Vienna, 1841 to 1849",
        problem=problem,
        guess=guess,
        mapping=mapping,
        findings=findings,
        sheet=vienna.as_text(rows) if is_own else "",
        whole=vienna.drawn(rows, None, "", "whole"),
        rebased=vienna.drawn(rows, start, reason, "rebased") if start and reason else None,
        starts=tuple((r.month.isoformat(), label("month", r.month), r.month == start) for r in rows[1:]),
        start_words=label("month", start) if start else "",
        reason=reason,
        is_own=is_own,
        births=int(sum(row.births or 0 for row in rows)),
        deaths=int(sum(row.deaths or 0 for row in rows)),
        visible_to="Everyone. What you send in here is drawn for you and not kept.",
        fresh="Historical figures; they will not change.",
        lead="In May 1847 a doctor asked his colleagues to wash their hands. Put his true monthly figures on a chart yourself.",
    )
