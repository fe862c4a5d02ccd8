"""What outside viewers may see: no count of 1 to 7, and nothing that gives one away."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.measures import disclosure, points
from matneo.measures.periods import add_months

FIRST = date(2021, 1, 1)


def series(counts, subject="T1", measure="M"):
    rows = [
        {"measure": measure, "version": 1, "subject": subject, "breakdown": "", "origin": "calculated", "period_kind": "month",
         "period": add_months(FIRST, place), "numerator": float(top), "known": float(bottom), "population": float(bottom), "state": "ok", "provisional": False}
        for place, (top, bottom) in enumerate(counts)
    ]  # fmt: skip
    return points.conform(pl.DataFrame(rows))


class TestByHand:
    def test_counts_are_rounded_as_the_national_publisher_rounds_them(self):
        assert [disclosure.round_count(n) for n in (0, 1, 5, 7, 8, 12, 13, 22, 23)] == [
            0,
            5,
            5,
            5,
            10,
            10,
            15,
            20,
            25,
        ]

    def test_large_months_stay_months(self):
        shown = disclosure.disclose(series([(50, 100)] * 24), {"M": "month"}, set())

        assert set(shown["period_kind"]) == {"month"}
        assert len(shown) == 24

    def test_small_months_become_quarters(self):
        shown = disclosure.disclose(series([(5, 100)] * 24), {"M": "month"}, set())

        assert set(shown["period_kind"]) == {"quarter"}
        assert set(shown["numerator"]) == {15.0}

    def test_rare_events_become_years(self):
        shown = disclosure.disclose(series([(1, 300)] * 24), {"M": "month"}, set())

        assert set(shown["period_kind"]) == {"year"}
        assert set(shown["numerator"]) == {10.0}

    def test_few_left_over_are_hidden_like_few_counted(self):
        shown = disclosure.disclose(series([(95, 100)] * 24), {"M": "month"}, set())

        assert set(shown["period_kind"]) == {"quarter"}

    def test_england_is_exact(self):
        shown = disclosure.disclose(series([(3, 101)] * 12, subject="ENG"), {"M": "month"}, {"ENG"})

        assert set(shown["numerator"]) == {3.0}

    def test_a_quarter_with_a_month_missing_is_not_shown_as_whole(self):
        frame = series([(50, 60)] * 6).filter(pl.col("period") != add_months(FIRST, 1))

        assert disclosure.pool(frame, "quarter")["period"].to_list() == [add_months(FIRST, 3)]


counts = st.integers(0, 60).flatmap(lambda bottom: st.tuples(st.integers(0, bottom), st.just(bottom)))


@settings(max_examples=50, deadline=None)
@given(st.lists(counts, min_size=12, max_size=36))
def test_no_small_count_is_ever_shown_as_it_is(given_counts):
    shown = disclosure.disclose(series(given_counts), {"M": "month"}, set())

    for name in ("numerator", "known", "population"):
        assert all(value is None or value % 5 == 0 for value in shown[name])
    hidden = shown.filter(pl.col("state") == "suppressed")
    assert hidden["numerator"].null_count() == len(hidden)
