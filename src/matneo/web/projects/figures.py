"""The one place where the forms ask what is counted, and what a chart says."""

from matneo.charts import sentences
from matneo.measures import definitions
from matneo.measures.definitions import Definition
from matneo.monitoring import pictures, series
from matneo.utils.viewer import Viewer


def known() -> dict[str, Definition]:
    """Every measure that has a definition."""
    return definitions.load()


def sentence(measure: str, code: str, viewer: Viewer) -> str:
    """What the chart of a measure says to this viewer; empty where there is none."""
    found = series.read(measure, code, viewer)
    return sentences.sentence(pictures.model_of(found)) if found else ""
