"""Parts as words: paragraphs of coloured words."""

from matneo.charts import palette
from matneo.charts.document import Bullets, Heading, Paragraph, Part
from matneo.charts.office import tables
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
    if table := tables.of(part):  # where there is no room for a table: a row a line
        return [
            [(f"{row[0]}: ", palette.INK, True), ("; ".join(row[1:]), palette.INK, False)]
            for row in table.rows
        ]
    return []
