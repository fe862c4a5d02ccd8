"""What a chart says, for the texts that a project writes itself."""

from matneo.charts import sentences
from matneo.monitoring import pictures, series
from matneo.utils.viewer import Viewer


def sentence(measure: str, code: str, viewer: Viewer) -> str:
    """What the chart of a measure says to this viewer; empty where there is none."""
    found = series.read(measure, code, viewer)
    return sentences.sentence(pictures.model_of(found)) if found else ""
