"""Which trusts are alike: five things with stated weights, and nothing about how good they are."""

import pytest

from matneo.improvement import similar
from matneo.improvement.similar import Place

OWN = Place("T1", "Vale", "2,000 to 3,999 births", "LNU", 0.60, True)


def place(code, volume="", level="", start=None, works=False):
    return Place(code, f"Trust {code}", volume, level, start, works)


def weights(*others):
    return {one.place.code: one.weight for one in similar.alike(OWN, others)}


def test_each_thing_counts_as_it_is_stated():
    found = weights(
        place("A", volume=OWN.volume),
        place("B", level=OWN.level),
        place("C", start=0.60),
        place("D", works=True),
        place("E", OWN.volume, OWN.level, 0.60, True),
    )

    assert found == {"E": 10.0, "A": 3.0, "B": 3.0, "C": 3.0, "D": 1.0}


def test_the_most_alike_come_first_and_then_the_alphabet():
    both = [place("Z", volume=OWN.volume), place("B", volume=OWN.volume), place("M", OWN.volume, OWN.level)]

    assert [one.place.code for one in similar.alike(OWN, both)] == ["M", "B", "Z"]


def test_oneself_and_those_that_share_nothing_are_left_out():
    assert similar.alike(OWN, [OWN, place("A", "over 4,000 births", "SCU")]) == ()


def test_nothing_known_is_not_the_same():
    nobody = Place("T1", "Vale", "", "", None, False)

    assert similar.alike(nobody, [place("A")]) == ()


def test_near_is_measured_by_how_far_starting_points_lie_apart():
    """Of 0.5, 0.6, 0.7 and 0.8 the middle half is 0.15 wide: 0.1 apart leaves a third of the weight."""
    found = similar.alike(OWN, [place("A", start=0.5), place("B", start=0.7), place("C", start=0.8)])

    by_code = {one.place.code: one for one in found}
    assert by_code["A"].weight == pytest.approx(by_code["B"].weight) == pytest.approx(1.0)
    assert not by_code["A"].near_start
    assert "C" not in by_code


def test_better_or_worse_makes_no_difference():
    """A trust that began lower and one that began higher by as much are as alike."""
    above, below = place("A", start=0.65), place("B", start=0.55)
    found = similar.alike(OWN, [above, below, place("C", start=0.4), place("D", start=0.8)])

    assert len({round(one.weight, 9) for one in found if one.place.code in "AB"}) == 1


def test_case_mix_is_as_near_as_its_least_near_share():
    """Of 10, 12, 14 and 16 in a hundred smokers the middle half is 3 wide, of 6, 7, 8 and 9 early births 1.5: 2 and 1 apart
    leave a third of the weight each; one that is the same in one thing and far in the other is not alike."""
    own = Place("T1", "Vale", "", "", None, False, (0.10, 0.06))
    others = [
        Place("A", "Trust A", "", "", None, False, (0.12, 0.07)),
        Place("B", "Trust B", "", "", None, False, (0.14, 0.08)),
        Place("C", "Trust C", "", "", None, False, (0.16, 0.09)),
    ]
    (found,) = similar.alike(own, others)

    assert (found.place.code, found.near_mix) == ("A", False)
    assert found.weight == pytest.approx(similar.SAME_MIX / 3)
    same = Place("D", "Trust D", "", "", None, False, (0.10, 0.09))
    assert [one.place.code for one in similar.alike(own, [*others, same])] == ["A"]


def test_a_share_that_is_not_known_makes_nobody_alike():
    own = Place("T1", "Vale", "", "", None, False, (0.10, 0.06))

    assert similar.alike(own, [Place("A", "Trust A", "", "", None, False, (0.10, None))]) == ()
    (same,) = similar.alike(own, [Place("B", "Trust B", "", "", None, False, (0.10, 0.06))])
    assert (same.near_mix, same.weight) == (True, similar.SAME_MIX)
