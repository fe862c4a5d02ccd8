"""Locked rows of a grid: what a release counted from records, for those inside, in one question to the database."""

import pytest

from matneo.monitoring import records, series
from matneo.utils.viewer import ANONYMOUS

MANY = ("SFP-M01", "SFP-M04", "DET-M13", "SFP-M07")


def test_it_says_what_each_series_says(released):
    universe, _, _ = released
    viewer = universe.viewer("lead")
    found = records.read_many(MANY, {"T1"}, viewer)

    assert set(found) == {("SFP-M01", "T1"), ("SFP-M04", "T1"), ("DET-M13", "T1")}
    one = series.read("SFP-M01", "T1", viewer)
    assert found["SFP-M01", "T1"].columns["numerator"] == one.columns["numerator"]
    assert found["SFP-M01", "T1"].line["spark"] == one.line["spark"]


@pytest.mark.parametrize("key", ["outsider", "sponsor", "national"])
def test_others_get_nothing(released, key):
    universe, _, _ = released

    assert records.read_many(MANY, {"T1"}, universe.viewer(key)) == {}
    assert records.read_many(MANY, {"T1"}, ANONYMOUS) == {}


def test_in_one_question(released, django_assert_max_num_queries):
    universe, _, _ = released
    viewer = universe.viewer("lead")
    with django_assert_max_num_queries(1):
        records.read_many(MANY, {"T1", "S1"}, viewer)


def test_it_says_when_the_newest_rows_came(released):
    assert records.received() is not None


def test_before_the_first_release_nothing_is_filled_in(universe):
    assert records.read_many(MANY, {"T1"}, universe.viewer("lead")) == {}
    assert records.received() is None
