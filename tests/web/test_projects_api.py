"""Projects for programs: filters, pages, the whole of one, and no more than its page would tell."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matneo.api import projects as door
from matneo.improvement.actions import projects, story, testing
from matneo.improvement.actions.projects import Aim
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.ladder import Rung
from matneo.improvement.models import Project

LIST = "/api/v1/projects/"


def start(world, code, by, area="SFP", title="Smoke-free at birth"):
    return projects.start(
        organisation=world.organisation(code),
        area=area,
        by=world.people[by],
        aim=Aim(title, "Fewer women smoking", date(2026, 3, 31), "from 11% to 6%"),
    )


@pytest.fixture
def project(world):
    lead = world.people["lead"]
    made = start(world, "T1", "lead")
    projects.follow(project=made, measure="SFP-M01", family="outcome", goal=6, main=True, by=lead)
    idea = testing.take_up(project=made, idea="SFP-C08", by=lead)
    plan = Plan("Does a slip work?", "9 of 10", date(2025, 7, 1), date(2025, 7, 8), who="Beatrix")
    test = testing.plan(idea=idea, plan=plan, by=lead)
    testing.study(
        test=test, study=Study("8 of 10", "less", "adapt", "It got lost", "In the notes"), seen=1, by=lead
    )
    projects.pause(project=made, reason="Summer", by=lead)
    story.report(project=made, month=date(2025, 7, 1), text="A month", by=lead)
    return made


@pytest.fixture
def get(world):
    def as_person(person, address):
        client = Client()
        if person != "public":
            client.force_login(
                world.people[person], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client.get(address)

    return as_person


def test_a_whole_project_is_told_with_its_links(project, get):
    told = get("colleague", f"{LIST}{project.pk}/").json()
    (test,), (idea,), (measure,) = told["tests"], told["ideas"], told["measures"]

    assert (told["title"], told["aim"], told["by_when"]) == (project.title, project.aim, "2026-03-31")
    assert (told["shared_with"], told["state"], told["trust"]) == ("Trust", "paused", "T1")
    assert told["package_address"].endswith(f"/library/sfp/versions/{project.package_version}/")
    assert (measure["main"], measure["goal"]) == (True, 6)
    assert measure["series"].endswith("/api/v1/series/SFP-M01/T1/")
    assert (test["prediction"], test["happened"], test["compared"], test["decision"]) == (
        "9 of 10",
        "8 of 10",
        "less",
        "adapt",
    )
    assert test["idea"] == idea["id"]
    assert idea["address"].endswith("/library/ideas/SFP-C08/")
    assert told["pauses"][0]["reason"] == "Summer"
    assert told["reports"][0].endswith(f"/projects/{project.pk}/report/2025-07/")


def test_it_names_no_member_of_staff(world, project, get):
    Project.objects.update(rung=Rung.PUBLIC)
    for person in ("public", "lead"):
        text = get(person, f"{LIST}{project.pk}/").content.decode()
        assert "Beatrix" not in text
        assert not any(user.name in text for user in world.people.values())


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"Smoke-free at birth", "Warm babies", "Elsewhere"}),
        ("?area=SFP", {"Smoke-free at birth", "Elsewhere"}),
        ("?area=pto", {"Warm babies"}),
        ("?trust=T2", {"Elsewhere"}),
        ("?trust=t1&state=active", {"Warm babies"}),
        ("?state=paused", {"Smoke-free at birth"}),
        ("?state=open&trust=T1", {"Smoke-free at birth", "Warm babies"}),
        ("?state=closed", set()),
        ("?trust=%27%20OR%201=1", set()),
        ("?page=7", set()),
        ("?page=0", set()),
    ],
)
def test_it_is_filtered_by_area_trust_and_state(world, project, get, query, titles):
    start(world, "T1", "lead", area="PTO", title="Warm babies")
    start(world, "T2", "outsider", title="Elsewhere")

    assert {row["title"] for row in get("lead", LIST + query).json()["projects"]} == titles


@pytest.mark.parametrize("query", ["?area=XXX", "?state=green", "?page=many"])
def test_what_is_no_filter_gets_a_sentence(project, get, query):
    answer = get("lead", LIST + query)

    assert answer.status_code == 422
    assert answer.json()["problem"].endswith(".")


def test_of_what_others_do_not_share_there_is_the_card(project, get):
    (row,) = get("outsider", LIST).json()["projects"]

    assert row["title"] == project.title
    assert [row[key] for key in ("aim", "by_when", "shared_with", "address")] == [None] * 4
    assert get("outsider", f"{LIST}{project.pk}/").json() == {"problem": "There is no such project."}
    assert get("public", LIST).json()["projects"] == []


def test_many_come_in_pages_and_cost_as_much_as_few(world, project, get, monkeypatch):
    monkeypatch.setattr(door, "A_PAGE", 2)
    for number in range(4):
        start(world, "T1", "lead", title=f"Number {number}")
    sheets = [get("lead", f"{LIST}?page={page}").json() for page in (1, 2, 3)]
    titles = [row["title"] for sheet in sheets for row in sheet["projects"]]

    assert [(sheet["count"], sheet["pages"]) for sheet in sheets] == [(5, 3)] * 3
    assert sorted(titles) == sorted({"Smoke-free at birth", *(f"Number {n}" for n in range(4))})
    lead = Client()
    lead.force_login(world.people["lead"], backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in (LIST, f"{LIST}{project.pk}/"):
        with CaptureQueriesContext(connection) as asked:
            lead.get(address)
        assert len(asked) <= 20


def test_what_its_page_leaves_out_is_not_told(world, project, get):
    """An idea that was dropped before anybody tried it; and how it ended, of a project that was opened again."""
    lead = world.people["lead"]
    idea = testing.take_up(project=project, idea="SFP-C09", by=lead)
    testing.drop(idea=idea, by=lead)
    projects.close(project=project, result="no_change", learned="The slip got lost.", by=lead)
    closed = get("lead", f"{LIST}{project.pk}/").json()
    projects.resume(project=Project.objects.get(pk=project.pk), by=lead)
    opened = get("lead", f"{LIST}{project.pk}/").json()

    assert [one["idea"] for one in closed["ideas"]] == ["SFP-C08"]
    assert (closed["result"], closed["learned"]) == ("no_change", "The slip got lost.")
    assert (opened["result"], opened["learned"]) == ("", "")
