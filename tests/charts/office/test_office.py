"""Documents by their structure: what is in the file, what its charts hold, and that the same document is the same file."""

import io
import re
import zipfile
import zlib

import pytest
from tests.charts.office.example import ARROWS, NODES, STAMP, document, main_chart

from matneo.charts import sentences
from matneo.charts.document import KEY_WORDS
from matneo.charts.office import excel, pdf, powerpoint, shown, slides, word, zips

WRITERS = {"pptx": powerpoint.write, "docx": word.write, "xlsx": excel.write}
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def opened(kind="pages", **changes):
    from pptx import Presentation

    return Presentation(io.BytesIO(powerpoint.write(document(kind, **changes))))


def charts_of(deck):
    return [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def alt(shape):
    return shape._element.xpath(".//p:cNvPr")[0].get("descr")


def text_of(file):
    """Every part of the file that is text, in one piece."""
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        return "\n".join(
            parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels"))
        )


@pytest.mark.parametrize("kind", ["pages", "poster"])
@pytest.mark.parametrize("form", WRITERS)
def test_the_same_document_is_the_same_file_whatever_the_clock_says(kind, form, monkeypatch):
    import time

    first = WRITERS[form](document(kind))
    later = time.time() + 86400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((2031, 5, 6, 7, 8, 9, 0, 1, 0)))

    assert WRITERS[form](document(kind)) == first


def test_every_time_in_a_file_is_the_day_of_its_stamp():
    for write in WRITERS.values():
        with zipfile.ZipFile(io.BytesIO(write(document()))) as parts:
            assert {entry.date_time for entry in parts.infolist()} == {(2025, 1, 20, 0, 0, 0)}
            assert set(re.findall(r"20\d\d-\d\d-\d\dT[\d:]+Z", parts.read("docProps/core.xml").decode())) == {"2025-01-20T00:00:00Z"}  # fmt: skip


def test_a_file_inside_a_file_is_settled_too():
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as parts:
        parts.writestr("docProps/core.xml", "<dcterms:created>2031-01-01T00:00:00Z</dcterms:created>")
    with zipfile.ZipFile(outer, "w") as parts:
        parts.writestr("sheet.xlsx", inner.getvalue())

    settled = zipfile.ZipFile(io.BytesIO(zips.settled(outer.getvalue(), STAMP.made)))
    book = zipfile.ZipFile(io.BytesIO(settled.read("sheet.xlsx")))
    assert b"2025-01-20" in book.read("docProps/core.xml")


def test_slides_have_titles_charts_tables_and_the_stamp():
    deck = opened()
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]

    assert titles == ["Warm at birth", "Normothermia: up to 72%, from 50%", "Other measures", "What we tried", "In one line each", "Drivers"]  # fmt: skip
    assert len(charts_of(deck)) == 3
    assert sum(shape.has_table for slide in deck.slides for shape in slide.shapes) == 2
    assert deck.core_properties.title == "Warm at birth"
    for slide in list(deck.slides)[1:]:
        foot = next(shape for shape in slide.shapes if shape.name == "Where it comes from")
        assert foot.text_frame.text == STAMP.line
        assert foot.text_frame.paragraphs[-1].runs[-1].hyperlink.address == STAMP.link


def test_a_native_chart_holds_the_values_of_the_picture():
    chart = main_chart()
    frame = charts_of(opened())[0]
    series = {one.name: tuple(one.values) for one in frame.chart.plots[0].series}

    assert series["Share (%)"] == tuple(
        None if p.value is None else round(p.value * 100, 4) for p in chart.points
    )
    assert set(series["Mean"]) == {50.0}
    assert set(series["Lower limit"]) == {35.0}
    assert set(series["Upper limit"]) == {65.0}
    assert set(series["Target"]) == {90.0}
    assert alt(frame) == f"Control chart of Normothermia, Northmere. {sentences.sentence(chart)}"


def test_limits_are_dashed_the_target_dash_and_dot_and_the_mean_solid():
    series = {one.name: one.format.line for one in charts_of(opened())[0].chart.plots[0].series}

    assert {name: str(line.dash_style).partition(" ")[0] for name, line in series.items() if name != "Tests"} == {
        "Mean": "None", "Lower limit": "DASH", "Upper limit": "DASH", "Target": "DASH_DOT", "Share (%)": "None",
    }  # fmt: skip


def test_signals_are_marked_by_shape_and_colour_and_what_is_provisional_is_hollow():
    value = next(one for one in charts_of(opened())[0].chart.plots[0].series if one.name == "Share (%)")
    marked = {
        int(point.find(f"{CHART}idx").get("val")): (
            point.find(f"{CHART}marker/{CHART}symbol").get("val"),
            re.findall(r'srgbClr val="(\w+)"', _xml(point)),
        )
        for point in value._element.iter(f"{CHART}dPt")
    }

    assert set(marked) == set(range(16, 24))
    assert marked[16] == ("triangle", ["0072CE", "0072CE"])
    assert marked[23] == ("triangle", ["FFFFFF", "0072CE"])
    assert value._element.find(f"{CHART}marker/{CHART}symbol").get("val") == "circle"


