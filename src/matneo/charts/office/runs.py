"""Parts that are only words, as paragraphs of coloured words."""

from matneo.charts import palette
from matneo.charts.document import Bullets, Heading, Paragraph, Part
from matneo.charts.office.slides import Run


def of(part: Part) -> list[list[Run]]:
    """Paragraphs of runs of a part that is only words."""
    if isinstance(part, Heading):
        return [[(part.text, palette.INK, True)]]
    if isinstance(part, Paragraph):
        said = f"“{part.text}”" if part.kind == "quote" else part.text
        return [[(said, palette.SECONDARY if part.kind == "quiet" else palette.INK, part.kind == "lead")]]
    if isinstance(part, Bullets):
        return [[("– ", palette.SECONDARY, False), (item, palette.INK, False)] for item in part.items]
    return []
