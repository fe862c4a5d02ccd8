"""What everyone may see, trust by trust."""

from matneo.monitoring import outside, series
from matneo.utils.viewer import ANONYMOUS


def test_the_usual_values_are_the_means_that_the_public_charts_show(released):
    found = outside.usual(("SFP-M03", "NAT-M06", "NOPE"))

    for code in ("T1", "T2", "T3"):
        means = tuple(series.read(name, code, ANONYMOUS).line["centre"] for name in ("SFP-M03", "NAT-M06"))
        assert found[code] == (*means, None)


def test_without_a_release_there_are_none(universe):
    assert outside.usual(("SFP-M03",)) == {}
