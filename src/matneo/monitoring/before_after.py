"""The charts that a submission would move, as they are and as they would be: nothing is stored."""

from collections.abc import Iterator

from django.conf import settings

from matneo.charts import spc
from matneo.charts.model import Chart, Point, SpcChart
from matneo.measures import definitions, drafts, national
from matneo.measures.periods import short_label
from matneo.monitoring import pictures
from matneo.submissions import parsing, values
from matneo.submissions.known import definitions_for
from matneo.submissions.models import Submission

MOST = 6


def charts(submission: Submission) -> Iterator[tuple[str, Chart | None, Chart]]:
    """(title, before, after) of at most six series; before is None where the series is new."""
    parsed = parsing.again(submission)
    if parsed.values is None:
        return
    known = definitions_for(submission.organisation.code)
    subjects = parsed.values["subject"].unique().to_list()
    now = values.as_points("collected", subjects)
    both = drafts.before_and_after(
        now, parsed.values, known, national.last_month(settings.CLOCK.today()), MOST
    )
    for place, (measure, subject, before, after) in enumerate(both):
        d = known[measure]
        drawn = [
            None if rows is None else spc.draw(_model(d, subject, rows, line, f"{name}{place}"), "phone")
            for name, (rows, line) in (("b", before), ("a", after))
        ]
        if drawn[1] is not None:
            yield f"{d.short_name}, {subject}", drawn[0], drawn[1]


def _model(d: definitions.Definition, subject: str, rows: list[dict], line: dict, key: str) -> SpcChart:
    points = tuple(
        Point(
            r["period"],
            short_label(r["period_kind"], r["period"]),
            r["value"],
            r["numerator_shown"],
            r["denominator_shown"],
            r["state"],
            bool(r["provisional"]),
            r["signal"],
            r["reason"],
            r["phase"],
            r["centre"],
            r["lcl"],
            r["ucl"],
        )
        for r in rows
    )
    target = d.target_on(points[-1].start) if points else None
    since = line["signal_since"]
    return SpcChart(
        key=key,
        title=d.name,
        subject=subject,
        good_sentence=d.good_sentence,
        counts=d.counts,
        unit=d.unit,
        scale=d.scale,
        direction=d.direction,
        period_kind=rows[0]["period_kind"],
        points=points,
        target=target.value / d.scale if target else None,
        target_words="",
        marks=(),
        variation=line["variation"],
        assurance=line["assurance"],
        limits_status=line["limits_status"],
        signal_since=pictures.since_words(rows[0]["period_kind"], since) if since else "",
        signal_rule=line["signal_rule"] or "",
        signal_length=line["signal_length"],
        now=line["now_value"],
        before=line["before_value"],
        rounded=False,
        chart=line["chart"],
    )
