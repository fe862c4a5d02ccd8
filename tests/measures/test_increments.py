"""A release judges only what changed, and says the same as if everything had been judged."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from matneo.measures import definitions, increments, points, readings
from matneo.measures.periods import add_months

MEASURES = ("SFP-M01", "PTO-M08", "NAT-M06")
SUBJECTS = {"T1": "trust", "T2": "trust", "S1": "site", "ENG": "england"}
FIRST, LAST = date(2022, 1, 1), date(2024, 12, 1)


def some_points(seed: int) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    rows = [
        {"measure": measure, "version": 1, "subject": subject, "breakdown": "", "origin": "calculated", "period_kind": "month", "period": add_months(FIRST, n),
         "numerator": float(chance.integers(0, 60)), "known": 100.0, "population": 110.0, "state": "ok", "provisional": False, "as_of": LAST, "submission": "one"}
        for measure in MEASURES for subject in SUBJECTS for n in range(36)
    ]  # fmt: skip
    return points.conform(pl.DataFrame(rows))


def context(signed=None, rebases=()):
    return readings.Context(
        definitions.load(),
        SUBJECTS,
        signed or {"T1": date(2024, 6, 1), "T2": date(2024, 6, 1), "S1": date(2024, 6, 1)},
        LAST,
        tuple(readings.Rebase(*row) for row in rebases),
        frozenset({"ENG"}),
    )


def released(frame, about):
    return increments.everything(frame, about)


def again(before_points, before, after_points, about, **changes):
    pairs = increments.changed(before_points, after_points, **changes)
    kept = before.readings.filter(pl.col("measure").is_in(pairs["measure"].unique().to_list()))
    return pairs, increments.again(after_points, about, pairs, kept, before.lines)


def same_as_everything(found, before, frame, about):
    whole = increments.everything(frame, about)
    stayed = before.readings.filter(pl.col("measure").is_in(list(found.unchanged)))
    assert_frame_equal(readings.sort_readings(pl.concat([found.readings, stayed])), whole.readings)
    assert_frame_equal(found.lines, whole.lines)


def test_nothing_changed_judges_nothing():
    frame, about = some_points(1), context()
    before = released(frame, about)

    pairs, found = again(frame, before, frame.sort("period", descending=True), about)

    assert len(pairs) == 0
    assert found.unchanged == set(MEASURES)
    assert_frame_equal(found.lines, before.lines)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(rows=st.sets(st.integers(0, 431), min_size=1, max_size=6), gone=st.booleans())
def test_changed_and_lost_points_read_as_if_all_were_judged(rows, gone):
    frame, about = some_points(2), context()
    before = released(frame, about)
    place = pl.int_range(pl.len()).is_in(list(rows))
    after = (
        frame.filter(~place)
        if gone
        else frame.with_columns(numerator=pl.when(place).then(77.0).otherwise("numerator"))
    )

    _, found = again(frame, before, after, about)

    same_as_everything(found, before, after, about)


def test_a_sign_off_changes_the_series_of_its_trust():
    frame, about = some_points(3), context()
    before = released(frame, about)
    later = context({"T1": date(2024, 11, 1), "T2": date(2024, 6, 1), "S1": date(2024, 11, 1)})

    subjects = increments.moved(about.signed, later.signed)
    pairs, found = again(frame, before, frame, later, subjects=subjects)

    assert subjects == ["S1", "T1"]
    assert set(pairs["subject"]) == {"S1", "T1"}
    same_as_everything(found, before, frame, later)


@pytest.mark.parametrize("subject", ["T1", "ENG"])
def test_a_phase_changes_its_series_and_no_other(subject):
    frame, about = some_points(4), context()
    before = released(frame, about)
    rebased = context(rebases=[("PTO-M08", subject, date(2023, 7, 1))])

    pairs, found = again(frame, before, frame, rebased, pairs=[("PTO-M08", subject)])

    assert pairs.rows() == [("PTO-M08", subject)]
    assert found.unchanged == {"SFP-M01", "NAT-M06"}
    same_as_everything(found, before, frame, rebased)


def test_a_second_phase_of_a_series_counts_after_the_first():
    rebases = [("SFP-M01", "T1", date(2023, 1, 1)), ("SFP-M01", "T1", date(2024, 1, 1))]

    found = increments.everything(some_points(5), context(rebases=rebases)).readings

    mine = found.filter(
        (pl.col("measure") == "SFP-M01") & (pl.col("subject") == "T1") & (pl.col("audience") == "inside")
    )
    assert mine["phase"].to_list() == [0] * 12 + [1] * 12 + [2] * 12
