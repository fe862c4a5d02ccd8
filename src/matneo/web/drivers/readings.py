"""The latest reading of many measures at one place: lines of the current release, never rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from matneo.charts import icons, spark
from matneo.charts.living import ICON, SPARK
from matneo.measures import collected, definitions
from matneo.monitoring import live, walls, wording
from matneo.monitoring.walls import WallEntry
from matneo.monitoring.ways import FEWEST
from matneo.utils.viewer import Viewer
from matneo.web.lines import chart_path

SHOWN = 18  # points of a spark in a box


@dataclass(frozen=True)
class Reading:
    """What a node says of its measure. The sentence stands beside the drawings, which are silent."""

    measure: str
    name: str
    href: str
    sentence: str
    variation: str
    spark: str
    icon: str  # for the picture
    icon_beside: str  # the same for the outline: names inside drawings are there once a page


def read(measures: Iterable[str], code: str, viewer: Viewer) -> dict[str, Reading]:
    """By measure, those that have a line here; two queries and one read of lines, and what people inside type there."""
    wanted = set(measures)
    if not code:
        return {}
    entries = walls.wall(viewer, measures=sorted(wanted & definitions.load().keys()), codes=[code])
    typed = live.read_many([(name, code) for name in sorted(wanted & collected.load().keys())], viewer)
    entries += [
        WallEntry(one.definition, code, one.subject.short_name, one.subject.kind, one.line)
        for one in typed.values()
    ]
    return {entry.definition.id: of(entry) for entry in entries}


def of(entry: WallEntry) -> Reading:
    d, row = entry.definition, entry.line
    variation = "too_few" if row["n_points"] < FEWEST else row["variation"]
    return Reading(
        measure=d.id,
        name=d.short_name,
        href=chart_path(entry.kind, entry.code, d.id),
        sentence=wording.sentence(entry),
        variation=variation,
        spark=spark.draw(
            row["spark"][-SHOWN:],
            _last_only(row["spark_signal"][-SHOWN:]),
            centre=row["centre"],
            lcl=row["lcl"],
            ucl=row["ucl"],
            width=SPARK[0],
            height=SPARK[1],
            direction=d.direction,
        ),
        icon=icons.variation(variation, ICON, key=f"p-{d.id}"),
        icon_beside=icons.variation(variation, ICON, key=f"o-{d.id}"),
    )


def _last_only(signals: list[str]) -> list[str]:
    """In so small a spark only the last point says what it is; the sentence beside it has the rest."""
    return ["common"] * (len(signals) - 1) + signals[-1:]
