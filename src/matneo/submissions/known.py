"""Every measure that an organisation may send or type counts of."""

from collections.abc import Collection

from matneo.measures import collected
from matneo.measures.definitions import Definition
from matneo.submissions.models import LocalMeasure


def definitions_for(code: str) -> dict[str, Definition]:
    """The measures of the product and the local ones of this organisation (of a site or unit, its trust's) by id."""
    return {**collected.known(), **local(code)}


def definitions_of(measures: Collection[str], code: str) -> dict[str, Definition]:
    """The same of some measures; no query where none of them is an organisation's own."""
    ours = collected.known()
    everything = ours if all(name in ours for name in measures) else definitions_for(code)
    return {name: everything[name] for name in measures if name in everything}


def local(*codes: str) -> dict[str, Definition]:
    """The own measures of these organisations by id, those that were taken off left out."""
    return {row.pk: definition_of(row) for row in LocalMeasure.objects.active().of(*codes)}


def with_taken_off(measures: Collection[str], code: str) -> tuple[dict[str, Definition], dict[str, str]]:
    """As `definitions_of`, and what those own measures are called that were taken off; one query at most."""
    ours = collected.known()
    wanted = [name for name in measures if name not in ours]
    rows = list(LocalMeasure.objects.of(code).filter(pk__in=wanted)) if wanted else []
    own = {row.pk: definition_of(row) for row in rows if row.withdrawn is None}
    names = {row.pk: f"{row.name} (taken off)" for row in rows if row.withdrawn is not None}
    return {name: ours[name] for name in measures if name in ours} | own, names


def definition_of(row: LocalMeasure) -> Definition:
    """A local measure as every other is: words in place of predicates, read by month."""
    return collected.define(
        id=row.pk,
        area="",
        name=row.name,
        counted=row.counted,
        of=row.of,
        family=row.family,
        direction=row.direction,
        unit=row.unit,
        rationale="A measure of the organisation's own.",
        owner=row.by_name,
    )
