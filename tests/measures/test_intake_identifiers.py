"""Every way in which people write what points at a person, beside the numbers that only look like it."""

import random

import duckdb
import pytest

from matneo.measures import definitions
from matneo.measures.intake import identifiers, readers, rows

NUMBERS = [
    "9434765919", "943 476 5919", "943-476-5919", "943.476.5919", "943/476/5919", "943  476  5919", "943_476_5919",
    "943\u00a0476\u00a05919", "943\u202f476\u202f5919", "943–476–5919", "943 4765 919", "94347 65919", "9.434765919E+09", "9434765919.0",
    "9,434,765,919", "９４３４７６５９１９", "943 476\u200b 5919", "NHS 9434765919, seen twice", "seen 2024-01-05 943 476 5919", "9434765919 12",
]  # fmt: skip
OTHERS = {
    "a postcode": ["SW1A 1AA", "SW1A  1AA", "SW1A-1AA", "SW1A\u00a01AA", "sw1a1aa", "lives at M1 1AE now"],
    "an e-mail address": ["jane.smith@example.org", "ask jane@mail.example.co.uk"],
    "a telephone number": ["07700900123", "07700 900123", "+44 7700 900123", "+44 (0)7700 900 123", "020 7946 0123", "(0114) 496 0123"],
    "a date of birth": ["DOB 01/02/1990", "born 3 May 1991", "Date of birth: 01.02.90", "d.o.b. 1990-02-01", "born on 3rd of February 1991"],
}  # fmt: skip
NOBODY = [
    "2024-01-05 12:30", "05/01/2024 12:30", "2024010512", "20240105 12", "2023/24-2024", "10 20 30 40 50", "1,204", "12.5%", "PTO-M08",
    "R1K01", "0.0000012345", "April to June 2024", "1e308", "1e400", "-5", "12 of 50", "2024-25", "0123456780", "born at home", "born before 32 weeks", "Babies born at 24+0 to 31+6 weeks", "born in 2024", "E54000030",
    "36.12345678 C", "2.6822268962 %", "2024-01-01 2024-01-31",
]  # fmt: skip
PERSONAL = [
    "Name", "Full name", "Mother", "Patient ID", "NHS", "nhs_id", "NHSNumber", "nhs no", "mums_dob", "motherDOB", "Mobile", "surname", "PatientName",
    "Mother's name", "Date of Birth", "DateOfBirth", "Email", "e-mail", "Home address", "Post code", "Hospital number", "MRN", "mother_birth_date",
]  # fmt: skip


def table(text, tmp_path):
    file = tmp_path / "given"
    file.write_text(text)
    return readers.read(file, "sheet.csv", readers.Limits())


def in_sheet(cell, tmp_path):
    quoted = cell.replace('"', '""')
    return identifiers.find(table(f'measure,note\nSFP-M01,"{quoted}"\n', tmp_path))


@pytest.mark.parametrize("text", NUMBERS)
def test_an_nhs_number_is_found_however_it_is_written(text, tmp_path):
    assert in_sheet(text, tmp_path) == [identifiers.Identified(2, "note", "an NHS number")]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in OTHERS.items() for text in texts])
def test_other_traces_of_a_person_are_found(kind, text, tmp_path):
    assert in_sheet(text, tmp_path) == [identifiers.Identified(2, "note", kind)]


@pytest.mark.parametrize("text", NOBODY)
def test_what_points_at_nobody_is_left_alone(text, tmp_path):
    assert in_sheet(text, tmp_path) == []


def test_no_measured_value_is_taken_for_a_person():
    draw = random.Random(20240301)
    values = [draw.uniform(0, limit) for limit in (1, 30, 1000, 1e8) for _ in range(3000)]
    texts = [
        form(value) for value in values for form in (repr, "{:.9f}".format, "{:.10f}".format, "{:e}".format)
    ]

    assert [text for text in texts if identifiers.in_words(text)] == []
    assert identifiers.in_words("2.6822268962860107") == ""


def test_no_word_of_our_own_measures_is_taken_for_a_person():
    words = [
        text
        for d in definitions.load().values()
        for text in (d.id, d.name, d.short_name, *d.aliases, d.good_sentence, *d.counts.split(";"))
    ]

    assert [text for text in words if identifiers.in_words(text)] == []


