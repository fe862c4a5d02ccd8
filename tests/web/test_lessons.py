"""The newest shared lessons on the front page."""

from datetime import date

import pytest

from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.projects import Aim
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.ladder import Rung
from matneo.utils.clock import Clock
from matneo.utils.viewer import ANONYMOUS
from matneo.web.reading import lessons


@pytest.fixture
def world(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    return universe


@pytest.fixture
def project(world):
    aim = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31))
    made = projects.start(organisation=world.organisation("T1"), area="SFP", aim=aim, by=world.people["lead"])
    idea = testing.take_up(project=made, idea="SFP-C08", by=world.people["lead"])
    for happened, decision in (("4 of 10 were referred", "adapt"), ("9 of 10 were <b>referred</b>", "adopt")):
        plan = Plan("Does it work?", "All are referred", date(2025, 6, 2), date(2025, 6, 9))
        test = testing.plan(idea=idea, plan=plan, by=world.people["lead"])
        study = Study(happened, "as_expected", decision, "Ask first")
        testing.study(test=test, study=study, seen=1, by=world.people["lead"])
    return made


def shared(project, world, rung=Rung.PUBLIC):
    projects.follow(project=project, measure="SFP-M16", family="balancing", by=world.people["lead"])
    projects.share(project=project, rung=rung, by=world.people["lead"])


def test_only_what_was_shared_with_everyone_is_read_by_everyone(world, project):
    assert lessons.newest(ANONYMOUS) == ()

    shared(project, world, Rung.PROGRAMME)
    assert lessons.newest(ANONYMOUS) == ()
    assert lessons.newest(world.viewer("outsider"))


def test_the_last_word_on_an_idea_stands_there_once(world, project):
    shared(project, world)

    found = lessons.newest(ANONYMOUS)

    assert [(row.saw, row.kept) for row in found] == [("9 of 10 were <b>referred</b>", "kept it")]


def test_the_front_page_says_it_without_markup(world, project, client):
    assert "Nothing has been shared yet" in client.get("/").text

    shared(project, world)
    text = client.get("/").text

    assert "9 of 10 were &lt;b&gt;referred&lt;/b&gt; The team kept it." in text
    assert "St Mary&#39;s Vale, 9 June 2025" in text


def test_the_same_words_of_two_projects_are_read_once(world, project):
    shared(project, world)
    other = projects.start(
        organisation=world.organisation("T2"),
        area="SFP",
        aim=Aim("Referred by itself", "Fewer women smoking", date(2026, 3, 31)),
        by=world.people["outsider"],
    )
    idea = testing.take_up(project=other, idea="SFP-C08", by=world.people["outsider"])
    plan = Plan("Does it work?", "All are referred", date(2025, 6, 2), date(2025, 6, 9))
    test = testing.plan(idea=idea, plan=plan, by=world.people["outsider"])
    study = Study("9 of 10 were <b>referred</b>", "as_expected", "adopt", "Ask first")
    testing.study(test=test, study=study, seen=1, by=world.people["outsider"])
    projects.follow(project=other, measure="SFP-M16", family="balancing", by=world.people["outsider"])
    projects.share(project=other, rung=Rung.PUBLIC, by=world.people["outsider"])

    assert [row.project for row in lessons.newest(ANONYMOUS)] == ["Referred by itself"]