def _xml(element):
    from lxml import etree

    return etree.tostring(element).decode()


def test_tests_stand_in_their_months_with_their_numbers():
    series = next(one for one in charts_of(opened())[0].chart.plots[0].series if one.name == "Tests")
    labels = {
        int(one.find(f"{CHART}idx").get("val")): re.findall(r"<a:t>([^<]+)</a:t>", _xml(one))
        for one in series._element.iter(f"{CHART}dLbl")
    }

    assert [place for place, value in enumerate(series.values) if value is not None] == [13, 15]
    assert labels == {13: ["1,2"], 15: ["3"]}


def test_too_few_points_have_their_intervals_and_no_limits():
    frame = charts_of(opened())[1]
    names = [one.name for one in frame.chart.plots[0].series]
    bars = next(frame.chart._chartSpace.iter(f"{CHART}errBars"))
    order = [child.tag.replace(CHART, "") for child in bars.getparent()]

    assert names == ["Share (%)"]
    assert len(list(bars.iter(f"{CHART}pt"))) == 8
    assert order.index("errBars") < order.index("cat") < order.index("val")


def test_a_new_phase_has_lines_of_its_own():
    from dataclasses import replace

    chart = main_chart()
    points = tuple(
        replace(p, phase=1, centre=0.7) if place > 15 else p for place, p in enumerate(chart.points)
    )
    lines = {line.name: line.values for line in shown.drawn(replace(chart, points=points))}

    assert lines["Mean, phase 1"][16:] == (None,) * 8
    assert lines["Mean, phase 2"] == (None,) * 16 + (70.0,) * 8


@pytest.mark.parametrize("kind", ["pages", "poster", "diagram"])
def test_nothing_hangs_over_the_edge_of_a_slide(kind):
    deck = opened(kind)
    for slide in deck.slides:
        for shape in slide.shapes:
            assert min(shape.left, shape.top) >= 0, shape.name
            assert shape.left + shape.width <= deck.slide_width, shape.name
            assert shape.top + shape.height <= deck.slide_height, shape.name


@pytest.mark.parametrize("kind", ["pages", "poster", "diagram"])
def test_every_picture_chart_and_box_has_words(kind):
    for slide in opened(kind).slides:
        for shape in slide.shapes:
            has_words = shape.has_text_frame and shape.text_frame.text
            assert has_words or alt(shape) or shape.name == "Ground", shape.name


def test_a_poster_is_one_slide_of_a3_with_aim_chart_and_square():
    deck = opened("poster")
    (slide,) = deck.slides
    words = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)

    assert (round(deck.slide_width / 36000), round(deck.slide_height / 36000)) == (420, 297)
    assert len(charts_of(deck)) == 3
    assert "More babies arrive warm" in words
    assert STAMP.line in words
    assert [alt(shape) for shape in slide.shapes if shape.shape_type == 13] == [
        f"Square code of {STAMP.link}"
    ]
    assert KEY_WORDS in slide.notes_slide.notes_text_frame.text


def test_a_diagram_is_boxes_and_connectors_that_hold_on_to_them():
    (slide,) = [s for s in opened("diagram").slides if s.shapes.title.text_frame.text == "Drivers"]
    boxes = {shape.name: shape for shape in slide.shapes if shape.name in {node.key for node in NODES}}
    lines = [shape for shape in slide.shapes if shape.shape_type == 9 or "cxnSp" in shape._element.tag]

    assert set(boxes) == {node.key for node in NODES}
    assert boxes["P1"].text_frame.text == "P1 · 2 ideas\nFirst"
    assert {line.name for line in lines} == {f"{a.start} to {a.end}" for a in ARROWS}
    ids = {boxes[key].shape_id for key in boxes}
    for line in lines:
        held = line._element.xpath(".//a:stCxn/@id | .//a:endCxn/@id")
        assert len(held) == 2
        assert {int(one) for one in held} <= ids


