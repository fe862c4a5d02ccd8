"""Drivers form a graph: everything leads to an aim, nothing leads back, and some drivers have two parents."""

import pytest

from matneo.library import catalogue
from matneo.library.search import Wanted, search

PACKAGES = list(catalogue.load().packages.values())
named = [pytest.param(p, id=p.id) for p in PACKAGES]


@pytest.mark.parametrize("package", named)
def test_an_order_exists_in_which_every_arrow_goes_forward(package):
    """Kahn's way: take away what nothing leads to until nothing is left; a circle would stay."""
    left = {d.id: {link.to for link in d.serves} for d in package.drivers}
    while free := [name for name in left if not any(name in ahead for ahead in left.values())]:
        for name in free:
            del left[name]

    assert left == {}


@pytest.mark.parametrize("package", named)
def test_it_is_a_graph_and_no_tree(package):
    assert any(len(driver.serves) > 1 for driver in package.drivers)
    if package.id != "NAT":
        assert any(len(driver.serves) > 1 for driver in package.drivers if not driver.primary)


@pytest.mark.parametrize("package", named)
def test_nothing_of_a_package_stands_alone(package):
    for aim in package.aims:
        assert catalogue.served_by(package, aim.id), aim.id
    for driver in package.drivers:
        assert catalogue.people_of(package, driver), driver.id
        assert all(link.why for link in driver.serves)
        if package.ideas:
            assert catalogue.ideas_of(package, driver), driver.id
            assert catalogue.measures_of(package, driver), driver.id
    for evidence in package.evidence:
        assert evidence.about


def test_an_idea_moves_only_measures_of_its_package():
    for package in PACKAGES:
        known = {m.id for m in package.measures}
        assert all(set(idea.measures) <= known for idea in package.ideas)


def test_a_driver_knows_its_ideas_measures_and_people():
    package = catalogue.load().packages["SFP"]
    primary, secondary = catalogue.load().driver("SFP-P2"), catalogue.load().driver("SFP-S2.1")

    assert [i.id for i in catalogue.ideas_of(package, secondary)] == ["SFP-C08", "SFP-C09"]
    assert {"SFP-C08", "SFP-C10", "SFP-C12"} <= {i.id for i in catalogue.ideas_of(package, primary)}
    assert [m.id for m in catalogue.measures_of(package, secondary)] == ["SFP-M06"]
    assert catalogue.people_of(package, secondary) == primary.people
    assert [e.id for e in catalogue.evidence_about(package, "SFP-C08")] == ["SFP-E4"]


def test_what_is_not_there_is_nothing():
    assert catalogue.load().driver("SFP-P99") is None
    assert catalogue.load().driver("XXX") is None
    assert catalogue.load().idea("SFP-P1") is None


def found(**wanted):
    return search(catalogue.load(), Wanted(**wanted))


def test_a_search_wants_every_word():
    assert [i.id for i in found(words="Sepsis BOX").ideas] == ["DET-C25"]
    assert found(words="sepsis unicorn").ideas == ()
    assert [i.id for i in found(words="sfp-c07").ideas] == ["SFP-C07"]


def test_filters_narrow():
    everything = found()
    small = found(area="NHG", effort="S", concept="involve")

    assert len(everything.ideas) == 156
    assert len(everything.measures) == 124
    assert [i.id for i in small.ideas] == ["NHG-C05", "NHG-C27", "NHG-C28"]
    assert (small.drivers, small.measures) == ((), ())
    assert all(i.equity for i in found(equity=True).ideas)
    assert "SFP-S4.2" in [d.id for d in found(equity=True).drivers]
