"""Counts of many places: exact for those inside, disclosed for the others, nothing for who has none."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from matneo.monitoring import many, series
from matneo.utils.viewer import ANONYMOUS


def test_each_place_is_read_as_the_viewer_may_see_it(released):
    universe, _, _ = released
    lead = universe.viewer("lead")

    with CaptureQueriesContext(connection) as asked:
        found = many.read("SFP-M04", ["T1", "T2", "T1", "NOPE"], lead)

    assert len(asked) == 1
    assert set(found) == {"T1", "T2"}
    for code in found:
        columns = series.read("SFP-M04", code, lead).columns
        shown = [
            n for n, v in zip(columns["numerator_shown"], columns["value"], strict=True) if v is not None
        ]
        assert [n for n in found[code].numerator if n == n] == shown
    assert all(n % 5 == 0 for n in found["T2"].numerator if n == n), "disclosed"
    assert all(n <= d for n, d in zip(found["T2"].numerator, found["T2"].denominator, strict=True) if d == d)


def test_outside_ones_own_trust_is_disclosed_like_any_other(released):
    inside, outside = (many.read("SFP-M04", ["T1"], v)["T1"] for v in (released[0].viewer("lead"), ANONYMOUS))

    assert inside.numerator != outside.numerator
    assert outside.length >= inside.length


def test_without_a_release_there_is_nothing(universe):
    assert many.read("SFP-M04", ["T1"], ANONYMOUS) == {}
