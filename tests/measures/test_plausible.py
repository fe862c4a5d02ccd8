"""Is this count right? Asked seldom, calmly, and never of a series without a usual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matneo.measures.plausible import Count, ask, limits


def months(*tops, of=36.0):
    return [Count(top, of) for top in tops]


USUAL = months(20, 21, 22, 20, 21, 22) * 4


def test_lower_than_ever_is_asked_about():
    found = ask(Count(8, 36), USUAL)

    assert found.asked == "Is 8 right?"
    assert found.because == "It is lower than any month in the last two years. Usually about 21 of 36."


def test_higher_than_ever_too():
    assert ask(Count(33, 36), USUAL).because.startswith("It is higher than any month")


def test_a_new_extreme_within_chance_is_not():
    assert ask(Count(19, 36), USUAL) is None


def test_a_digit_too_many_is_asked_about_the_out_of():
    found = ask(Count(21, 360), USUAL)

    assert found.asked == "Is 360 right?"
    assert "more than twice as many as in any month" in found.because


def test_a_digit_too_few_as_well():
    assert "less than half" in ask(Count(2, 3), USUAL).because


@pytest.mark.parametrize("known", [[], months(20, 21, 22, 20, 21)])
def test_a_short_series_has_no_usual(known):
    assert ask(Count(0, 36), known) is None


def test_a_shorter_span_is_said():
    assert "any of the last 8 months" in ask(Count(2, 36), months(20, 21, 22, 20, 21, 22, 21, 21)).because


def test_quarters_look_back_over_eight():
    assert "any quarter in the last two years" in ask(Count(2, 36), USUAL, "quarter").because


def test_the_first_event_of_a_series_of_none_is_asked_about():
    assert ask(Count(3, 36), months(0, 0, 0, 0, 0, 0, 0)) is not None


def test_nobody_to_count_is_no_question():
    assert ask(Count(0, 0), USUAL) is None


def test_limits_by_hand():
    """21 of 36 is 0.5833; one standard error is sqrt(0.5833 * 0.4167 / 36) = 0.08217."""
    low, high = limits(36, months(21, 21, 21))

    assert (low, high) == (pytest.approx(0.4190, abs=1e-4), pytest.approx(0.7477, abs=1e-4))


counts = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: Count(min(pair), max(pair)))


@given(counts, st.lists(counts, max_size=12))
def test_what_was_there_before_is_never_asked_about(now, known):
    assert ask(now, [*known, now]) is None or now.denominator == 0


@given(counts, st.lists(counts, max_size=12))
def test_it_answers_whatever_it_is_given(now, known):
    found = ask(now, known)

    assert found is None or found.asked.endswith("right?")
