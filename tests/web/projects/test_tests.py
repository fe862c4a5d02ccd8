"""Logging a test and its result: what is kept, what is said, and that nothing typed is lost."""

from dataclasses import replace
from datetime import date

import pytest
from tests.web.projects.conftest import PLAN

from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.testing import Study
from matneo.improvement.ladder import Rung
from matneo.improvement.models import ChangeTest, ProjectIdea

STUDY = {"what": "study", "happened": "8 of 10 were referred", "compared": "less", "learned": "The slip got lost",
         "decision": "adapt", "next_step": "Put it in the notes", "seen": "1"}  # fmt: skip


@pytest.fixture
def plan(world):
    return {"what": "plan", "idea": str(world.idea.pk), "question": "Does a sticker work?", "prediction": "10 of 10",
            "scale": "1", "start": "2025-07-15", "end": "2025-07-22", "who": "Bea"}  # fmt: skip


def test_a_new_plan_begins_with_today_a_week_and_oneself(world, as_person):
    shown = as_person("lead").get(f"{world.home}tests/new/?idea={world.idea.pk}").content.decode()

    assert 'value="2025-07-15"' in shown
    assert 'value="2025-07-22"' in shown
    assert 'value="Lead"' in shown
    assert f'value="{world.idea.pk}" checked' in shown
    assert 'id="scale-1" name="scale" type="radio" value="1" checked' in shown


@pytest.mark.parametrize(
    ("month", "start", "end"),
    [
        ("2025-06", "2025-06-01", "2025-06-08"),
        ("2025-07", "2025-07-15", "2025-07-22"),  # this month: today
        ("2025-11", "2025-11-01", "2025-11-08"),
        ("2025-04", "2025-07-15", "2025-07-22"),  # before the project began
        ("2031-01", "2025-07-15", "2025-07-22"),
        ("2025-6", "2025-07-15", "2025-07-22"),
        ("2025-13", "2025-07-15", "2025-07-22"),
    ],
)
def test_a_plan_can_begin_in_the_month_of_a_point(world, as_person, month, start, end):
    text = as_person("lead").get(f"{world.home}tests/new/?month={month}").content.decode()

    assert f'name="start" type="date" value="{start}"' in text
    assert f'name="end" type="date" value="{end}"' in text


def test_a_test_is_planned_with_one_form(world, as_person, plan):
    answer = as_person("colleague").post(f"{world.home}tests/new/", plan, follow=True)

    made = ChangeTest.objects.get(question="Does a sticker work?")
    assert answer.redirect_chain == [(f"{world.home}tests/{made.pk}/", 302)]
    assert made.number == 2
    assert "is planned. It ends on 22 July" in answer.content.decode()


def test_an_idea_of_the_library_or_of_ones_own_comes_along(world, as_person, plan):
    lead = as_person("lead")
    assert 'value="take-SFP-C07" checked' in lead.get(f"{world.home}tests/new/?take=SFP-C07").content.decode()

    lead.post(f"{world.home}tests/new/", plan | {"idea": "take-SFP-C07"})
    lead.post(f"{world.home}tests/new/", plan | {"idea": "own", "title": "A sticker"})

    assert set(ProjectIdea.objects.values_list("idea", "tests__number")) == {
        ("SFP-C08", 1),
        ("SFP-C07", 1),
        ("", 1),
    }


def test_an_idea_taken_up_for_a_test_that_cannot_stand_is_not_kept(world, as_person, plan):
    answer = as_person("lead").post(
        f"{world.home}tests/new/", plan | {"idea": "own", "title": "A sticker", "prediction": ""}
    )

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Say what you expect" in shown
    assert "Does a sticker work?" in shown
    assert 'value="A sticker"' in shown
    assert 'value="own" checked' in shown
    assert ProjectIdea.objects.count() == 1


