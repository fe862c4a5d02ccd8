"""Bringing whole projects in: who may, what is kept as it was, and what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.improvement.actions.bringing import Kept, KeptEnding, KeptIdea, KeptMeasure, KeptTest, bring_in
from matneo.improvement.ladder import Rung
from matneo.improvement.models import ChangeTest, Project
from matneo.improvement.saying import Unsuitable
from matneo.improvement.written import Aim, Person, Plan, Study

MARCH, APRIL = datetime(2024, 3, 4, 9, 30, tzinfo=UTC), datetime(2024, 4, 8, 15, 0, tzinfo=UTC)
PLAN = Plan("Does a paper trigger work?", "9 of 10 referred", date(2024, 3, 5), date(2024, 3, 12))
STUDY = Study("8 of 10 were referred", "less", "adapt")


@pytest.fixture
def kept(world):
    return Kept(
        organisation=world.organisation("T1"),
        area="SFP",
        aim=Aim("Smoke-free at birth", "Fewer women smoking", date(2025, 3, 31)),
        started=date(2024, 2, 5),
        touched=APRIL,
        by_name="Bea Lowther",
        team=[Person("Bea Lowther", "midwife", leads=True)],
        measures=[KeptMeasure("SFP-M01", "outcome", main=True)],
        ideas=[KeptIdea("SFP-C08", [KeptTest(PLAN, MARCH, STUDY, APRIL), KeptTest(PLAN, APRIL)])],
    )


def test_what_was_written_keeps_its_day_and_its_author(world, kept):
    bring_in(projects=[kept], by=world.people["lead"])

    project, tests = Project.objects.get(), list(ChangeTest.objects.order_by("number"))
    event = AuditEvent.objects.get(action="improvement.bring_in")
    assert (project.touched, project.edited_by, project.rung) == (APRIL, "Bea Lowther", Rung.TRUST)
    assert [(t.number, t.planned_by, t.studied_at) for t in tests] == [
        (1, "Bea Lowther", APRIL),
        (2, "Bea Lowther", None),
    ]
    assert (event.actor_name, event.detail["tests"]) == (world.people["lead"].name, 2)


def test_only_those_who_work_there_bring_in_and_only_a_lead_what_is_shared(world, kept):
    shared = replace(kept, rung=Rung.COLLABORATIVE, measures=[KeptMeasure("SFP-M16", "balancing")])

    with pytest.raises(NotAllowed):
        bring_in(projects=[kept], by=world.people["outsider"])
    with pytest.raises(NotAllowed):
        bring_in(projects=[shared], by=world.people["colleague"])
    assert bring_in(projects=[shared], by=world.people["lead"])[0].rung == Rung.COLLABORATIVE


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"team": []}, "somebody who leads it"),
        ({"rung": Rung.PUBLIC}, "balancing measure"),
        ({"touched": datetime(2030, 1, 1, tzinfo=UTC)}, "still to come"),
        ({"ideas": [KeptIdea("SFP-C99")]}, "no change idea SFP-C99"),
        ({"ideas": [KeptIdea("SFP-C08", [KeptTest(PLAN, APRIL, STUDY, MARCH)])]}, "before its plan"),
        ({"ideas": [KeptIdea("SFP-C08", [KeptTest(PLAN, MARCH, STUDY)])]}, "come together"),
        ({"hidden": ["SFP-P99"]}, "national diagram"),
        ({"ending": KeptEnding(date(2025, 1, 6), "", "reached")}, "what you learned"),
        ({"by_name": "bea@example.org"}, "e-mail"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_left(world, kept, change, says):
    with pytest.raises(Unsuitable, match=says):
        bring_in(projects=[kept, replace(kept, **change)], by=world.people["lead"])

    assert not Project.objects.exists()
