"""Vienna, first clinic, 1841 to 1849: a sheet that one can practise on. Nothing that comes in here is kept."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

from matneo.charts import spc as draw_spc
from matneo.charts.model import Chart, Mark, Point, SpcChart
from matneo.measures.definitions import Definition, read
from matneo.measures.intake import counts, identifiers, readers
from matneo.measures.intake.findings import Finding, Refused
from matneo.measures.periods import label, month_index, short_label
from matneo.stats import spc

PLACE = "first clinic, Vienna"
ORDER = date(1847, 6, 1)  # the first whole month after the order of May 1847
REASON = "Hands washed in chlorinated lime"
LIMITS = readers.Limits(1_000_000, 5_000_000, 100)


@dataclass(frozen=True)
class Row:
    month: date
    births: float | None
    deaths: float | None


@dataclass(frozen=True)
class Sheet:
    """A practice sheet as it was read."""

    guess: str
    mapping: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    rows: tuple[Row, ...]


def folder():
    return resources.files("matneo") / "content" / "examples"


def example_text() -> str:
    return (folder() / "semmelweis.csv").read_text("utf-8")


@lru_cache(maxsize=1)
def definition() -> Definition:
    return read(folder() / "vienna.yaml")


def read_sheet(content: bytes, name: str, today: date) -> Sheet:
    """Read by the very steps of a real upload. Raises Refused for what cannot be read."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "given"
        file.write_bytes(content)
        table = readers.read(file, name, LIMITS)
        if identifiers.find(table):
            raise Refused(f"{name} seems to hold personal details. It was deleted at once; nothing was kept.")
    known = definition()
    found = counts.read(
        table,
        definitions={known.id: known},
        organisations={"VIENNA": "VIENNA"},
        today=today,
        default_organisation="VIENNA",
        default_measure=known.id,
    )
    rows = sorted(
        (Row(c.period.start, c.known, c.numerator) for c in found.counts), key=lambda row: row.month
    )
    guess = (
        f"{table.guess.words()}; dates with {found.date_order}" if found.date_order else table.guess.words()
    )
    return Sheet(guess, tuple(found.mapping.items()), found.findings, tuple(rows))


def as_text(rows: Sequence[Row]) -> str:
    """The rows again as a sheet, so that the next step can carry them."""
    lines = [f"{row.month:%Y-%m},{_cell(row.births)},{_cell(row.deaths)}" for row in rows]
    return "\n".join(["month,births,deaths", *lines])


def _cell(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def drawn(rows: Sequence[Row], start: date | None, reason: str, key: str) -> Chart:
    """The p chart of the rows, as one process or with a new phase from `start` on."""
    return draw_spc.draw(_model(rows, start, reason, key))


def _model(rows: Sequence[Row], start: date | None, reason: str, key: str) -> SpcChart:
    months = [row.month for row in rows]
    top, bottom = (
        np.array([np.nan if number is None else number for number in column])
        for column in ([row.deaths for row in rows], [row.births for row in rows])
    )
    made = spc.chart(
        kind="p",
        series=["Vienna"] * len(rows),
        period=np.array([month_index(month) for month in months]),
        numerator=top,
        denominator=bottom,
        phase=np.array([start is not None and month >= start for month in months], int),
        direction="decrease",
        step=1,
    )
    p, s, d = made.points, made.series, definition()
    points = tuple(
        Point(
            month,
            short_label("month", month),
            _known(p.value[i]),
            _known(top[i]),
            _known(bottom[i]),
            "ok" if np.isfinite(p.value[i]) else "not_collected",
            False,
            str(p.signal[i]),
            str(p.reason[i]),
            int(p.phase[i]),
            _known(p.centre[i]),
            _known(p.lcl[i]),
            _known(p.ucl[i]),
        )
        for i, month in enumerate(months)
    )
    since = int(s.signal_since[0])
    return SpcChart(
        key=key,
        title=d.name,
        subject=PLACE,
        good_sentence=d.good_sentence,
        counts=d.counts,
        unit=d.unit,
        scale=d.scale,
        direction=d.direction,
        period_kind="month",
        points=points,
        target=None,
        target_words="",
        marks=(Mark(start, reason, "rebase"),) if start else (),
        variation=str(s.variation[0]),
        assurance="none",
        limits_status=str(s.limits_status[0]),
        # months are counted from January 1970, so those of Vienna are below zero; -1 itself would be December 1969
        signal_since=label("month", date(1970 + since // 12, since % 12 + 1, 1)) if since != -1 else "",
        signal_rule=str(s.signal_rule[0]),
        signal_length=int(s.signal_length[0]),
        now=_known(s.now_value[0]),
        before=_known(s.before_value[0]),
        rounded=False,
        chart="p",
    )


def _known(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