def test_a_form_that_is_sent_twice_is_one_test(world, as_person, plan):
    lead = as_person("lead")
    for _ in range(2):
        answer = lead.post(f"{world.home}tests/new/", plan | {"key": "abc123"})
        assert answer.status_code == 302

    assert ChangeTest.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("idea", "", "Choose the idea"),
        ("idea", "9" * 500, "Choose the idea"),
        ("idea", "take-XXX-C99", "no change idea"),
        ("question", "x" * 201, "has 201 characters"),
        ("prediction", "Seen: 943 476 5919", "an NHS number"),
        ("scale", "", "Choose how many"),
        ("scale", "7", "Choose how many"),
        ("start", "soon", "Give the day the test begins"),
        ("end", "2025-07-01", "The day the test ends is"),
    ],
)
def test_what_cannot_stand_is_said_beside_its_field_and_everything_typed_is_kept(
    world, as_person, plan, field, value, said
):
    answer = as_person("lead").post(f"{world.home}tests/new/", plan | {field: value})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert f'id="{field}-problem"' in shown
    assert 'value="Bea"' in shown
    assert ChangeTest.objects.count() == 1


def test_what_happened_stands_beside_what_was_expected(world, as_person):
    address = f"{world.home}tests/{world.test.pk}/"
    shown = as_person("lead").post(address, STUDY, follow=True).content.decode()

    assert "9 of 10 referred the same day" in shown
    assert "8 of 10 were referred" in shown
    assert "Less than we expected" in shown
    assert f"tests/new/?after={world.test.pk}&amp;idea={world.idea.pk}" in shown
    following = as_person("lead").get(f"{world.home}tests/new/?after={world.test.pk}").content.decode()
    assert "Put it in the notes</textarea>" in following


def test_two_people_at_once_see_both_texts_and_lose_none(world, as_person):
    address = f"{world.home}tests/{world.test.pk}/"
    as_person("lead").post(address, STUDY)
    answer = as_person("colleague").post(address, STUDY | {"happened": "Nobody came", "decision": "abandon"})

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "What Lead wrote meanwhile" in shown
    assert "8 of 10 were referred" in shown
    assert "Nobody came</textarea>" in shown
    assert 'name="seen" value="2"' in shown
    assert ChangeTest.objects.get().happened == "8 of 10 were referred"

    as_person("colleague").post(address, STUDY | {"happened": "Nobody came", "seen": "2"})
    assert ChangeTest.objects.get().happened == "Nobody came"


def test_a_plan_is_changed_taken_back_and_brought_back(world, as_person, plan):
    lead, address = as_person("lead"), f"{world.home}tests/{world.test.pk}/"
    lead.post(address, plan | {"seen": "1"})
    assert ChangeTest.objects.get().question == "Does a sticker work?"
    assert lead.post(address, plan | {"seen": "1"}).status_code == 409

    lead.post(address, {"what": "withdraw"})
    assert ChangeTest.objects.current().count() == 0
    assert "Bring it back" in lead.get(address).content.decode()
    lead.post(address, {"what": "restore"})
    assert ChangeTest.objects.current().count() == 1


def test_the_list_shows_each_ramp_and_how_predictions_turned_out(world, as_person):
    testing.study(test=world.test, study=Study("8 of 10", "less", "adapt"), seen=1, by=None)

    shown = as_person("colleague").get(f"{world.home}tests/").content.decode()

    assert "0 of 1 test turned out about as expected, 1 less than expected." in shown
    assert "Does a paper slip work?" in shown
    assert "adapted" in shown


def test_scripts_in_what_people_write_are_only_words(world, as_person, plan):
    evil = "<script>alert(1)</script>"
    shown = as_person("lead").post(
        f"{world.home}tests/new/",
        plan | {"idea": "own", "title": evil, "question": evil, "prediction": evil, "who": evil},
        follow=True,
    )
    assert evil not in shown.content.decode()
    assert evil not in as_person("lead").get(f"{world.home}tests/").content.decode()


