"""Whose readings and tests the diagram shows: all England, one's collaborative, one's trust."""

from dataclasses import dataclass

from django.db.models import Q

from matneo.improvement.evidence import Place
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer

MOST = 6  # a coach of many collaboratives finds the others on their pages


@dataclass(frozen=True)
class Scope:
    """One choice of the switch; `code` is the place whose readings are shown."""

    key: str
    words: str
    name: str
    place: Place
    code: str


def scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """England first, then only what this viewer has; one query."""
    rows = Organisation.objects.visible_to(viewer).filter(
        Q(kind="england") | _mine(viewer), kind__in=["england", "psc", "trust"], closed=None
    )
    found = {row.code: row for row in rows}
    by_kind = {
        kind: [row for row in found.values() if row.kind == kind] for kind in ("england", "psc", "trust")
    }
    listed = [
        Scope("all", "All England", "England", Place(), by_kind["england"][0].code)
        if by_kind["england"]
        else Scope("all", "All England", "England", Place(), "")
    ]
    for kind, words in (("psc", "My collaborative"), ("trust", "My trust")):
        one = len(by_kind[kind]) == 1
        listed += [
            Scope(row.code.lower(), words if one else row.short_name, row.short_name, Place(kind, row.code), row.code)
            for row in by_kind[kind][:MOST]
        ]  # fmt: skip
    return tuple(listed)


def _mine(viewer: Viewer) -> Q:
    if not viewer.signed_in:
        return Q(pk__in=[])
    joined = Q(
        kind="psc",
        links_to__kind="in_psc",
        links_to__end=None,
        links_to__source__code__in=viewer.organisations,
    )
    return Q(code__in=viewer.organisations) | joined
