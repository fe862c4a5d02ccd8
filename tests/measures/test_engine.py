"""The engine counts what the slow reference counts, on random births, with mergers and moves."""

from datetime import date

import polars as pl
import pytest
from tests.universe import births, births_file

from matneo.measures import definitions, engine, reference
from matneo.measures.engine import ActiveRows, Membership
from matneo.measures.warehouse import Warehouse

MEMBERS = [
    Membership("T1", "C1"),
    Membership("T2", "C1", None, date(2024, 7, 1)),
    Membership("T2", "C2", date(2024, 7, 1), None),
    Membership("T1", "ENG"),
]
COUNTED = [d for d in definitions.load().values() if d.table == "births"]


def keep(folder, rows, name, warehouse):
    file = births_file(folder, rows, f"{name}.parquet")
    with engine.connect() as connection:
        warehouse.write(name, f"read_parquet('{file}')", connection)


def as_counts(points):
    columns = ("measure", "subject", "period", "numerator", "known", "population")
    return {tuple(row[:3]): [int(n) for n in row[3:]] for row in points.select(columns).rows()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_engine_equals_the_reference(seed, tmp_path):
    rows = births(400, seed=seed, trusts=(("T1", "S1"), ("T2", "S2"), ("T9", "S9")))
    warehouse = Warehouse(tmp_path / "rows")
    keep(tmp_path, rows, "one", warehouse)

    found = engine.calculate(
        COUNTED,
        warehouse,
        active=[ActiveRows("one", date(2025, 1, 1))],
        memberships=MEMBERS,
        successors={"T9": "T1"},
    )

    assert as_counts(found) == dict(
        reference.calculate(COUNTED, rows, memberships=MEMBERS, successors={"T9": "T1"})
    )


def test_a_later_submission_of_a_trust_and_month_takes_the_place_of_an_earlier_one(tmp_path):
    warehouse = Warehouse(tmp_path / "rows")
    first = births(60, seed=1, months=2)
    corrected = [row for row in births(60, seed=2, months=1) if row["trust"] == "T1"]
    keep(tmp_path, first, "first", warehouse)
    keep(tmp_path, corrected, "second", warehouse)
    active = [ActiveRows("first", date(2025, 1, 1)), ActiveRows("second", date(2025, 2, 1))]

    found = engine.calculate(COUNTED, warehouse, active=active, memberships=[], successors={})

    january = date(2024, 1, 1)
    kept = [
        row for row in first if row["trust"] != "T1" or row["birth_date"].replace(day=1) != january
    ] + corrected
    assert as_counts(found) == dict(reference.calculate(COUNTED, kept))


@pytest.mark.parametrize("form", ["by month", "as it came"])
def test_only_the_months_asked_for_are_counted(form, tmp_path):
    warehouse = Warehouse(tmp_path / "rows")
    rows = births(200)
    if form == "by month":
        keep(tmp_path, rows, "one", warehouse)
    else:
        warehouse.adopt("one", births_file(tmp_path, rows))
    assert warehouse.months("one") == sorted({row["birth_date"].replace(day=1) for row in rows})

    found = engine.calculate(
        COUNTED,
        warehouse,
        active=[ActiveRows("one", date(2025, 1, 1))],
        memberships=[],
        successors={},
        months=[date(2024, 3, 1)],
    )

    march = [row for row in rows if row["birth_date"].replace(day=1) == date(2024, 3, 1)]
    assert as_counts(found) == dict(reference.calculate(COUNTED, march))


def test_a_point_says_with_which_submission_it_came_and_whether_it_may_change(tmp_path):
    warehouse = Warehouse(tmp_path / "rows")
    keep(tmp_path, births(120, seed=1, months=3), "first", warehouse)
    keep(tmp_path, [row for row in births(60, seed=2, months=1) if row["trust"] == "T1"], "second", warehouse)
    active = [
        ActiveRows("first", date(2025, 1, 1), provisional_from=date(2024, 3, 1)),
        ActiveRows("second", date(2025, 2, 1)),
    ]

    found = engine.calculate(COUNTED, warehouse, active=active, memberships=MEMBERS, successors={})

    said = {
        (row["subject"], row["period"].month): (row["submission"], row["as_of"], row["provisional"])
        for row in found.filter(pl.col("measure") == "NAT-M06").iter_rows(named=True)
    }
    assert said[("T1", 1)] == ("second", date(2025, 2, 1), False)
    assert said[("T1", 2)] == ("first", date(2025, 1, 1), False)
    assert said[("T1", 3)] == ("first", date(2025, 1, 1), True)
    assert said[("C1", 1)] == ("", date(2025, 2, 1), False)  # T1 and T2 came with two submissions
    assert said[("S1", 1)][0] == "second"


def test_nobody_to_count_is_no_zero_percent(tmp_path):
    warehouse = Warehouse(tmp_path / "rows")
    rows = [{**row, "diabetes": "none"} for row in births(30)]
    keep(tmp_path, rows, "one", warehouse)

    found = engine.calculate(
        COUNTED, warehouse, active=[ActiveRows("one", date(2025, 1, 1))], memberships=[], successors={}
    )

    assert set(found.filter(pl.col("measure") == "DIP-M04")["state"]) == {"no_cases"}


def test_a_write_that_was_stopped_leaves_nothing(tmp_path):
    warehouse = Warehouse(tmp_path / "rows")
    with engine.connect() as connection, pytest.raises(Exception, match="nowhere"):
        warehouse.write("one", "nowhere", connection)

    assert not warehouse.folder("one").exists()
    assert warehouse.sweep([]) is not None
    assert list((tmp_path / "rows" / "births").glob("*")) == []


@pytest.mark.parametrize("form", ["by month", "as it came"])
def test_a_folder_may_have_an_apostrophe_in_its_name(form, tmp_path):
    home = tmp_path / "o'b"
    warehouse, rows = Warehouse(home / "rows"), births(60)
    if form == "by month":
        keep(tmp_path, rows, "one", warehouse)
    else:
        warehouse.adopt("one", births_file(tmp_path, rows))
    assert warehouse.months("one") == sorted({row["birth_date"].replace(day=1) for row in rows})

    active = [ActiveRows("one", date(2025, 1, 1))]
    found = engine.calculate(COUNTED, warehouse, active=active, memberships=[], successors={})

    assert as_counts(found) == dict(reference.calculate(COUNTED, rows))
