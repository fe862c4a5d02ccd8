"""Rows of a Parquet file whose columns have other types than ours."""

from datetime import date

import duckdb
import pytest

from matneo.measures.intake import readers, rows
from matneo.measures.intake.findings import Refused

NEEDED = "DATE '2024-01-05' AS birth_date, 'T1' AS trust, 'S1' AS site, 1::SMALLINT AS birth_order, '01' AS outcome"


def load(file, name="births.parquet"):
    with duckdb.connect() as connection:
        return rows.load(file, name, connection, readers.Limits(), {"S1": "T1"}, today=date(2024, 12, 10))


def parquet(tmp_path, more, number=3):
    file = tmp_path / "births.parquet"
    duckdb.execute(f"COPY (SELECT {NEEDED}, {more} FROM range({number}) t(i)) TO '{file}' (FORMAT parquet)")
    return file


@pytest.mark.parametrize(
    ("more", "column"),
    [
        (
            "CASE i WHEN 0 THEN 'about a litre' WHEN 1 THEN ' ' ELSE '400' END AS blood_loss_ml",
            "blood_loss_ml",
        ),
        ("CASE i WHEN 0 THEN 70000 ELSE 400 END AS blood_loss_ml", "blood_loss_ml"),
        ("CASE i WHEN 0 THEN 'perhaps' ELSE 'true' END AS cgm", "cgm"),
    ],
)
def test_cells_that_cannot_be_read_are_counted_and_never_become_missing_in_silence(more, column, tmp_path):
    found = load(parquet(tmp_path, more)).findings

    assert [(f.severity, f.column, f.rule) for f in found] == [("fix", column, "type")]
    assert found[0].sentence.startswith(f"1 cell of {column} (")


def test_other_types_that_hold_the_same_values_are_no_reason_to_ask(tmp_path):
    more = "400::BIGINT AS blood_loss_ml, 36.5::DOUBLE AS temperature_c, ' ' AS co_36_ppm, 'true' AS cgm, NULL::VARCHAR AS apgar_5"

    assert load(parquet(tmp_path, more)).findings == ()


def test_a_column_that_stands_there_twice_is_refused(tmp_path):
    file = tmp_path / "births.csv"
    file.write_text("birth_date,trust,Trust,site,birth_order,outcome\n2024-01-05,T1,T1,S1,1,01\n")

    with pytest.raises(Refused, match="two columns called 'trust'"):
        load(file, "births.csv")


def test_rows_are_read_from_a_folder_with_an_apostrophe_in_its_name(tmp_path):
    home = tmp_path / "o'b"
    home.mkdir()
    file = parquet(tmp_path, "400::SMALLINT AS blood_loss_ml").rename(home / "births.parquet")

    assert load(file).findings == load(parquet(tmp_path, "400::SMALLINT AS blood_loss_ml")).findings
    assert list(rows.words_of(file, "births.parquet")) is not None
