"""An address of something that is no longer in a package: cited addresses lead somewhere for as long as possible."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect

from matneo.library.schema import Package


def retired(package: Package | None, name: str) -> HttpResponseRedirect:
    """To the list of versions, which says when it went and what it was; 404 for what never was."""
    if package is None or name not in package.retired:
        raise Http404
    return redirect("package_versions", package.id.lower())
