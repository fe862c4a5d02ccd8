"""Files made to do harm: refused by what they would unfold to, before anything is reserved for them."""

import io
import time
import zipfile

import pytest

from matneo.measures.intake import readers
from matneo.measures.intake.findings import Refused

LIMITS = readers.Limits(size=60_000_000, unpacked=100_000_000, ratio=1000)
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKED = "http://schemas.openxmlformats.org/package/2006/relationships"


def read(content, tmp_path, name="sheet.xlsx"):
    file = tmp_path / "given"
    file.write_bytes(content)
    return readers.read(file, name, LIMITS)


def workbook(*sheets, place="worksheets/sheet{}.xml", book="xl/workbook.xml", more=()):
    """A workbook from the XML of its sheets, as small as one can be."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        numbers = range(1, len(sheets) + 1)
        names = "".join(
            f'<sheet name="S{n}" sheetId="{n}" state="{"visible" if n == 1 else "hidden"}" r:id="r{n}"/>'
            for n in numbers
        )
        links = "".join(
            f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="{place.format(n)}"/>' for n in numbers
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{SPACE}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKED}">{links}</Relationships>'
        )
        root = f'<Relationship Id="b" Type="{LINKS}/officeDocument" Target="{book}"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKED}">{root}</Relationships>')
        for n, sheet in zip(numbers, sheets, strict=True):
            archive.writestr(f"xl/{place.format(n)}", sheet)
        for name, content in more:
            archive.writestr(name, content)
    return out.getvalue()


def sheet(rows, before=""):
    return f'<worksheet xmlns="{SPACE}">{before}<sheetData>{rows}</sheetData></worksheet>'


def cell(place, text="1"):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


TABLE = sheet(f'<row r="1">{cell("A1", "a")}{cell("B1", "b")}</row><row r="2">{cell("A2")}{cell("B2")}</row>')
FAR = f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("XFD1048576")}</row>'
prefixed = sheet(FAR).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")

HOSTILE = {
    "two cells far apart": (workbook(sheet(FAR)), "row 1,048,576"),
    "with a prefix": (workbook(prefixed), "row 1,048,576"),
    "in UTF-16": (workbook(('<?xml version="1.0" encoding="UTF-16"?>' + sheet(FAR)).encode("utf-16")), "row 1,048,576"),
    "far down": (workbook(sheet(f'<row r="1048576">{cell("A1048576")}</row>')), "row 1,048,576"),
    "a row that says so for its cells": (workbook(sheet('<row r="1048576"><c><v>1</v></c></row>')), "row 1,048,576"),
    "many cells in all": (workbook(sheet(f'<row r="1">{cell("A1")}</row><row r="900000">{cell("Z900000")}</row>')), "5,000,000 cells"),
    "far to the right": (workbook(sheet(f'<row r="1">{cell("A1")}{cell("XFD1")}</row>')), "16,384 columns"),
    "a dimension alone": (workbook(sheet("", '<dimension ref="A1:XFD1048576"/>')), "16,384 columns"),
    "a sheet in no place of sheets": (workbook(sheet(FAR), place="elsewhere{}.xml"), "row 1,048,576"),
    "a sheet that is called a picture": (workbook(sheet(FAR), place="media/image{}.png"), "not in it"),
    "a second list of sheets": (workbook(TABLE, book="xl/other.xml"), "no spreadsheet program does"),
    "entities": (workbook('<!DOCTYPE x [<!ENTITY a "aa">]>' + TABLE), "no spreadsheet program writes"),
    "entities in UTF-16": (workbook(('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "aa">]>' + TABLE).encode("utf-16")), "no spreadsheet program writes"),
    "XML that ends": (workbook(TABLE[:-20]), "no XML"),
    "another workbook inside": (workbook(TABLE, more=[("content.xml", "<x/>")]), "put together"),
    "rows behind a pivot table": (workbook(TABLE, more=[("xl/pivotCache/pivotCacheRecords1.xml", "<x/>")]), "copies of other tables"),
    "two parts of one name": (workbook(TABLE, more=[("xl/Worksheets/SHEET1.xml", TABLE)]), "put together"),
    "a hidden second sheet": (workbook(TABLE, sheet(f'<row r="1">{cell("A1", "943 476 5919")}</row>')), "sheet 'S2' too"),
    "a sheet that no list names": (workbook(TABLE, more=[("xl/worksheets/old.xml", TABLE)]), "belongs to no sheet"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_before_it_is_unfolded(name, tmp_path):
    content, words = HOSTILE[name]

    with pytest.raises(Refused, match=words) as refused:
        read(content, tmp_path)

    assert "943" not in str(refused.value)


def test_plain_workbooks_are_read_even_beside_sheets_that_hold_nothing(tmp_path):
    empty = sheet('<row r="1"><c r="A1" s="1"/></row>')

    assert read(workbook(TABLE), tmp_path).rows() == [("1", "1")]
    assert read(workbook(TABLE, empty), tmp_path).rows() == [("1", "1")]


def test_a_header_of_very_many_columns_is_refused_at_once(tmp_path):
    content = ",".join(f"c{n}" for n in range(400_000)).encode() + b"\n1,2\n"

    began = time.monotonic()
    with pytest.raises(Refused, match="400,000 columns and the limit is 1,000"):
        read(content, tmp_path, "wide.csv")
    assert time.monotonic() - began < 10


def test_short_rows_under_a_wide_header_do_not_fill_the_memory(tmp_path):
    content = ",".join(f"c{n}" for n in range(1000)).encode() + b"\n" + b"1\n" * 200_000

    with pytest.raises(Refused, match="much shorter"):
        read(content, tmp_path, "short.csv")


def test_a_column_without_a_name_is_not_taken_for_one_that_has_its_name(tmp_path):
    with pytest.raises(Refused, match="two columns called 'column 2'"):
        read(b"column 2,,x\n1,2,3\n", tmp_path, "sheet.csv")