def test_a_long_table_goes_on_on_the_next_slide():
    from dataclasses import replace

    from matneo.charts.document import Section
    from matneo.charts.model import Table

    rows = tuple((f"Idea {n}", "A long line of words that says what came of it, and more") for n in range(60))
    long = replace(
        document(), sections=(Section("What we tried", (Table("Ideas", ("Idea", "What"), rows),)),)
    )
    from pptx import Presentation

    deck = Presentation(io.BytesIO(powerpoint.write(long)))
    tables = [shape for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert len(tables) > 2
    assert sum(len(table.table.rows) - 1 for table in tables) == 60
    assert all(table.top + table.height < 6.95 * 914400 for table in tables)
    assert deck.slides[2].shapes.title.text_frame.text == "What we tried (continued)"


def test_words_that_are_longer_need_more_room():
    assert slides.height_of("word " * 40, 3, 18) > slides.height_of("word " * 10, 3, 18) > slides.height_of("word", 3, 18)  # fmt: skip


def test_word_has_headings_lists_tables_and_charts_that_word_can_edit():
    from docx import Document

    file = Document(io.BytesIO(word.write(document())))
    headings = [p.text for p in file.paragraphs if p.style.name == "Heading 1"]
    names = {str(part.partname) for part in file.part.package.iter_parts()}
    drawn = file.element.body.xpath(".//wp:docPr[@title]")

    assert headings == ["Normothermia: up to 72%, from 50%", "Other measures", "What we tried", "In one line each", "Drivers", "Where this comes from"]  # fmt: skip
    assert {f"/word/charts/chart{n}.xml" for n in (1, 2, 3)} | {f"/word/embeddings/sheet{n}.xlsx" for n in (1, 2, 3)} <= names  # fmt: skip
    assert (
        drawn[0].get("descr")
        == f"Control chart of Normothermia, Northmere. {sentences.sentence(main_chart())}"
    )
    assert [t.rows[0].cells[0].text for t in file.tables] == ["Idea", "Measure"]
    assert file.sections[0].footer.paragraphs[0].text == STAMP.line
    assert file.core_properties.language == "en-GB"


def test_a_chart_in_word_finds_its_sheet():
    with zipfile.ZipFile(io.BytesIO(word.write(document()))) as parts:
        chart = parts.read("word/charts/chart1.xml").decode()
        related = parts.read("word/charts/_rels/chart1.xml.rels").decode()
        types = parts.read("[Content_Types].xml").decode()

    assert 'r:id="rId1"' in chart
    assert re.search(r'Id="rId1"[^>]*embeddings/sheet1.xlsx|embeddings/sheet1.xlsx[^>]*Id="rId1"', related)
    assert 'PartName="/word/charts/chart1.xml"' in types
    assert "spreadsheetml.sheet" in types


def test_excel_has_a_sheet_and_a_native_chart_for_each_chart_and_no_formula():
    file = excel.write(document(cell="=cmd|'/c calc'!A1", title="=1+1"))
    text = text_of(file)
    book = zipfile.ZipFile(io.BytesIO(file))

    assert re.findall(r'<sheet name="([^"]+)"', text) == ["About", "Normothermia", "Few  points", "Another"]
    assert sum(name.startswith("xl/charts/chart") for name in book.namelist()) == 3
    sheets = "".join(
        book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")
    )
    assert "<f>" not in sheets
    assert "=1+1" in text
    assert 'quotePrefix="1"' in text
    assert "Control chart of Normothermia" in text


def test_excel_holds_the_same_figures():
    import fastexcel

    rows = fastexcel.read_excel(excel.write(document())).load_sheet("Normothermia", header_row=3).to_polars()
    values = rows["Share (%)"].to_list()

    assert values == [None if p.value is None else round(p.value * 100, 4) for p in main_chart().points]
    assert [v for v in rows["Improving"].to_list() if v is not None] == [72.0] * 8
    assert rows["Counted"].to_list()[0] == 90


def test_names_of_sheets_are_what_excel_takes():
    taken = {"about"}
    names = [excel._sheet_name(words, taken) for words in ("a/b:[c]*?", "About", "x" * 50, "x" * 50, "''")]

    assert names == ["a b  c", "About 2", "x" * 31, "x" * 27 + " 2", "Chart"]


def plain(file):
    """A PDF with its compressed parts beside it, to look for words."""
    streams = [part.partition(b"stream\n")[2] for part in file.split(b"endobj")]
    return file + b"\n".join(_inflated(part.rpartition(b"\nendstream")[0]) for part in streams)


def _inflated(part):
    try:
        return zlib.decompress(part)
    except zlib.error:
        return b""


@pytest.fixture
def paper():
    """WeasyPrint with pango; a machine without says so in the summary."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as problem:
        pytest.skip(f"no PDF on this machine: {problem}")


@pytest.mark.parametrize("kind", ["pages", "poster"])
def test_a_pdf_is_tagged_has_a_language_a_title_and_words_for_its_pictures(paper, kind):
    file = pdf.write(document(kind))
    said = plain(file)

    assert file.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/Lang", b"en-GB", b"/MarkInfo", b"/Alt", b"pdfuaid"):
        assert mark in said, mark
    assert b"Warm at birth" in said or "Warm at birth".encode("utf-16-be") in said
    assert file == pdf.write(document(kind))


def test_a_poster_is_one_sheet_of_a3(paper):
    file = plain(pdf.write(document("poster")))

    assert len(re.findall(rb"/Type\s*/Page[^s]", file)) == 1
    (box,) = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", file)
    assert [round(float(side) / 72 * 25.4) for side in box] == [420, 297]


def test_the_paper_says_everything_as_words_and_fetches_nothing():
    page = pdf.html(document(cell="<script>alert(1)</script>"))

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert set(re.findall(r'src="(\w+):', page)) == {"data"}
    assert '<html lang="en-GB">' in page
    assert all(alt for alt in re.findall(r'<img [^>]*alt="([^"]*)"', page))
    assert len(re.findall("<img ", page)) == len(re.findall("<img [^>]*alt=", page))


def test_without_pango_a_sentence_says_what_to_do(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(pdf.NoPaper, match="Word and PowerPoint are there"):
        pdf.write(document())
