"""The way to the page of a driver or an idea: by its id, in capitals or not; one that was retired leads to
the versions; anything else is not there."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matneo.improvement import evidence
from matneo.improvement.evidence import Experience
from matneo.library import catalogue
from matneo.library.schema import Package
from matneo.utils.viewer import Viewer
from matneo.web.library.retired import retired
from matneo.web.library.rows import address_of
from matneo.web.pages import Page
from matneo.web.render import render
from matneo.web.viewing import viewer_of

PageOf = Callable[[Package, Any, Viewer, Experience], Page]


def show(
    request: HttpRequest, name: str, lookup: Callable[[str], Any], template: str, page_of: PageOf
) -> HttpResponse:
    """Answer with the page of what `lookup` finds, with all that was tried of its package."""
    found, package = lookup(name.upper()), catalogue.load().package_of(name.upper())
    if found is None or package is None:
        return retired(package, name.upper())
    if name != found.id:
        return redirect(address_of(found.id), permanent=True)
    viewer = viewer_of(request)
    return render(request, template, page_of(package, found, viewer, evidence.of_package(package.id, viewer)))
