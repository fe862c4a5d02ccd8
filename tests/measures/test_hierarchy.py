"""Sums above trusts, made of what was signed off."""

from datetime import date

import polars as pl

from matneo.measures.hierarchy import Membership, links_of, signed_sums
from matneo.measures.points import SCHEMA

MONTH = date(2025, 6, 1)


def cells(signed: int, of: int) -> pl.DataFrame:
    """That many trusts with 10 of 100, the first of which have signed."""
    rows = [
        {"measure": "SFP-M01", "version": 1, "subject": f"T{n}", "breakdown": "", "origin": "calculated", "period_kind": "month",
         "period": MONTH, "numerator": 10.0, "known": 100.0, "population": 120.0, "state": "ok", "provisional": False,
         "as_of": date(2025, 7, 1), "submission": f"s{n}"}
        for n in range(of)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=SCHEMA)
    return frame.with_columns(signed=pl.Series([n < signed for n in range(of)]))


def sums(signed: int, of: int, *, exact: frozenset[str] = frozenset()) -> list[dict]:
    links = links_of([Membership(f"T{n}", "R1") for n in range(of)])
    return signed_sums(cells(signed, of), links, exact).rows(named=True)


def test_a_sum_is_of_signed_cells_and_provisional_until_all_have_signed():
    (row,) = sums(9, 10)

    assert (row["subject"], row["numerator"], row["known"], row["population"]) == ("R1", 90.0, 900.0, 1080.0)
    assert row["provisional"]
    assert row["submission"] == ""
    assert not sums(10, 10)[0]["provisional"]


def test_with_fewer_than_nine_in_ten_there_is_no_sum():
    assert sums(8, 10) == []
    assert sums(2, 3) == []


def test_exact_counts_need_three_trusts():
    assert sums(2, 2, exact=frozenset({"R1"})) == []
    assert sums(3, 3, exact=frozenset({"R1"}))[0]["numerator"] == 30.0


def test_a_trust_counts_where_it_belonged_in_that_month():
    links = links_of([Membership("T0", "R1", end=MONTH), Membership("T0", "R2", start=MONTH)])

    assert signed_sums(cells(1, 1), links, frozenset())["subject"].to_list() == ["R2"]
