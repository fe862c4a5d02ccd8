"""What two releases tell together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.differencing import Release, audit_releases, small_changes
from matneo.stats.disclosure import round_counts

TRUSTS = np.eye(3)
ALL = [[1, 1, 1]]


def test_two_groupings_subtract_to_the_piece_between_them():
    # A region of two trusts says 57, one of three says 60: the third has 3.
    found = audit_releases([Release([[1, 1, 0]], [57]), Release(ALL, [60])], threshold=5)

    assert (found.lower[2], found.upper[2]) == (3, 3)
    assert found.disclosed.tolist() == [False, False, True]
    assert not found.safe


def test_neither_alone_tells():
    for release in (Release([[1, 1, 0]], [57]), Release(ALL, [60])):
        assert audit_releases([release], threshold=5).safe


def test_a_large_piece_may_be_known():
    assert audit_releases([Release([[1, 1, 0]], [57]), Release(ALL, [90])], threshold=5).safe


def test_what_one_release_hides_another_may_show():
    hidden = Release(TRUSTS, [np.nan, np.nan, 40])
    total = Release(ALL, [60])
    other = Release([[1, 0, 1]], [44])

    assert audit_releases([hidden, total], threshold=5).safe
    found = audit_releases([hidden, total, other], threshold=5)
    assert found.lower.tolist() == [4, 16, 40]
    assert found.disclosed.tolist() == [True, False, False]


def test_rounded_releases_leave_a_range():
    # 57 rounds to 55 (53 to 57), 60 to 60 (58 to 62): the third trust is between 1 and 9.
    found = audit_releases([Release([[1, 1, 0]], [55], "rule_a"), Release(ALL, [60], "rule_a")], threshold=5)

    assert (found.lower[2], found.upper[2]) == (1, 9)
    assert found.safe


def test_many_rounded_sums_can_narrow_all_the_same():
    # Five parts of 5 (each 1 to 7) with a total of 35 (33 to 37): each is at least 33 less four times 7.
    parts = Release(np.eye(5), [5] * 5, "rule_a")
    total = Release(np.ones((1, 5)), [35], "rule_a")
    found = audit_releases([parts, total], threshold=5)

    assert found.lower.tolist() == [5] * 5
    assert found.upper.tolist() == [7] * 5


def test_a_certain_nothing_counts_where_zeros_are_hidden():
    releases = [Release([[1, 1, 0]], [60]), Release(ALL, [60])]

    assert audit_releases(releases, threshold=5).safe
    assert audit_releases(releases, threshold=5, zeros="hidden").disclosed.tolist() == [False, False, True]


def test_sums_can_be_protected_as_well():
    releases = [Release([[1, 0, 0]], [57]), Release(ALL, [60])]

    assert audit_releases(releases, threshold=5, targets=[[0, 1, 1]]).disclosed.tolist() == [True]


def test_releases_of_different_data_are_said():
    with pytest.raises(ValueError, match="different data"):
        audit_releases([Release(ALL, [60]), Release(ALL, [61])], threshold=5)


@pytest.mark.parametrize(
    ("releases", "words"),
    [
        ([Release([[1, 1]], [5]), Release([[1, 1, 1]], [5])], "same pieces"),
        ([Release([[1, 1]], [5, 6])], "1 rows of members and 2 figures"),
        ([Release([[1, 1]], [12], "rule_a")], "no multiple of 5"),
    ],
)
def test_releases_that_are_none_get_a_sentence(releases, words):
    with pytest.raises(ValueError, match=words):
        audit_releases(releases, threshold=5)


def test_late_records_are_people():
    # One more, none more, many more, hidden before.
    found = small_changes([57, 60, 30, np.nan], [58, 60, 80, 12], threshold=5)

    assert found.tolist() == [True, False, False, False]


def test_rounding_hides_late_records_mostly():
    before, after = np.arange(0, 60), np.arange(0, 60) + 1
    seen = small_changes(round_counts(before), round_counts(after), threshold=5)

    assert not seen.any()  # a rounded change is 0 or 5


@settings(derandomize=True, max_examples=8, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=4, max_size=4), st.lists(st.integers(1, 15), min_size=2, max_size=3)
)
def test_the_truth_is_always_inside(pieces, groupings):
    truth = np.array(pieces)
    members = [[[(grouping >> place) & 1 for place in range(4)]] for grouping in groupings]
    exact = [Release(row, np.atleast_1d(np.array(row) @ truth)) for row in members]
    rounded = [Release(row, round_counts(np.array(row) @ truth), "rule_a") for row in members]
    sharp, blunt = audit_releases(exact, threshold=5), audit_releases(rounded, threshold=5)

    assert ((sharp.lower <= truth) & (truth <= sharp.upper)).all()
    assert ((blunt.lower <= sharp.lower) & (sharp.upper <= blunt.upper)).all()
