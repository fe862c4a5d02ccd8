"""What the current release counted from records, of many measures at once: the locked rows of a grid."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from matneo.measures import releases
from matneo.monitoring.current import current_release
from matneo.submissions.models import Submission
from matneo.utils.viewer import Viewer


@dataclass(frozen=True)
class Recorded:
    """One calculated series: its line (`readings.LINES`) and its readings as columns, oldest first."""

    line: dict[str, Any]
    columns: dict[str, list[Any]]


def read_many(
    measures: Collection[str], codes: Collection[str], viewer: Viewer
) -> dict[tuple[str, str], Recorded]:
    """Calculated series by measure and place, each in its shortest kind of period; for those inside, nothing for others."""
    inside = [code for code in codes if viewer.sees_inside(code)]
    release = current_release() if inside and measures else None
    if release is None:
        return {}
    folder = settings.DATA_DIR.releases / release.pk
    lines = releases.read_lines(
        folder, audience="inside", subjects=inside, measures=list(measures), origin="calculated"
    )
    shortest: dict[tuple[str, str], dict[str, Any]] = {}
    for line in sorted(lines, key=lambda line: line["period_kind"] != "month"):
        if line["n_points"]:
            shortest.setdefault((line["measure"], line["subject"]), line)
    return {pair: Recorded(line, _columns(folder, line)) for pair, line in shortest.items()}


def received() -> datetime | None:
    """When the newest rows that count came in."""
    rows = Submission.objects.filter(kind="births", state="accepted").order_by("-received")
    return rows.values_list("received", flat=True).first()


def _columns(folder, line: dict[str, Any]) -> dict[str, list[Any]]:
    return releases.read_series(
        folder,
        measure=line["measure"],
        subject=line["subject"],
        audience="inside",
        origin="calculated",
        period_kind=line["period_kind"],
    )
