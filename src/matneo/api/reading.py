"""Measures, organisations and series."""

from ninja import Router, Status

from matneo.api.asking import TO_READ, viewer
from matneo.api.schemas import MeasureOut, OrganisationOut, Problem
from matneo.measures import definitions
from matneo.monitoring import payload, series
from matneo.organisations.models import Organisation

router = Router(tags=["reading"], auth=TO_READ)
MOST = 500


@router.get("/measures/", response=list[MeasureOut], url_name="measures")
def measures(request):
    """Every measure with its definition in words."""
    return [
        MeasureOut(
            id=d.id,
            area=d.area,
            name=d.name,
            family=d.family,
            direction=d.direction,
            unit=d.unit,
            version=d.version,
            numerator=d.numerator_words,
            denominator=d.denominator_words,
            clinical_signoff=d.clinical_signoff,
        )
        for d in definitions.load().values()
    ]


@router.get("/organisations/", response=list[OrganisationOut], url_name="organisations")
def organisations(request, kind: str = "trust", q: str = ""):
    """Organisations of a kind, by name, former name, initials or code."""
    rows = Organisation.objects.visible_to(viewer(request)).of_kind(kind)
    return list((rows.search(q) if q else rows)[:MOST])


@router.get("/series/{measure}/{code}/", response={200: dict, 404: Problem}, url_name="series")
def one_series(request, measure: str, code: str, way: str = ""):
    """One series as its chart page shows it; `way` such as `collected-month` chooses one of its ways."""
    found = series.read(measure.upper(), code.upper(), viewer(request), way)
    if found is None:
        return Status(404, {"problem": "There is no such series."})
    return Status(200, payload.as_json(found))
