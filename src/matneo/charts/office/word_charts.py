"""A native chart inside a Word file. The library for Word knows no charts: the one that PowerPoint gets is put in."""

from typing import Any

from matneo.charts.document import Figure
from matneo.charts.office import native

CM = 360000  # of Office's own unit
CHARTS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
PARTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add(file: Any, figure: Figure, width: float, height: float) -> None:
    """The chart as a paragraph of its own; centimetres."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    number = 1 + sum(part.partname.startswith("/word/charts/") for part in file.part.package.iter_parts())
    content, sheet = _made(figure)
    package = file.part.package
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), CHART_TYPE, content, package)
    book = Part(PackURI(f"/word/embeddings/sheet{number}.xlsx"), SHEET_TYPE, sheet, package)
    chart.rels.add_relationship(f"{PARTS}/package", book, "rId1")
    shown = file.part.relate_to(chart, f"{PARTS}/chart")
    run = file.add_paragraph().add_run()
    run._r.append(
        parse_xml(
            f'<w:drawing {nsdecls("w", "wp", "a", "r")}><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{round(width * CM)}" cy="{round(height * CM)}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
            f'<wp:docPr id="{1000 + number}" name="Chart {number}"/><wp:cNvGraphicFramePr/><a:graphic>'
            f'<a:graphicData uri="{CHARTS}"><c:chart xmlns:c="{CHARTS}" r:id="{shown}"/></a:graphicData></a:graphic>'
            "</wp:inline></w:drawing>"
        )
    )
    properties = run._r.xpath(".//wp:docPr")[0]
    properties.set("title", figure.name)
    properties.set("descr", figure.alt)


def link(paragraph: Any, words: str, address: str) -> None:
    """Words that open an address."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement("w:hyperlink")
    made.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(words)
    run.font.underline = True
    made.append(run._r)
    paragraph._p.append(made)


def _made(figure: Figure) -> tuple[bytes, bytes]:
    """The chart's own text and the sheet behind it, as PowerPoint's library writes them."""
    from pptx import Presentation
    from pptx.enum.chart import XL_CHART_TYPE

    file = Presentation()
    slide = file.slides.add_slide(file.slide_layouts[6])
    frame: Any = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, 0, 0, CM, CM, native.data(figure.chart))
    native.dress(frame.chart, figure.chart, 8 if figure.small else 9)
    part = frame.chart.part
    given = next(iter(part.rels.values()))
    content: bytes = part.blob
    return content.replace(f'r:id="{given.rId}"'.encode(), b'r:id="rId1"'), given.target_part.blob
