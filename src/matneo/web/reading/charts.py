"""The chart page, and its other forms after the address."""

from django.http import Http404, HttpResponse, JsonResponse

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.charts import png, spc, table, vega
from matneo.charts.svg import on_white
from matneo.improvement.models import ProjectIdea
from matneo.monitoring import payload, pictures, series
from matneo.monitoring.series import Series
from matneo.web.reading.chart_page import KINDS, asked, page_of
from matneo.web.reading.tried import ideas_on, marked, work_of
from matneo.web.render import render
from matneo.web.viewing import viewer_of

__all__ = ["KINDS", "chart", "england_chart", "england_form", "find", "form"]


def chart(request, places: str, code: str, measure: str):
    found, ideas = _found(request, places, code, measure)
    wanted = asked(request.GET)
    template = "pages/huddle.jinja" if wanted.view == "huddle" else "pages/chart.jinja"
    return render(
        request, template, page_of(found, wanted, request.path, _may(request, found), work_of(ideas))
    )


def _may(request, found: Series) -> frozenset[Permission]:
    viewer = viewer_of(request)
    asked = (Permission.ANNOTATE, Permission.REBASE)
    return frozenset(one for one in asked if has_permission(viewer, one, found.subject.code))


def england_chart(request, measure: str):
    return chart(request, "england", series.england_code() or "", measure)


def find(request, places: str, code: str, measure: str) -> Series:
    """The series of an address with its marks, or 404."""
    return _found(request, places, code, measure)[0]


def _found(request, places: str, code: str, measure: str) -> tuple[Series, tuple[ProjectIdea, ...]]:
    found = series.read(measure.upper(), code.upper(), viewer_of(request), request.GET.get("from", ""))
    if found is None or (places != "england" and found.subject.kind != KINDS.get(places)):
        raise Http404
    ideas = ideas_on(found, viewer_of(request))
    return marked(found, ideas), ideas


def form(request, places: str, code: str, measure: str, kind: str):
    """The same chart as .svg, .png, .csv, .json or .vl.json."""
    found = find(request, places, code or series.england_code() or "", measure)
    model = pictures.model_of(found)
    if kind == "svg":
        return HttpResponse(on_white(spc.draw(model).svg), content_type="image/svg+xml")
    if kind == "png":
        return _png(on_white(spc.draw(model).svg))
    if kind == "csv":
        answer = HttpResponse(table.as_csv(spc.draw(model).table), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = (
            f'attachment; filename="{found.subject.code}-{found.definition.id}.csv"'
        )
        return answer
    if kind == "vl.json":
        return JsonResponse(vega.dictionary(model), json_dumps_params={"indent": 1})
    return JsonResponse(payload.as_json(found), json_dumps_params={"indent": 1})


def england_form(request, measure: str, kind: str):
    return form(request, "england", "", measure, kind)


def _png(svg: str) -> HttpResponse:
    try:
        return HttpResponse(png.from_svg(svg), content_type="image/png")
    except png.NoPictures as reason:
        return HttpResponse(str(reason), status=501, content_type="text/plain")
