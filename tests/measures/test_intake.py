"""Files that people really have: what is taken, what is refused, and that every refusal is a sentence."""

import gzip
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matneo.measures import definitions
from matneo.measures.intake import counts, findings, identifiers, published, readers
from matneo.measures.intake.findings import Refused
from matneo.measures.periods import parse

LIMITS = readers.Limits(size=1_000_000, unpacked=3_000_000, ratio=100)
SHEET = "organisation,measure,month,numerator,denominator\nT1,PTO-M08,2024-01,8,10\nT1,PTO-M08,2024-04,9,12\n"


def read(content, tmp_path, name="sheet.csv"):
    file = tmp_path / "given"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return readers.read(file, name, LIMITS)


def xlsx(rows):
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return out.getvalue()


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_encodings_and_delimiters_are_guessed(self, encoding, delimiter, tmp_path):
        table = read(f"name{delimiter}n\nSt Zoë{delimiter}3\n".encode(encoding), tmp_path)

        assert table.rows() == [("St Zoë", "3")]

    def test_gzip_and_xlsx_hold_the_same_table(self, tmp_path):
        rows = [line.split(",") for line in SHEET.strip().splitlines()]

        assert read(gzip.compress(SHEET.encode()), tmp_path).rows() == read(SHEET, tmp_path).rows()
        assert read(xlsx(rows), tmp_path, "sheet.xlsx").columns == read(SHEET, tmp_path).columns


def bomb() -> bytes:
    return gzip.compress(b"0" * 20_000_000)


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 20_000_000)
    return out.getvalue()


def entity_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>')
    return out.getvalue()


