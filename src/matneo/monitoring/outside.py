"""What everyone may see of one measure, trust by trust: released, signed off and rounded, also where the reader could see more."""

from collections.abc import Sequence

from django.conf import settings

from matneo.measures import definitions, releases
from matneo.monitoring.current import current_release
from matneo.monitoring.walls import WallEntry
from matneo.organisations.models import Organisation
from matneo.utils.viewer import ANONYMOUS


def usual(measures: Sequence[str]) -> dict[str, tuple[float | None, ...]]:
    """The mean of each of these measures where its chart stands now, by trust; None where nobody may see one."""
    release = current_release()
    if release is None:
        return {}
    lines = releases.read_lines(
        settings.DATA_DIR.releases / release.pk,
        audience="outside",
        measures=list(measures),
        kinds=["trust"],
        origin="calculated",
    )
    means = {(line["subject"], line["measure"]): line["centre"] for line in lines}
    codes = {line["subject"] for line in lines}
    return {code: tuple(means.get((code, name)) for name in measures) for code in codes}


def of_trusts(measure: str) -> dict[str, WallEntry]:
    """The outside line of each trust that is open today, by its code; two queries."""
    release, definition = current_release(), definitions.load().get(measure)
    if release is None or definition is None:
        return {}
    lines = releases.read_lines(
        settings.DATA_DIR.releases / release.pk,
        audience="outside",
        measures=[measure],
        kinds=["trust"],
        origin="calculated",
    )
    rows = Organisation.objects.visible_to(ANONYMOUS).filter(kind="trust", closed=None)
    names = {row.code: row.short_name for row in rows}
    return {
        line["subject"]: WallEntry(definition, line["subject"], names[line["subject"]], "trust", line)
        for line in lines
        if line["subject"] in names
    }
