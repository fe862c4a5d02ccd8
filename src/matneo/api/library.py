"""The driver diagram and the change packages, with the ids of the pages."""

from dataclasses import asdict

from django.conf import settings
from ninja import Router, Status

from matneo.api.asking import TO_READ
from matneo.api.schemas import DriverOut, IdeaOut, PackageBriefOut, PackageOut, Problem
from matneo.library import catalogue
from matneo.library.schema import Driver, Idea, Package
from matneo.library.search import Wanted, search
from matneo.measures import collected, definitions

router = Router(tags=["library"], auth=TO_READ)


@router.get("/library/", response=list[PackageBriefOut], url_name="library")
def library(request):
    """Every package with how much it holds."""
    return [_brief(package) for package in catalogue.load().packages.values()]


@router.get("/library/drivers/", response=list[DriverOut], url_name="library_drivers")
def drivers(request, q: str = "", area: str = ""):
    """Drivers with what they serve, by words and area."""
    found = search(catalogue.load(), Wanted(words=q, area=area.upper()))
    return [_driver(driver) for driver in found.drivers]


@router.get("/library/drivers/{name}/", response={200: DriverOut, 404: Problem}, url_name="library_driver")
def driver(request, name: str):
    """One driver by its id, such as SFP-S2.1."""
    found = catalogue.load().driver(name.upper())
    if found is None:
        return Status(404, {"problem": "There is no such driver."})
    return Status(200, _driver(found))


@router.get("/library/ideas/", response=list[IdeaOut], url_name="library_ideas")
def ideas(request, q: str = "", area: str = "", concept: str = "", effort: str = "", equity: bool = False):
    """Change ideas by words, area, kind of change, effort (S, M, L) and fairness."""
    wanted = Wanted(words=q, area=area.upper(), concept=concept, effort=effort.upper(), equity=equity)
    return [_idea(idea) for idea in search(catalogue.load(), wanted).ideas]


@router.get("/library/ideas/{name}/", response={200: IdeaOut, 404: Problem}, url_name="library_idea")
def idea(request, name: str):
    """One change idea by its id, such as SFP-C07."""
    found = catalogue.load().idea(name.upper())
    if found is None:
        return Status(404, {"problem": "There is no such change idea."})
    return Status(200, _idea(found))


@router.get("/library/{area}/", response={200: PackageOut, 404: Problem}, url_name="library_package")
def package(request, area: str):
    """A whole package: aims, drivers, ideas, measures, evidence."""
    found = catalogue.load().packages.get(area.upper())
    if found is None:
        return Status(404, {"problem": "There is no such package."})
    return Status(200, _package(found))


def _brief(package: Package) -> dict:
    return {
        "id": package.id,
        "title": package.title,
        "lead": package.lead,
        "version": package.version,
        "effective_from": package.effective_from,
        "status": package.status,
        "licence": package.licence,
        "clinical_signoff": package.clinical_signoff,
        "counts": {
            kind: len(getattr(package, kind)) for kind in ("aims", "drivers", "ideas", "measures", "evidence")
        },
        "address": f"{settings.BASE_URL}/library/{package.id.lower()}/",
    }


def _package(package: Package) -> dict:
    counted, typed = definitions.load(), collected.load()
    return {
        **_brief(package),
        "note": package.note,
        "retired": list(package.retired),
        "aims": [asdict(aim) for aim in package.aims],
        "drivers": [_driver(driver) for driver in package.drivers],
        "ideas": [_idea(idea) for idea in package.ideas],
        "measures": [
            {**asdict(m), "counted_here": m.id in counted, "typed_here": m.id in typed}
            for m in package.measures
        ],
        "evidence": [asdict(evidence) for evidence in package.evidence],
    }


def _driver(driver: Driver) -> dict:
    return {
        **asdict(driver),
        "level": "primary" if driver.primary else "secondary",
        **_common(driver.id, "drivers"),
    }


def _idea(idea: Idea) -> dict:
    return {**asdict(idea), **_common(idea.id, "ideas")}


def _common(name: str, kind: str) -> dict:
    package = catalogue.load().packages[name.partition("-")[0]]
    return {
        "area": package.id,
        "clinical_signoff": package.clinical_signoff,
        "address": f"{settings.BASE_URL}/library/{kind}/{name}/",
    }
