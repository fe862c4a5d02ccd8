"""A project stands on a version of its package; its team chooses when to take a newer one, and loses nothing of its own."""

from datetime import date

import pytest

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.improvement.actions import drivers, testing
from matneo.improvement.diagram import Local, compose
from matneo.improvement.local import diagram_of, fitting, news
from matneo.improvement.saying import Unsuitable
from matneo.library import actions, reading
from matneo.library.drafting import next_text
from matneo.utils.clock import Clock

OLD, NEW = "name: Referral by itself on the same day", "name: Referral on the day itself"
FIRST = (reading.folder() / "SFP.yaml").read_text("utf-8")


def second(text=FIRST, number=2):
    return next_text(text, number, date(2025, 12, 1))


def publish(world, text):
    actions.publish(text=text, note="Said more simply.", by=world.people["national"])


@pytest.fixture
def behind(world, project, settings):
    """The project of version 1, and a version 2 that rewords one driver and retires another with its idea's arrow."""
    settings.CLOCK = Clock(date(2025, 12, 1))
    actions.load(by=None)
    publish(world, second().replace(OLD, NEW))
    return project


def test_a_project_keeps_the_words_it_stood_on(world, behind):
    assert diagram_of(behind).node("SFP-S2.1").name.startswith("Referral by itself")
    assert news(behind).summary == "1 driver changed"
    assert news(behind).sentences[0].startswith("SFP-S2.1 ")
    assert news(behind).touched == ()


def test_the_team_follows_and_the_audit_says_so(world, behind):
    row = drivers.follow_version(project=behind, version=2, by=world.people["colleague"])

    assert diagram_of(row).node("SFP-S2.1").name.startswith("Referral on the day")
    assert news(row) is None
    event = AuditEvent.objects.get(action="improvement.follow_version")
    assert (event.detail["before"], event.detail["version"]) == (1, 2)
    drivers.follow_version(project=row, version=2, by=world.people["lead"])
    assert AuditEvent.objects.filter(action="improvement.follow_version").count() == 1


@pytest.mark.parametrize("version", [0, 3, 10**12])
def test_only_a_newer_version_that_is_there(world, behind, version):
    with pytest.raises(Unsuitable):
        drivers.follow_version(project=behind, version=version, by=world.people["lead"])


@pytest.mark.parametrize("person", ["outsider", "coach", "sponsor", "national"])
def test_others_choose_nothing_for_a_team(world, behind, person):
    with pytest.raises(NotAllowed):
        drivers.follow_version(project=behind, version=2, by=world.people[person])


def test_what_speaks_of_a_retired_driver_waits():
    package = reading.parse(FIRST, "SFP.yaml")
    rows = [
        Local("SFP-S9.9", name="Ours once"),
        Local("L1", name="Taxi", serves=("SFP-P9", "SFP-P3")),
        Local("L2", name="Van", serves=("SFP-P9",)),
        Local("SFP-S2.2", serves=("SFP-P9",)),
    ]

    made = compose(package, fitting(package, rows))

    assert made.node("SFP-S9.9") is None
    assert made.node("L1").serves == ("SFP-P3",)
    assert made.node("L2").level == 1
    assert not made.node("SFP-S2.2").moved
    assert len(made.nodes) == len(package.drivers) + 2


def test_an_idea_that_was_retired_may_be_taken_up_where_the_project_still_has_it(world, behind):
    third = second(FIRST, 3)
    at = third.index("\n- id: SFP-C30")
    publish(world, f"{third[:at]}\n{third[third.index(chr(10) + 'measures:', at) :]}\nretired: [SFP-C30]\n")

    assert testing.take_up(project=behind, idea="SFP-C30", by=world.people["lead"]).idea == "SFP-C30"
    assert [s for s in news(behind).sentences if s.startswith("SFP-C30 is no longer there")]


def test_a_version_that_would_close_a_circle_is_not_taken(world, behind):
    drivers.move(project=behind, key="SFP-P1", serves=["SFP-P2"], seen=0, by=world.people["lead"])
    arrow = "  - {to: SFP-A1, strength: 3, why: Automatic"
    third = second(FIRST, 3).replace(arrow, f"  - {{to: SFP-P1, strength: 1, why: It does.}}\n{arrow}")
    publish(world, third)

    with pytest.raises(Unsuitable, match="would serve itself"):
        drivers.follow_version(project=behind, version=3, by=world.people["lead"])

    behind.refresh_from_db()
    assert behind.package_version == 1


def test_a_team_that_stays_is_told_no_more_until_the_next_version(world, behind):
    row = drivers.stay_on_version(project=behind, version=2, by=world.people["colleague"])

    assert (row.package_version, row.stayed_at, news(row).settled) == (1, 2, True)
    event = AuditEvent.objects.get(action="improvement.stay_on_version")
    assert (event.detail["version"], event.detail["stayed_at"]) == (1, 2)
    drivers.stay_on_version(project=row, version=2, by=world.people["lead"])
    assert AuditEvent.objects.filter(action="improvement.stay_on_version").count() == 1

    publish(world, second(number=3).replace(OLD, "name: Referral at once"))
    assert (news(row).current, news(row).settled) == (3, False)


def test_who_stayed_may_take_the_version_after_all(world, behind):
    drivers.stay_on_version(project=behind, version=2, by=world.people["lead"])

    row = drivers.follow_version(project=behind, version=2, by=world.people["lead"])

    assert (row.package_version, news(row)) == (2, None)


@pytest.mark.parametrize("version", [-1, 0, 1, 3, 10**12])
def test_one_stays_only_against_a_newer_version_that_is_there(world, behind, version):
    with pytest.raises(Unsuitable):
        drivers.stay_on_version(project=behind, version=version, by=world.people["lead"])


@pytest.mark.parametrize("person", ["outsider", "coach", "sponsor", "national"])
def test_others_do_not_decline_for_a_team(world, behind, person):
    with pytest.raises(NotAllowed):
        drivers.stay_on_version(project=behind, version=2, by=world.people[person])
