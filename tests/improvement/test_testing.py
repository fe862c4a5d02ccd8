from datetime import date

import pytest

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.improvement.actions import testing
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.models import ChangeTest, ProjectIdea
from matneo.improvement.querysets import OfProjectQuerySet, ProjectQuerySet
from matneo.improvement.saying import Changed, Unsuitable

PLAN = Plan(
    "Does a paper trigger work?",
    "9 of 10 referred the same day",
    date(2025, 6, 2),
    date(2025, 6, 9),
    1,
    "Bea",
)
STUDY = Study("8 of 10 were referred", "less", "adapt", "The slip was lost twice", "Put it in the notes")


@pytest.fixture
def idea(world, project):
    return testing.take_up(project=project, idea="SFP-C08", by=world.people["lead"])


def test_a_ramp_counts_its_tests_and_keeps_the_prediction(world, idea):
    lead = world.people["lead"]
    first = testing.plan(idea=idea, plan=PLAN, by=lead)

    done = testing.study(test=first, study=STUDY, seen=1, by=lead)
    second = testing.plan(idea=idea, plan=PLAN, by=lead)

    assert (first.number, second.number) == (1, 2)
    assert (done.prediction, done.decision, done.version) == (PLAN.prediction, "adapt", 2)
    with pytest.raises(Unsuitable, match="written already"):
        testing.change_plan(test=done, plan=PLAN, seen=2, by=lead)


def test_a_test_sent_twice_is_one(world, idea):
    made = {testing.plan(idea=idea, plan=PLAN, by=world.people["lead"], key="k").pk for _ in range(2)}

    assert len(made) == 1
    assert ChangeTest.objects.count() == 1


def test_a_result_sent_twice_is_one_and_two_people_do_not_overwrite(world, idea):
    lead, colleague = world.people["lead"], world.people["colleague"]
    test = testing.plan(idea=idea, plan=PLAN, by=lead)
    testing.study(test=test, study=STUDY, seen=1, by=lead, key="k")
    testing.study(test=test, study=STUDY, seen=1, by=lead, key="k")

    with pytest.raises(Changed) as changed:
        testing.study(test=test, study=Study("Nobody came", "other", "abandon"), seen=1, by=colleague)

    assert changed.value.now.happened == "8 of 10 were referred"
    assert ChangeTest.objects.get().version == 2


def test_words_written_over_stay_in_the_audit(world, idea):
    lead = world.people["lead"]
    test = testing.plan(idea=idea, plan=PLAN, by=lead)
    testing.study(test=test, study=STUDY, seen=1, by=lead)

    testing.study(test=test, study=Study("9 of 10 were referred", "as_expected", "adopt"), seen=2, by=lead)

    event = AuditEvent.objects.filter(action="improvement.study_test").first()
    assert event.detail["before"]["happened"] == "8 of 10 were referred"


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan("", "P", date(2025, 6, 2), date(2025, 6, 9)), "question"),
        (Plan("Q", "", date(2025, 6, 2), date(2025, 6, 9)), "prediction"),
        (Plan("Q", "P", date(2025, 6, 2), date(2025, 6, 1)), "end"),
        (Plan("Q", "P", date(1925, 6, 2), date(2025, 6, 1)), "start"),
        (Plan("Q", "P", date(2025, 6, 2), date(2025, 6, 9), 5), "scale"),
    ],
)
def test_a_plan_that_cannot_stand_is_refused(world, idea, plan, field):
    with pytest.raises(Unsuitable) as refused:
        testing.plan(idea=idea, plan=plan, by=world.people["lead"])

    assert refused.value.field == field


def test_an_unknown_idea_and_an_outsider_are_refused(world, project, idea):
    with pytest.raises(Unsuitable, match="SFP-C99"):
        testing.take_up(project=project, idea="SFP-C99", by=world.people["lead"])
    with pytest.raises(NotAllowed):
        testing.plan(idea=idea, plan=PLAN, by=world.people["outsider"])


def test_a_test_that_was_never_done_goes_and_comes_back(world, idea):
    lead = world.people["lead"]
    test = testing.plan(idea=idea, plan=PLAN, by=lead)

    testing.withdraw(test=test, by=lead)
    assert not ChangeTest.objects.all().current()

    testing.restore(test=test, by=lead)
    assert ChangeTest.objects.all().due(date(2025, 7, 15)).get() == test


def test_a_result_stays(world, idea):
    lead = world.people["lead"]
    test = testing.study(test=testing.plan(idea=idea, plan=PLAN, by=lead), study=STUDY, seen=1, by=lead)

    with pytest.raises(Unsuitable, match="others can learn"):
        testing.withdraw(test=test, by=lead)


def test_an_idea_dropped_comes_back_as_the_same(world, project, idea):
    lead = world.people["lead"]
    testing.drop(idea=idea, by=lead)

    again = testing.take_up(project=project, idea="SFP-C08", by=lead)

    assert (again.pk, again.dropped) == (idea.pk, None)


def test_an_own_idea_is_looked_for_under_the_lock_of_its_project(world, project, monkeypatch):
    order = []
    lock, look = ProjectQuerySet.select_for_update, OfProjectQuerySet.filter
    monkeypatch.setattr(
        ProjectQuerySet, "select_for_update", lambda rows: order.append("lock") or lock(rows), raising=False
    )
    monkeypatch.setattr(
        OfProjectQuerySet,
        "filter",
        lambda rows, *args, **asked: (
            (rows.model is ProjectIdea and order.append("look")) or look(rows, *args, **asked)
        ),
        raising=False,
    )
    first, again = (
        testing.take_up(project=project, title=title, by=world.people["lead"])
        for title in ("A card", "a card")
    )

    assert first.pk == again.pk
    assert order[:2] == ["lock", "look"]
