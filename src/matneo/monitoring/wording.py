"""What a series says in a list, where there is no room for the chart: the same words as beside it."""

from matneo.charts import sentences
from matneo.charts.model import SpcChart
from matneo.measures.periods import label
from matneo.monitoring import pictures
from matneo.monitoring.walls import WallEntry


def sentence(entry: WallEntry) -> str:
    """The chart's sentence, from its line alone."""
    return sentences.sentence(_model(entry))


def value(entry: WallEntry) -> str:
    return sentences.figure(entry.line["last_value"], entry.definition.unit, entry.definition.scale)


def variation(entry: WallEntry) -> str:
    return sentences.VARIATION[entry.line["variation"]]


def reading(entry: WallEntry) -> str:
    """A few words for a table's cell: "Improving: up from 67%", "Steady around 74%"."""
    d, line = entry.definition, entry.line
    first, before, now = variation(entry), line["before_value"], line["now_value"]
    if line["variation"] == "common" and line["centre"] is not None:
        return f"{first} around {sentences.figure(line['centre'], d.unit, d.scale)}"
    if line["variation"] in ("common", "too_few") or before is None or now is None:
        return first
    shown = [sentences.figure(one, d.unit, d.scale) for one in (now, before)]
    return f"{first}: {sentences.change_words(now, before, *shown)}"


def assurance(entry: WallEntry) -> str:
    return sentences.ASSURANCE[entry.line["assurance"]]


def period(entry: WallEntry) -> str:
    start = entry.line["last_period"]
    return label(entry.line["period_kind"], start) if start else "no figure yet"


def _model(entry: WallEntry) -> SpcChart:
    from matneo.charts.model import Point

    d, line = entry.definition, entry.line
    since = line["signal_since"]
    last = Point(
        line["last_period"],
        period(entry),
        line["last_value"],
        line["last_numerator"],
        line["last_denominator"],
        "ok",
        bool(line["last_provisional"]),
        "common",
        "",
        0,
        line["centre"],
        line["lcl"],
        line["ucl"],
    )
    points = (last,) * max(line["n_points"], 1) if line["last_value"] is not None else ()
    return SpcChart(
        key="",
        title=d.name,
        subject=entry.name,
        good_sentence=d.good_sentence,
        counts=d.counts,
        unit=d.unit,
        scale=d.scale,
        direction=d.direction,
        period_kind=line["period_kind"],
        points=points,
        target=line["target"],
        target_words="",
        marks=(),
        variation=line["variation"],
        assurance=line["assurance"],
        limits_status=line["limits_status"],
        signal_since=pictures.since_words(line["period_kind"], since) if since else "",
        signal_rule=line["signal_rule"] or "",
        signal_length=line["signal_length"],
        now=line["now_value"],
        before=line["before_value"],
        rounded=entry.kind != "england",
    )