BAD = {
    "empty": (b"", "is empty"),
    "header only": (b"a,b\n", "no rows below its header"),
    "too large": (b"a,b\n" + b"1,2\n" * 300_000, "the limit is"),
    "gzip bomb": (bomb(), "when it is unpacked"),
    "zip bomb": (zip_bomb(), "when it is unpacked"),
    "truncated gzip": (gzip.compress(SHEET.encode() * 50)[:-20], "cut off|damaged"),
    "truncated xlsx": (xlsx([["a", "b"], [1, 2]])[:-400], "damaged|cut off"),
    "an archive": (b"", "is empty"),
    "entities": (entity_bomb(), "no spreadsheet program writes"),
    "binary": (bytes(range(256)) * 20, "not a table|not text"),
    "PDF": (b"%PDF-1.7 something", "not a table"),
    "one column": (b"alone\n1\n2\n", "one column only"),
    "two columns of one name": (b"a,a\n1,2\n", "two columns called 'a'"),
    "a comma in a number": (b"a,b\n1,200,3\n", "row 2 has 3 cells"),
    "an open quotation mark": (b'a,b\n"1,2\n3,4\n', "quotation mark|no rows"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old or password-protected"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_refused_with_a_sentence(name, tmp_path):
    content, words = BAD[name]

    with pytest.raises(Refused, match=words):
        read(content, tmp_path)


class TestCounts:
    def judge(self, text, tmp_path, **options):
        return counts.read(read(text, tmp_path), definitions=definitions.load(), organisations={"T1": "T1", "st marys": "T1"},
                           today=date(2024, 12, 10), default_organisation="T1", **options)  # fmt: skip

    def test_first_months_of_quarters_stand_for_whole_quarters_and_that_is_said(self, tmp_path):
        found = self.judge(SHEET, tmp_path)

        assert [(c.period.label(), c.numerator, c.known) for c in found.counts] == [
            ("January to March 2024", 8, 10),
            ("April to June 2024", 9, 12),
        ]
        assert [(f.severity, f.rule) for f in found.findings] == [("check", "quarter")]

    def test_a_quarter_that_is_not_over_is_said_even_where_its_first_month_stands_for_it(self, tmp_path):
        found = self.judge(SHEET + "T1,PTO-M08,2024-10,7,9\n", tmp_path)  # the day is 10 December 2024

        said = {f.rule: (f.row, f.sentence) for f in found.findings}
        assert said["running"] == (
            4,
            "October to December 2024 is not over: it is kept and not counted before 1 January 2025.",
        )

    def test_months_of_a_quarterly_measure_stay_months(self, tmp_path):
        found = self.judge(SHEET + "T1,PTO-M08,2024-02,7,9\n", tmp_path)

        assert [c.period.kind for c in found.counts] == ["month"] * 3
        assert found.findings == ()

    @pytest.mark.parametrize("text", ["Apr-Jun 2024", "April to June 2024", "2024 Q2", "Q1 2024/25"])
    def test_a_quarter_in_words_people_use(self, text, tmp_path):
        found = self.judge(f"measure,period,num,den\nPTO-M08,{text},8,10\n", tmp_path)

        assert [(c.period.kind, c.period.start) for c in found.counts] == [("quarter", date(2024, 4, 1))]

    def test_a_blank_in_the_mapping_says_that_no_column_holds_it(self, tmp_path):
        sheet = "measure,month,num,den,code\nSFP-M01,2024-01,0,50,ward 7\n"
        refused = self.judge(sheet, tmp_path)
        found = self.judge(sheet, tmp_path, remembered={"organisation": ""})

        assert [f.rule for f in refused.findings] == ["organisation"]
        assert [(c.organisation, c.numerator) for c in found.counts] == [("T1", 0)]

    def test_zero_blank_and_not_sent_are_three_things(self, tmp_path):
        sheet = "measure,month,num,den\nSFP-M01,2024-01,0,50\nSFP-M01,2024-02,,\nSFP-M01,2024-03,DNS,DNS\nSFP-M01,2024-04,0,0\n"
        found = self.judge(sheet, tmp_path)

        assert [(c.numerator, c.state.value) for c in found.counts] == [
            (0, "ok"),
            (None, "not_collected"),
            (None, "not_yet_sent"),
            (0, "no_cases"),
        ]

    @pytest.mark.parametrize(
        ("row", "rule", "words"),
        [("SFP-M01,2024-01,60,50", "order", "more are counted"), ("SFP-M01,2024-01,-1,50", "count", "cannot be a count"),
         ("SFP-M01,2024-01,2.5,50", "count", "cannot be a count"), ("SFP-M01,2024-01,many,50", "number", "is no number"),
         ("SFP-M01,2031-01,1,50", "future", "has not happened"), ("SFP-M01,soon,1,50", "period", "no date or period"),
         ("XX-9,2024-01,1,50", "measure", "no measure we know"), ("SFP-M01,2024-01,=1+1,50", "formula", "formula"),
         ("SFP-M01,2024-01,nan,50", "count", "cannot be a count"), ("SFP-M01,2024-01,1e400,50", "count", "cannot be a count"),
         ("SFP-M01,2024-01,1,1e308", "count", "is too large for a count"), ("SFP-M01,1989-12,1,50", "past", "December 1989 is before 1990")],
    )  # fmt: skip
    def test_an_impossible_cell_is_named(self, row, rule, words, tmp_path):
        found = self.judge(f"measure,month,num,den\n{row}\n", tmp_path, earliest=date(1990, 1, 1))

        assert [(f.row, f.rule) for f in found.findings] == [(2, rule)]
        assert words in found.findings[0].sentence
        assert found.counts == ()

    def test_the_same_point_twice_is_shown_with_both_rows(self, tmp_path):
        found = self.judge("measure,month,num,den\nSFP-M01,2024-01,1,50\nSFP-M01,01/01/2024,2,50\n", tmp_path)

        assert "row 2 too" in found.findings[0].sentence

    def test_an_unusual_value_is_a_question_and_not_a_refusal(self, tmp_path):
        found = self.judge(
            "measure,month,num,den\nSFP-M01,2024-01,40,50\n",
            tmp_path,
            history={("SFP-M01", "T1"): (0.05, 0.2)},
        )

        assert [f.severity for f in found.findings] == ["check"]
        assert len(found.counts) == 1


@given(
    st.dates(date(2015, 1, 1), date(2025, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%Y-%m", "%B %Y", "%b-%y", "%b %Y"]),
)
def test_a_month_is_read_in_every_form_it_is_written(day, form):
    found = parse(day.strftime(form))

    assert found is not None
    assert (found.start.year, found.start.month) == (day.year, day.month)


class TestIdentifiers:
    def test_a_number_with_the_right_check_digit_is_an_nhs_number(self):
        assert identifiers.is_nhs_number(
            "943 476 5919"
        )  # the number in the NHS data dictionary's own example
        assert not identifiers.is_nhs_number("943 476 5918")

    @pytest.mark.parametrize(
        ("sheet", "kind"),
        [
            ("measure,note\nSFP-M01,9434765919\n", "NHS number"),
            ("measure,note\nSFP-M01,SW1A 2AA\n", "postcode"),
            ("surname,n\nx,1\n", "column"),
        ],
    )
    def test_personal_details_are_found_by_place_and_never_by_value(self, sheet, kind, tmp_path):
        found = identifiers.find(read(sheet, tmp_path))

        assert kind in found[0].kind
        assert "9434765919" not in repr(found)
        assert "SW1A" not in repr(found)


def test_a_sheet_that_comes_back_runs_no_formula():
    sheet = findings.report_as_sheet(["a", "=cmd()"], [["=1+1", "-5"], ["@x", "+y"], ["", "\rz"]], [])

    assert "'=1+1" in sheet
    assert "'=cmd()" in sheet
    assert ",-5," in sheet  # a number stays a number
    assert "'@x" in sheet
    assert '\r\n,"\'\rz",' in sheet  # a blank stays blank


class TestPublished:
    def place(self, level, code):
        return (
            ("ENG", "")
            if level == "england"
            else (code, "")
            if code.startswith("R")
            else (None, f"{code} is not in the register.")
        )

    def test_a_month_by_dimension_keeps_each_state_apart(self, tmp_path):
        head = "ReportingPeriodStartDate,ReportingPeriodEndDate,Dimension,Org_Level,Org_Code,Org_Name,Measure,Count_Of,Final_value\n"
        rows = [
            "RAA,0 to 6,5",
            "RAA,7 to 10,300",
            "RAA,Missing Value / Value outside reporting parameters,20",
            "RBB,0 to 6,*",
            "RBB,7 to 10,100",
            "XX9,0 to 6,1",
        ]
        sheet = head + "".join(
            f"01/03/2024,31/03/2024,ApgarScore5TermGroup7,Provider,{r.split(',')[0]},A,{r.split(',')[1]},Babies,{r.split(',')[2]}\n"
            for r in rows
        )
        table = read(sheet, tmp_path)

        found = published.read(
            table, published.recognise(table.columns), definitions=definitions.load(), place=self.place
        )

        by = {row["subject"]: row for row in found.values.iter_rows(named=True)}
        assert (by["RAA"]["numerator"], by["RAA"]["known"], by["RAA"]["population"]) == (5, 305, 325)
        assert (by["RBB"]["numerator"], by["RBB"]["state"]) == (None, "suppressed")
        assert "XX9 is not in the register." in {part.reason for part in found.left_out}

    @pytest.mark.parametrize(
        "head",
        [
            "Period,Dimension,Org_Level,Org_Code,Org_Name,Measure,Count_Of,Value",
            "period,dimension,org_level,org_code,org_name,measure1,count_of,value",
        ],
    )
    def test_a_year_is_taken_in_both_generations_of_columns(self, head, tmp_path):
        rows = [
            ("National,ALL", "Smoker", 250), ("National,ALL", "Non-Smoker / Ex-Smoker", 1900), ("National,ALL", "Unknown", 3000),
            ("Provider,RAA", "Smoker", 5), ("Provider,RAA", "Non-Smoker / Ex-Smoker", 95), ("Provider,RAA", "Something new", 40),
            ("Provider,XX9", "Smoker", 5), ("Sub ICB,QQQ", "Smoker", 5),
        ]  # fmt: skip
        sheet = (
            head
            + "\n"
            + "".join(
                f"2021-22,SmokingStatusGroupBooking,{place},A,{label},Women,{value}\n"
                for place, label, value in rows
            )
        )
        table = read(sheet, tmp_path)

        found = published.read(
            table, published.recognise(table.columns), definitions=definitions.load(), place=self.place
        )

        by = {row["subject"]: row for row in found.values.iter_rows(named=True)}
        # England is its own row, never a sum: 250 of 2,150 known, and 3,000 more whose answer is not known
        assert (by["ENG"]["numerator"], by["ENG"]["known"], by["ENG"]["population"]) == (250, 2150, 5150)
        assert (by["RAA"]["numerator"], by["RAA"]["known"]) == (5, 100)
        assert {row["period"] for row in by.values()} == {date(2021, 4, 1)}
        assert {row["period_kind"] for row in by.values()} == {"financial_year"}
        left = {part.reason: part.rows for part in found.left_out}
        assert left["XX9 is not in the register."] == 1
        assert left["a level that MatNeo does not show"] == 1
        assert left["an answer that we cannot place in its measure"] == 1

    def test_quality_metrics_are_pivoted_and_their_rate_is_worked_out_again(self, tmp_path):
        head = "Org_Code,Org_Name,Org_Level,RPStartDate,RPEndDate,IndicatorFamily,Indicator,Currency,Value\n"
        parts = [("RAA", "Numerator", "30"), ("RAA", "Denominator", "400"), ("RAA", "Rate per Thousand", "75"), ("RBB", "Numerator", "30"), ("RBB", "Denominator", "400"),
                 ("RBB", "Rate per Thousand", "99"), ("RCC", "Rate per Thousand", "DNS"), ("RDD", "Rate per Thousand", "Low DQ")]  # fmt: skip
        sheet = head + "".join(
            f"{c},A,Provider,2024-03-01,2024-03-31,CQIM_Rate,CQIMPreterm,{k},{v}\n" for c, k, v in parts
        )
        table = read(sheet, tmp_path)

        found = published.read(
            table, published.recognise(table.columns), definitions=definitions.load(), place=self.place
        )

        by = {row["subject"]: row for row in found.values.iter_rows(named=True)}
        assert (by["RAA"]["numerator"], by["RAA"]["known"]) == (30, 400)
        assert (by["RCC"]["state"], by["RDD"]["state"]) == ("not_yet_sent", "failed_quality")
        assert [finding.sentence[:3] for finding in found.findings] == ["RBB"]


def test_what_concerns_the_header_or_the_whole_sheet_stands_in_the_heading_of_the_added_column():
    found = [
        findings.Finding(
            "stop", 1, "period", "", "no column", "No column seems to hold the period.", "Name one."
        ),
        findings.Finding("check", 0, "", "", "whole", "The sheet is long.", ""),
        findings.Finding("fix", 2, "n", "x", "number", "'x' is no number.", "Write digits."),
    ]

    header, row = findings.report_as_sheet(["n"], [["x"]], found).lstrip("\ufeff").splitlines()

    assert header.startswith(
        "n,What was found | check: The sheet is long. | stop: No column seems to hold the period."
    )
    assert row == "x,fix: 'x' is no number. Write digits."
