"""A count that somebody is still asked about is no news, no signal and nothing to look at; it is once they said yes."""

from datetime import date

import pytest
from django.test import Client
from tests.monitoring.test_live import cells, type_in

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.emails import week as emails
from matneo.improvement import mine
from matneo.improvement.actions import projects
from matneo.improvement.actions.projects import Aim
from matneo.monitoring import digest, live, questions
from matneo.submissions import actions as submissions
from matneo.submissions.cells import Cell
from matneo.submissions.models import SureCount, Value
from matneo.web.home import followed

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AIM = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31))
PAIR = ("SFP-M07", "T1")


@pytest.fixture
def world(released):
    """Two years about 20 of 40, and then a 0 in June."""
    universe, _, _ = released
    project = projects.start(
        organisation=universe.organisation("T1"), area="SFP", aim=AIM, by=universe.people["lead"]
    )
    projects.follow(project=project, measure="SFP-M07", family="process", by=universe.people["lead"])
    before = [
        Cell("SFP-M07", "T1", "month", one.period, 20 + one.period.month % 3, 40) for one in cells()[:-1]
    ]
    type_in(universe, *before, Cell("SFP-M07", "T1", "month", date(2025, 6, 1), 0, 40))
    return universe


def the_zero():
    return Value.objects.get(measure="SFP-M07", period=date(2025, 6, 1)).pk


def say_yes(universe, by="lead"):
    return submissions.confirm(
        value=the_zero(), organisation=universe.organisation("T1"), by=universe.people[by]
    )


def week_of(universe):
    viewer = universe.viewer("lead")
    theirs = mine.of(viewer)
    entries = followed.charts(viewer, ["T1"], theirs)
    return digest.week_of(viewer, entries, ["T1"], emails.asked_for(viewer, theirs))


def home(universe):
    client = Client()
    client.force_login(universe.people["lead"], backend=BACKEND)
    return client.get("/home/").content.decode()


def test_a_zero_with_a_question_is_no_news_and_no_look(world):
    assert live.read(*PAIR, world.viewer("lead")).line["variation"] == "concern"

    week, text = week_of(world), home(world)

    assert [entry for entry in week.news if entry.definition.id == "SFP-M07"] == []
    assert [task for task in week.tasks if task.kind == "signal"] == []
    assert "A question stands about June’s 0: is it right?" in text
    assert "New signal" not in text
    assert "needs a look" not in text.lower()


def test_its_own_chart_says_so_first(world):
    client = Client()
    client.force_login(world.people["lead"], backend=BACKEND)
    before = client.get("/trusts/T1/measures/SFP-M07/").content.decode()
    say_yes(world)

    assert "<li>A question stands about June’s 0: is it right?</li>" in before
    assert "A question stands" not in client.get("/trusts/T1/measures/SFP-M07/").content.decode()


def test_it_is_once_somebody_said_that_it_is_right(world):
    say_yes(world)

    week, text = week_of(world), home(world)

    assert [entry.definition.id for entry in week.news] == ["SFP-M07"]
    assert [task.kind for task in week.tasks if task.kind == "signal"] == ["signal"]
    assert "A question stands" not in text
    assert "New signal" in text


def test_another_number_in_its_place_is_judged_by_itself(world):
    type_in(world, Cell("SFP-M07", "T1", "month", date(2025, 6, 1), 21, 40))
    found = live.read_many([PAIR], world.viewer("lead"))

    assert questions.standing(found) == {}
    assert found[PAIR].line["variation"] == "common"


def test_what_takes_seven_months_does_not_hang_on_one_old_question(universe, settings):
    """The first month at 30 of 40 was asked about; seven more came since, and the newest asks nothing."""
    type_in(universe, *cells())
    found = live.read_many([PAIR], universe.viewer("lead"))

    assert found[PAIR].line["variation"] == "improvement"
    assert questions.standing(found) == {}


def test_the_weekly_message_holds_no_question(world):
    found = digest.week(world.viewer("lead"), lambda viewer: emails.asked_for(viewer, mine.of(viewer)))

    assert all(entry.definition.id != "SFP-M07" for entry in found.news)


def test_the_word_of_somebody_is_kept_once_and_written_down(world):
    first, second = say_yes(world), say_yes(world, "analyst")

    assert first == second
    assert SureCount.objects.get().by_name == "Lead"
    assert AuditEvent.objects.filter(action="submissions.confirm").count() == 1
    assert SureCount.objects.visible_to(world.viewer("coach")).count() == 1
    assert SureCount.objects.visible_to(world.viewer("outsider")).count() == 0


@pytest.mark.parametrize("key", ["colleague", "outsider", "national"])
def test_it_is_for_those_who_type_there(world, key):
    with pytest.raises(NotAllowed):
        say_yes(world, key)


def test_a_count_of_another_place_is_left_alone(world):
    found = submissions.confirm(value=the_zero(), organisation=world.organisation("T2"), by=None)

    assert found is None
    assert not SureCount.objects.exists()


def test_what_was_replaced_meanwhile_is_not_said_to_be_right(world):
    was = the_zero()
    type_in(world, Cell("SFP-M07", "T1", "month", date(2025, 6, 1), 3, 40))

    assert submissions.confirm(value=was, organisation=world.organisation("T1"), by=None) is None
    assert not SureCount.objects.exists()


def test_the_record_names_the_week_that_a_count_is_of(world):
    week = date(2025, 6, 30)
    type_in(world, Cell("SFP-M07", "T1", "week", week, 0, 40))
    value = Value.objects.get(measure="SFP-M07", period_kind="week").pk
    submissions.confirm(value=value, organisation=world.organisation("T1"), by=world.people["lead"])

    assert AuditEvent.objects.get(action="submissions.confirm").subject == "SFP-M07, week of 30 June 2025"