def test_the_quick_look_passes_over_nothing_that_the_close_look_finds():
    import polars as pl

    texts = pl.Series([*NUMBERS, *(text for group in OTHERS.values() for text in group)])

    assert texts.filter(~texts.str.contains(identifiers.DOUBTFUL)).to_list() == []
    assert texts.filter(texts.str.contains(identifiers.MEASURED)).to_list() in (
        [],
        ["9434765919.0"],
    )


@pytest.mark.parametrize("column", PERSONAL)
def test_a_column_for_personal_details_is_known_by_its_name(column):
    assert identifiers.is_personal(column)


@pytest.mark.parametrize(
    "column",
    ["Org_Name", "trust name", "measure", "mother_age", "birth_date", "births_in_pregnancy", "NHS trust", "month", "Org code", "numerator"],
)  # fmt: skip
def test_a_column_for_counts_is_no_column_for_personal_details(column):
    assert not identifiers.is_personal(column)


def test_a_file_without_a_header_is_found_and_its_first_row_is_not_repeated(tmp_path):
    found = identifiers.find(table("9434765919,Jane Smith,3\n9434765870,Ann Jones,4\n", tmp_path))

    assert found[0] == identifiers.Identified(1, "column 1", "an NHS number")
    assert "Jane" not in repr(found)
    assert "9434765919" not in repr(found)


class TestParquet:
    def find(self, tmp_path, sql):
        file = tmp_path / "births.parquet"
        duckdb.execute(f"COPY ({sql}) TO '{file}' (FORMAT parquet)")
        return [
            (f.row, f.column, f.kind)
            for f in identifiers.find_in_words(rows.words_of(file, "births.parquet"))
        ]

    @pytest.mark.parametrize(
        "kind", ["BIGINT", "DOUBLE", "DECIMAL(12, 1)", "HUGEINT", "VARCHAR", "VARCHAR[]"]
    )
    @pytest.mark.parametrize("column", ["blood_loss_ml", "code"])
    def test_a_number_is_found_in_every_type_and_in_known_columns_too(self, kind, column, tmp_path):
        value = f"['9434765919']::{kind}" if kind.endswith("[]") else f"9434765919::{kind}"

        assert self.find(tmp_path, f"SELECT {value} AS {column}") == [(0, column, "an NHS number")]

    def test_what_is_not_a_number_hides_no_number(self, tmp_path):
        sql = "SELECT unnest(['nan'::DOUBLE, 9434765919]) AS temperature_c"

        assert self.find(tmp_path, sql) == [(0, "temperature_c", "an NHS number")]

    def test_one_number_among_very_many_texts_is_found(self, tmp_path):
        sql = "SELECT CASE WHEN i = 299999 THEN '943 476 5919' ELSE 'note ' || i END AS note FROM range(300000) t(i)"

        assert self.find(tmp_path, sql) == [(0, "note", "an NHS number")]

    def test_measured_values_and_days_are_left_alone(self, tmp_path):
        sql = "SELECT random() * 30 AS co_booking_ppm, (random() * 30)::VARCHAR AS other, DATE '2024-01-05' AS birth_date FROM range(20000)"

        assert self.find(tmp_path, sql) == []


@pytest.mark.parametrize(
    "part",
    [
        "a",
        "1.1.1.",
        "@",
        "a@",
        "a@a.",
        "1",
        "1 ",
        "0",
        "+44 ",
        "born ",
        "born 1 jan",
        "-1-",
        "\u0315\u0300",
        "a1",
        "SW1",
    ],
)
def test_a_very_long_text_is_looked_at_once_and_not_once_a_character(part):
    text = (part * 200_000)[:200_000]

    identifiers.in_words(text)  # would go on for minutes
    assert identifiers._in_words_again.cache_info().maxsize == 10_000
    assert identifiers.in_words(f"{text} ann@example.org") != ""


def test_an_address_with_a_very_long_name_is_found():
    assert identifiers.in_words("a" * 300 + "@example.org") == "an e-mail address"


def test_long_texts_are_not_kept():
    identifiers._in_words_again.cache_clear()
    identifiers.in_words("short enough")
    identifiers.in_words("long " * 41)

    assert identifiers._in_words_again.cache_info().currsize == 1
