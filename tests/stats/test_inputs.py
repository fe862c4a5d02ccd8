"""What cannot be asked gets one sentence, and it names the parameter, its rule, the row and the value."""

from typing import Literal

import numpy as np
import pytest

from matneo.stats import _inputs as given


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: given.column([1, 2], "k", 3), r"`k` needs 3 entries, one a row, and has the shape \(2,\)."),
        (lambda: given.column([[1]], "k"), r"`k` needs one entry a row, and has the shape \(1, 1\)."),
        (lambda: given.complete([1, np.nan], "y"), "`y` needs a finite number in every row; row 1 has nan."),
        (
            lambda: given.labels(["A"], "unit", 2),
            r"`unit` needs 2 entries, one a row, and has the shape \(1,\).",
        ),
        (lambda: given.risks([0.5, 1.5]), "`risk` is a probability between 0 and 1; row 1 has 1.5."),
        (lambda: given.outcomes([0, 2], 2), "`outcome` is 0 or 1; row 1 has 2."),
        (lambda: given.counts([3, -1]), "`counts` is a number of events, never below zero; row 1 has -1."),
        (
            lambda: given.whole_counts([[1, 2.5]], "cells"),
            "`cells` is a whole number from 0 up; row 1 has 2.5.",
        ),
        (
            lambda: given.part([3, 5], 4),
            "`numerator` must lie between 0 and `denominator`; row 1 has 5 of 4.",
        ),
        (lambda: given.per([3, -5], 4), "`count` and `exposure` are never below zero; row 1 has -5 of 4."),
        (lambda: given.in_groups([1, 2], [5, 0]), r"`population` must be above zero .*; row 1 has 0."),
        (lambda: given.weights([1, 0], 2), "`weights` must be above zero; row 1 has 0."),
        (lambda: given.above(0, "limit"), "`limit` must be above 0, and is 0."),
        (lambda: given.above(np.inf, "limit"), "`limit` must be above 0, and is inf."),
        (lambda: given.share(1, "level"), "`level` must lie between 0 and 1, and is 1."),
        (lambda: given.whole(2.5, "lags"), "`lags` must be a whole number of at least 1, and is 2.5."),
        (lambda: given.whole(np.nan, "lags"), "`lags` must be a whole number of at least 1, and is nan."),
        (lambda: given.one_of("c", "way", ("a", "b")), "`way` is one of 'a', 'b', and not 'c'."),
        (lambda: given.one_of("c", "way", Literal["a", "b"]), "`way` is one of 'a', 'b', and not 'c'."),
        (lambda: given.odds_ratio_to_look_for(1), "`odds_ratio` must differ from 1"),
        (lambda: given.head_start(3, 3), "`head_start` must lie between 0 and the limit, and is 3."),
    ],
)
def test_what_cannot_be_is_named(ask, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        ask()


def test_what_is_not_known_is_no_error():
    assert np.isnan(given.risks([np.nan])).all()
    assert np.isnan(given.counts([np.nan])).all()
    assert np.isnan(given.part(np.nan, 3)[0])


def test_one_number_serves_every_row():
    assert given.column(2, "k", 3).tolist() == [2, 2, 2]
    assert given.part([1, 2], 3)[1].tolist() == [3, 3]


def test_groups_come_sorted_with_the_place_of_each_row():
    names, place = given.groups(["B", "A", "B"], "unit", 3)

    assert names.tolist() == ["A", "B"]
    assert place.tolist() == [1, 0, 1]
