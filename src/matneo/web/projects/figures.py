"""What a chart says, for the texts that a project writes itself."""

from matneo.charts import sentences
from matneo.monitoring import pictures, series
from matneo.utils.viewer import Viewer


def sentence(measure: str, code: str, viewer: Viewer) -> str:
    """What the chart of a measure says to this viewer, and to when its figures go; empty where there is none."""
    found = series.read(measure, code, viewer)
    if found is None:
        return ""
    model = pictures.model_of(found)
    to = f" Figures to {model.last.label}." if model.last else ""
    return f"{sentences.sentence(model)}{to}"
