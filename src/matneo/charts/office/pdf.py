"""A document on paper: a tagged PDF (PDF/UA) with its language, headings, tables and a text for each picture."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from matneo.charts import icons, spark, spc
from matneo.charts.document import KEY_WORDS, LANGUAGE, Document, Figure, Line, Part
from matneo.charts.office import poster, square, tables

TEMPLATES = Path(__file__).with_name("templates")
SPARK = 24  # points
_EDGED = re.compile(r'<text [^>]*paint-order="stroke"[^>]*>[^<]*</text>')
_EDGE = re.compile(r' (?:stroke|stroke-width|stroke-linejoin|paint-order)="[^"]*"')


class NoPaper(Exception):
    """The optional package for PDF, or what it needs from the system, is missing; the message says what to do instead."""


def write(document: Document) -> bytes:
    """The file's bytes; the same document, the same bytes. Raises NoPaper with a sentence."""
    try:
        import weasyprint
    except (ImportError, OSError) as problem:  # OSError: pango is not there
        raise NoPaper(
            "PDF files need the print extra (WeasyPrint) and pango on this server. Word and PowerPoint are there, "
            "and the page prints."
        ) from problem
    # Only what stands in the page itself is read: no file of the server, no network.
    within = weasyprint.URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    page = weasyprint.HTML(string=html(document), url_fetcher=within)
    pdf: bytes = page.write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=document.stamp.release.encode() or b"matneo"
    )
    return pdf


def html(document: Document) -> str:
    """The page that becomes the paper."""
    template = _environment().get_template("document.html.jinja")
    words: str = template.render(
        document=document,
        stamp=document.stamp,
        language=LANGUAGE,
        key_words=KEY_WORDS,
        css=_css(document),
        **(_sizes(document) if document.kind == "poster" else {}),
        code=square.data_address(square.png(document.stamp.link)) if document.kind == "poster" else "",
    )
    return words


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(table=tables.of, kind=_kind, drawn=_drawn, picture=_picture, icon=_icon, spark=_spark)
    return made


def _sizes(document: Document) -> dict[str, float]:
    """Letters as large as there is room for, the same as on the slide."""
    title, lead = poster.head_sizes(document)
    side = poster.side_size([section for section in document.sections if section.place == "side"])
    return {"title_size": title, "lead_size": lead, "side_size": side}


def _css(document: Document) -> str:
    names = ("paper.css", "poster.css") if document.kind == "poster" else ("paper.css",)
    return "\n".join((TEMPLATES / name).read_text("utf-8") for name in names)


def _kind(part: Part) -> str:
    return type(part).__name__.lower()


def _drawn(figure: Figure, kind: str) -> str:
    """The same picture as on the page, as the address of an image: it takes no style from the paper."""
    large = "huddle" if kind == "poster" else "full"
    return _picture(spc.draw(figure.chart, "phone" if figure.small else large).svg)


def _picture(svg: str) -> str:
    return square.data_address(_under(svg).encode(), "image/svg+xml")


def _under(svg: str) -> str:
    """The white edge of words as words of their own below them: the paper's painter knows no order of fill and stroke."""
    return _EDGED.sub(lambda found: found.group() + _EDGE.sub("", found.group()), svg)


def _icon(line: Line) -> str:
    return _picture(icons.variation(line.variation, 32))


def _spark(line: Line) -> str:
    chart = line.chart
    points = chart.points[-SPARK:]
    last = chart.last
    picture = spark.draw(
        [p.value for p in points],
        [p.signal for p in points],
        centre=last.centre if last else None,
        lcl=last.lcl if last else None,
        ucl=last.ucl if last else None,
        width=150,
        height=36,
        direction=chart.direction,
    )
    return _picture(picture)
