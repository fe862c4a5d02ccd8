"""A project as somebody else would see it: the very page that such a reader gets, and nothing in it that acts."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.test_project_page import world  # noqa: F401  (the same project as its page's tests)

from matneo.accounts import actions as accounts
from matneo.improvement.actions import projects, story, testing
from matneo.improvement.actions.projects import Aim, Person
from matneo.improvement.actions.testing import Plan
from matneo.improvement.ladder import Rung
from matneo.improvement.models import Project
from matneo.web.projects import looking
from matneo.web.projects.finding import address
from matneo.web.projects.page import page_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ACTS = ('method="post"', "tests/new/", "/progress/", "/notes/", "/aim/", "/share/", "/story/", "/team/", "/end/", "/months/", "/ideas/\"")  # fmt: skip
REAL = {"support": "coach", "national": "national", "public": "public"}  # readers who are in the small world


def browser(user=None):
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


def main_of(response) -> str:
    """Every byte of the main part below the strip."""
    text = response.content.decode()
    return text[text.index('<div class="mn-width mn-page">') : text.index("</main>")]


def seen(universe, project, reader, rung, by="lead"):
    return browser(universe.people[by]).get(f"{address(project)}share/look/?as={reader}&step={rung.value}")


def put_on(project, rung):
    Project.objects.filter(pk=project.pk).update(rung=rung)


@pytest.mark.parametrize("rung", [Rung.PROGRAMME, Rung.PUBLIC])
@pytest.mark.parametrize("reader", ["national", "public"])
def test_it_is_the_page_that_such_a_reader_gets_byte_for_byte(world, reader, rung):  # noqa: F811
    universe, project = world
    before = seen(universe, project, reader, rung)
    put_on(project, rung)
    real = browser(universe.people.get(REAL[reader])).get(address(project))

    if real.status_code == 404:  # the public below its own step
        assert "They would not know that it is there" in before.content.decode()
        return
    assert main_of(before) == main_of(real)
    assert "Nothing here can be changed" in before.content.decode()


@pytest.mark.parametrize(("reader", "person"), [("colleague", "colleague"), ("support", "coach")])
def test_who_may_act_is_shown_all_of_it_but_what_acts(world, reader, person):  # noqa: F811
    universe, project = world
    shown = main_of(seen(universe, project, reader, Rung(project.rung)))
    made_up = {one.key: one.viewer for one in looking.readers(project, universe.viewer("lead"))}[reader]()
    found = Project.objects.select_related("organisation", "place").get(pk=project.pk)

    assert page_of(made_up, found, looking.LOOKING_ONLY) == page_of(
        universe.viewer(person), found, looking.LOOKING_ONLY
    )
    assert [act for act in ACTS if act in shown] == []
    assert "A mother told us" in shown


def test_another_trust_of_the_collaborative_reads_rounded_figures_and_the_page_that_it_gets(world):  # noqa: F811
    universe, _ = world
    outsider = universe.people["outsider"]
    other = accounts.create_user(email="harbour@example.org", name="Harbour", by=None, password="for tests")
    accounts.add_membership(
        user=other, organisation=universe.organisation("T3"), role="staff", start=date(2020, 1, 1), by=None
    )
    project = projects.start(
        organisation=universe.organisation("T2"), area="SFP", by=outsider, started=date(2024, 9, 2),
        aim=Aim("Smoke-free", "Fewer women smoking", date(2026, 3, 31)), team=[Person("Ama", "midwife")],
    )  # fmt: skip
    projects.follow(project=project, measure="SFP-M01", family="outcome", main=True, by=outsider)
    projects.follow(project=project, measure="NAT-M06", family="balancing", by=outsider)
    at_trust = seen(universe, project, "neighbour", Rung.TRUST, by="outsider").content.decode()
    preview = seen(universe, project, "neighbour", Rung.COLLABORATIVE, by="outsider")
    put_on(project, Rung.COLLABORATIVE)

    assert "They know that it is there" in at_trust
    assert "Fewer women smoking" not in at_trust
    assert main_of(preview) == main_of(browser(other).get(address(project)))
    assert "if it were shared with the collaborative" in preview.content.decode()


def test_looking_changes_nothing_and_nothing_can_be_sent(world):  # noqa: F811
    universe, project = world
    lead = browser(universe.people["lead"])
    lead.get(f"{address(project)}share/look/?as=public&step=5")
    project.refresh_from_db()

    assert project.rung == Rung.TRUST
    assert lead.post(f"{address(project)}share/look/?as=public&step=5").status_code == 405
    assert browser().get(address(project)).status_code == 404


def test_a_preview_knows_one_project_and_no_exact_count_that_is_not_ours(world):  # noqa: F811
    universe, project = world
    mine = universe.viewer("lead")
    hidden = projects.start(
        organisation=universe.organisation("T2"), area="SFP", by=universe.people["outsider"],
        aim=Aim("Elsewhere", "Elsewhere", date(2026, 3, 31)),
    )  # fmt: skip
    put_on(hidden, Rung.PUBLIC)
    for reader in looking.readers(project, mine):
        narrowed = looking._narrowed(reader.viewer(), mine, project, Rung.PUBLIC)
        assert list(Project.objects.listed_to(narrowed)) == [project]
        assert list(Project.objects.visible_to(narrowed)) == [project]
        assert narrowed.inside <= mine.inside
    wider = replace(looking.readers(project, mine)[0].viewer(), inside=frozenset({"T1", "T2"}))
    assert looking._narrowed(wider, mine, project, Rung.TRUST).inside == {"T1"}


def test_no_name_of_a_person_who_could_be_the_reader_is_said(world):  # noqa: F811
    universe, project = world
    names = {user.name for user in universe.people.values()}
    for reader in looking.readers(project, universe.viewer("lead")):
        assert reader.viewer().name == ""
        assert not any(re.search(rf"\b{name}\b", reader.name) for name in names)


@pytest.mark.parametrize(
    ("person", "status"), [("coach", 403), ("sponsor", 403), ("outsider", 404), ("national", 404)]
)
def test_only_those_who_decide_about_sharing_look(world, person, status):  # noqa: F811
    universe, project = world

    assert browser(universe.people[person]).get(f"{address(project)}share/look/").status_code == status


@pytest.mark.parametrize(
    "asked", ["?as=nobody&step=9", "?as=&step=-1", "?step=x", "?as=lead@example.org", ""]
)
def test_what_is_not_known_is_the_public_on_the_step_of_now(world, asked):  # noqa: F811
    universe, project = world
    answer = browser(universe.people["lead"]).get(f"{address(project)}share/look/{asked}")

    assert answer.status_code == 200
    assert "as the public would see it today, while it is shared with the trust" in answer.content.decode()


@pytest.mark.parametrize("reader", ["colleague", "support", "neighbour", "national", "public"])
def test_a_preview_costs_at_most_25_queries(world, reader):  # noqa: F811
    universe, project = world
    lead = browser(universe.people["lead"])
    with CaptureQueriesContext(connection) as asked:
        lead.get(f"{address(project)}share/look/?as={reader}&step=5")

    assert len(asked) <= 25, "\n".join(query["sql"][:60] + query["sql"][-300:] for query in asked)


def test_the_page_of_sharing_lists_what_a_step_up_opens(world):  # noqa: F811
    universe, project = world
    lead = universe.people["lead"]
    story.report(project=project, month=date(2025, 5, 1), text="A good month.", by=lead)
    text = browser(lead).get(f"{address(project)}share/").content.decode()

    assert text.count("One story entry and May&#39;s report will be readable by them.") == 3
    assert "1 April 2025: A mother told us" in text
    assert f'href="{address(project)}report/2025-05/"' in text
    assert "See it as somebody else" in text
    put_on(project, Rung.PUBLIC)
    everyone = browser(lead).get(f"{address(project)}share/").content.decode()
    assert "will be readable by them" not in everyone
    assert "Read it through" not in everyone


def test_where_nothing_is_written_beside_the_tests_nothing_is_warned_of(world):  # noqa: F811
    universe, _ = world
    lead = universe.people["lead"]
    project = projects.start(
        organisation=universe.organisation("T1"), area="SFP", by=lead,
        aim=Aim("Plain", "Plain", date(2026, 3, 31)),
    )  # fmt: skip
    idea = testing.take_up(project=project, idea="SFP-C08", by=lead)
    testing.plan(idea=idea, plan=Plan("Q", "P", date(2025, 7, 1), date(2025, 7, 8)), by=lead)
    text = browser(lead).get(f"{address(project)}share/").content.decode()

    assert "Read it through" not in text
    assert "will be readable" not in text
