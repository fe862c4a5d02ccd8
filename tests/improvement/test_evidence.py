"""What teams tried: who meets which counts, and whose words."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.improvement.conftest import AIM

from matneo.improvement import evidence
from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.evidence import Counts, Place, Standing
from matneo.improvement.ladder import Rung

PLAN = Plan("Does it work?", "9 of 10", date(2025, 6, 2), date(2025, 6, 9))


def begun(world, code="T1", rung=Rung.TRUST, area="SFP"):
    return projects.start(organisation=world.organisation(code), area=area, aim=AIM, by=None, rung=rung)


def tried(project, *decisions, idea="SFP-C08", learned="The system could not send it", **own):
    row = testing.take_up(project=project, idea="" if own else idea, by=None, **own)
    for decision in decisions:
        test = testing.plan(idea=row, plan=PLAN, by=None)
        if decision:
            study = Study("8 of 10", "less", decision, learned)
            testing.study(test=test, study=study, seen=1, by=None)
    return row


def counts(world, person, place=None):
    return evidence.of_package("SFP", world.viewer(person), place).counts


def test_a_team_stands_where_it_decided_last(world):
    tried(begun(world), "adapt", "adopt", "")
    tried(begun(world), "adopt", "abandon")
    tried(begun(world), "")

    found = evidence.of_package("SFP", world.viewer("lead")).of_idea("SFP-C08")

    assert sorted(t.standing for t in found) == [Standing.ABANDONED, Standing.ADOPTED, Standing.WAITING]
    assert counts(world, "lead") == Counts(tests=6, teams=3, adopted=1, abandoned=1, waiting=1)


def test_a_withdrawn_test_another_area_and_a_team_without_tests_count_nothing(world):
    begun(world)
    tried(begun(world, area="PTO"), "adopt", idea="PTO-C01")
    test = testing.plan(idea=tried(begun(world)), plan=PLAN, by=None)
    testing.withdraw(test=test, by=None)

    assert counts(world, "lead") == Counts()


@pytest.mark.parametrize("person", ["public", "outsider", "national"])
def test_what_one_may_not_read_is_left_out_where_fewer_than_three_trusts_hide_it(world, person):
    tried(begun(world, "T1"), "adopt")

    assert counts(world, person) == Counts()


def test_of_three_trusts_the_sums_are_known_to_the_programme_and_no_words_names_or_days(world):
    for code in ("T1", "T2", "T3"):
        tried(begun(world, code), "abandon")

    found = evidence.of_package("SFP", world.viewer("national"))

    assert found.counts == Counts(tests=3, teams=3, abandoned=3)
    assert {(t.why, t.team.trust, t.team.name, t.started, t.settled) for t in found.tries} == {
        ("", "", "", None, None)
    }
    assert counts(world, "public") == Counts()


def test_one_cannot_subtract_what_one_sees_to_pick_somebody_out(world):
    """The outsider of T2 sees their own; two trusts are left, and two are too few."""
    for code in ("T1", "T2", "T3"):
        tried(begun(world, code), "adopt")

    assert counts(world, "outsider") == Counts(tests=1, teams=1, adopted=1)


def test_words_come_from_those_who_shared_them(world):
    tried(begun(world, "T1", Rung.PUBLIC), "abandon", learned="No adviser was in post")
    tried(begun(world, "T2", Rung.DRAFT), "abandon", learned="Hidden")

    (only,) = evidence.of_package("SFP", world.viewer("public")).tries

    assert (only.why, only.team.name, only.team.shared) == ("No adviser was in post", "St Mary's Vale", True)


def test_a_draft_is_counted_for_nobody_but_its_team(world):
    for code in ("T1", "T2", "T3"):
        tried(begun(world, code, Rung.TEAM), "adopt")

    assert counts(world, "national") == counts(world, "lead") == Counts()


def test_smaller_places_hold_only_what_one_may_read(world):
    """All three trusts are counted over England for the national team; of a collaborative of two they see none."""
    for code in ("T1", "T2", "T3"):
        tried(begun(world, code), "adopt")

    assert counts(world, "national", Place("psc", "C2")) == Counts()
    assert counts(world, "outsider", Place("psc", "C2")).teams == 1
    assert counts(world, "lead", Place("trust", "T1")).teams == 1
    assert counts(world, "lead", Place("trust", "T2")) == Counts()


def test_a_project_is_a_place_of_its_own(world):
    one, other = begun(world), begun(world)
    tried(one, "adopt")
    tried(other, "abandon")

    assert counts(world, "lead", Place("project", one.pk)) == Counts(tests=1, teams=1, adopted=1)


def test_own_ideas_count_for_their_driver(world):
    project = begun(world)
    tried(project, "adopt")
    tried(project, "adapt", title="A taxi home", driver="SFP-S2.1")
    tried(project, "adapt", title="Elsewhere", driver="SFP-S1.1")

    found = evidence.of_package("SFP", world.viewer("lead"))
    driver = evidence.count(found.of_drivers({"SFP-S2.1"}, {"SFP-C08", "SFP-C09"}))

    assert driver == Counts(tests=2, teams=1, adopted=1, adapted=1)
    assert [t.standing for t in found.of_idea("SFP-C08")] == [Standing.ADOPTED]


def test_it_holds_from_the_day_that_it_became_the_usual_way(world):
    project = projects.start(
        organisation=world.organisation("T1"), area="SFP", aim=AIM, by=None, started=date(2025, 1, 1)
    )
    row = tried(project, "adopt")
    projects.follow(project=project, measure="SFP-M01", family="outcome", by=None)
    before = evidence.of_package("SFP", world.viewer("lead")).tries[0]
    testing.for_everyone(idea=row, since=date(2025, 7, 1), by=None)
    after = evidence.of_package("SFP", world.viewer("lead")).tries[0]

    assert (before.started, before.settled, after.settled) == (
        date(2025, 6, 2),
        date(2025, 6, 9),
        date(2025, 7, 1),
    )
    assert after.team.followed == (("SFP-M01", "T1"),)


def test_a_whole_package_is_four_queries(world):
    for code in ("T1", "T1", "T1", "T2"):
        project = begun(world, code, Rung.PROGRAMME)
        for idea in ("SFP-C01", "SFP-C08", "SFP-C30"):
            tried(project, "adopt", "abandon", idea=idea)

    viewer = world.viewer("outsider")
    with CaptureQueriesContext(connection) as asked:
        found = evidence.of_package("SFP", viewer, Place("psc", "C1"))

    assert len(asked) == 4
    assert found.counts == Counts(tests=18, teams=3, abandoned=9)


# --- Several packages at once ------------------------------------------------------------------------------------

FIVE = ("SFP", "PTO", "DIP", "NHG", "DET")


@pytest.mark.parametrize("person", ["public", "outsider", "national", "lead"])
def test_of_several_packages_each_counts_as_by_itself(world, person):
    for code in ("T1", "T2", "T3"):
        tried(begun(world, code), "adopt")
        tried(begun(world, code, rung=Rung.PROGRAMME, area="PTO"), "abandon", idea="PTO-C01")
    tried(begun(world, "T2", rung=Rung.PUBLIC, area="NHG"), "adopt", idea="NHG-C01")

    together = evidence.of_packages(FIVE, world.viewer(person))

    for area in FIVE:
        alone = evidence.of_package(area, world.viewer(person))
        assert together.of_area(area).counts == alone.counts
        assert sorted(t.row for t in together.of_area(area).tries) == sorted(t.row for t in alone.tries)


def test_own_ideas_of_other_packages_hide_nobody_among_them(world):
    """Teams number their own drivers alike: three trusts with three packages are not three trusts that share an idea."""
    for code, area in (("T1", "SFP"), ("T2", "PTO"), ("T3", "DIP")):
        tried(begun(world, code, area=area), "adopt", title="Ours", driver="L1")

    assert evidence.of_packages(FIVE, world.viewer("national")).counts == Counts()


def test_several_packages_are_as_few_queries_as_one(world):
    for area in FIVE:
        tried(begun(world, area=area), "adopt", idea=f"{area}-C01")
    viewer = world.viewer("lead")

    with CaptureQueriesContext(connection) as asked:
        found = evidence.of_packages(FIVE, viewer)

    assert found.counts.teams == 5
    assert len(asked) <= 4