def test_a_test_of_another_project_is_not_found(world, as_person):
    other = projects.start(
        organisation=world.universe.organisation("T2"),
        area="SFP",
        aim=projects.Aim("Theirs", "Fewer", date(2026, 3, 1)),
        by=None,
    )
    lead = as_person("lead")

    assert lead.get(f"/projects/{other.pk}/tests/{world.test.pk}/").status_code == 404
    assert lead.get(f"/projects/{other.pk}/tests/new/").status_code == 404
    assert as_person("outsider").get(f"{world.home}tests/{world.test.pk}/").status_code == 404
    assert as_person("outsider").post(f"{world.home}tests/{world.test.pk}/", STUDY).status_code == 404
    assert lead.post(f"{world.home}tests/{world.test.pk}/", {"what": "nothing"}).status_code == 404


def test_a_public_project_is_read_by_everybody_and_changed_by_its_people(world, as_person):
    address = f"{world.home}tests/{world.test.pk}/"
    assert as_person("public").get(address).status_code == 302
    world.project.rung = Rung.PUBLIC
    world.project.save()

    assert as_person("public").get(address).status_code == 200
    assert as_person("public").get(f"{world.home}tests/").status_code == 200
    assert as_person("public").post(address, STUDY).status_code == 302
    assert as_person("outsider").post(address, STUDY).status_code == 403
    assert "Keep the result" not in as_person("outsider").get(address).content.decode()


def test_the_public_reads_a_test_and_no_name_of_those_who_did_it(world, as_person):
    world.project.rung = Rung.PUBLIC
    world.project.save()
    ChangeTest.objects.filter(pk=world.test.pk).update(who="Bea Onuoha")
    lead = world.people["lead"]
    done = Study("8 of 10 were referred", "less", "adapt", "The slip was lost twice", "")
    testing.study(test=world.test, study=done, seen=1, by=lead)
    public, outsider = (
        as_person(one).get(f"{world.home}tests/{world.test.pk}/").content.decode()
        for one in ("public", "outsider")
    )

    for name in ("Bea Onuoha", f"Planned by {lead.name}", f"Written by {lead.name}"):
        assert name in outsider
    assert "8 of 10 were referred" in public
    for name in ("Bea Onuoha", lead.name):
        assert name not in public


def test_a_test_whose_day_has_not_come_shows_its_plan_and_folds_the_form(world, as_person):
    plan = replace(PLAN, start=date(2025, 7, 27), end=date(2025, 8, 3))
    test = testing.plan(idea=world.idea, plan=plan, by=world.people["lead"])
    lead = as_person("lead")
    text = lead.get(f"{world.home}tests/{test.pk}/").content.decode()

    assert "It is planned for 27 July. When it has run, write what happened." in text
    assert text.index("<h2>The plan</h2>") < text.index("<summary>It has run already</summary>")
    assert text.index("<summary>It has run already</summary>") < text.index('name="happened"')
    assert "<details open>" not in text
    assert "It has run already" not in lead.get(f"{world.home}tests/{world.test.pk}/").content.decode()


def test_it_may_have_run_already_and_what_lacks_is_said_where_it_is_seen(world, as_person):
    plan = replace(PLAN, start=date(2026, 2, 1), end=date(2026, 2, 8))
    test = testing.plan(idea=world.idea, plan=plan, by=world.people["lead"])
    lead, address = as_person("lead"), f"{world.home}tests/{test.pk}/"
    lacking = lead.post(address, {"what": "study", "seen": "1", "happened": "Nobody used it"})
    kept = {"compared": "less", "decision": "abandon"}
    done = lead.post(address, {"what": "study", "seen": "1", "happened": "Nobody used it", **kept})

    assert lacking.status_code == 422
    assert "It is planned for 1 February 2026." in lacking.content.decode()
    assert "<details open><summary>It has run already" in lacking.content.decode()
    assert done.status_code == 302
    assert "<h2>What came of it</h2>" in lead.get(address).content.decode()
