"""Packs: who gets them, what they say, that their figures are the page's, and that their link makes them again."""

import io
import re
from datetime import date

import pytest
from django.test import Client

from matneo.improvement.actions import projects, story, testing
from matneo.improvement.actions.projects import Aim, Person
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.ladder import Rung
from matneo.library import catalogue
from matneo.measures import definitions
from matneo.monitoring import actions as monitoring
from matneo.utils.clock import Clock
from matneo.web.packs import giving

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AIM = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31), "to 6%")
LIVE = "=HYPERLINK(1)"


def signed_in(universe, key):
    client = Client()
    if key != "public":
        client.force_login(universe.people[key], backend=BACKEND)
    return client


@pytest.fixture
def world(released):
    """A project with its measures, two tests, a story, at a trust whose release is there."""
    universe, release, _ = released
    lead = universe.people["lead"]
    project = projects.start(
        organisation=universe.organisation("T1"), area="SFP", aim=AIM, by=lead, started=date(2024, 6, 1),
        team=[Person("Bea Khan", "midwife")],
    )  # fmt: skip
    for measure, family in (("SFP-M01", "outcome"), ("SFP-M03", "process"), ("PTO-M08", "balancing")):
        projects.follow(
            project=project, measure=measure, family=family, by=lead, main=measure == "SFP-M01", goal=6
        )
    idea = testing.take_up(project=project, idea="SFP-C08", by=lead)
    plan = Plan(LIVE, "9 of 10", date(2024, 7, 1), date(2024, 7, 8), 1, "Bea")
    test = testing.plan(idea=idea, plan=plan, by=lead)
    testing.study(
        test=test, study=Study("8 of 10", "less", "adapt", "Slips get lost", "In the notes"), seen=1, by=lead
    )
    testing.plan(
        idea=idea, plan=Plan("In the notes?", "10 of 10", date(2024, 8, 1), date(2024, 8, 8), 2), by=lead
    )
    story.tell(
        project=project,
        date=date(2025, 1, 6),
        title="A mother",
        text="I was asked kindly.",
        by=lead,
        kind="voice",
    )
    return universe, project, release


def deck_of(answer):
    from pptx import Presentation

    assert answer.status_code == 200, answer.content[:300]
    return Presentation(io.BytesIO(answer.content))


def words_of(deck):
    words = []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                words.append(shape.text_frame.text)
            if shape.has_table:
                words += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(words)


def charts_of(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def values_of(chart, name="Share (%)"):
    return next(list(one.values) for one in chart.plots[0].series if one.name == name)


def test_the_page_lists_the_documents_and_says_who_and_how_fresh(world):
    universe, project, release = world
    text = signed_in(universe, "lead").get(f"/projects/{project.pk}/packs/").content.decode()

    links = re.findall(rf'href="/projects/{project.pk}/packs/([a-z.]+)"', text)
    assert links == [*(f"{kind}.{form}" for kind in ("story", "board") for form in ("pptx", "docx", "pdf", "xlsx")), "poster.pdf", "poster.pptx"]  # fmt: skip
    assert f"Release {release.pk}" in text
    assert "Exact counts, for people of" in text
    assert f"?release={release.pk}" in text


def test_a_story_says_aim_tests_learning_and_team(world):
    universe, project, release = world
    deck = deck_of(signed_in(universe, "lead").get(f"/projects/{project.pk}/packs/story.pptx"))
    words = words_of(deck)

    for said in ("Fewer women smoking", "Referral fires automatically", "adapted after 1 test", "8 of 10", "Slips get lost",
                 "I was asked kindly", "Bea Khan, midwife", f"Release {release.pk}", "by Lead", "figures as of the release", LIVE):  # fmt: skip
        assert said in words, said
    assert len(charts_of(deck)) == 3
    assert any(one.name == "Tests" for one in charts_of(deck)[0].plots[0].series)


def test_figures_are_those_of_the_charts_page_for_each_audience(world):
    universe, project, _ = world
    lead = universe.people["lead"]
    projects.share(project=project, rung=Rung.PUBLIC, by=lead)
    for person in ("lead", "outsider", "public"):
        client = signed_in(universe, person)
        points = client.get("/trusts/T1/measures/SFP-M01.json").json()["points"]
        shown = values_of(charts_of(deck_of(client.get(f"/projects/{project.pk}/packs/story.pptx")))[0])

        expected = [None if p["value"] is None else round(p["value"] * 100, 4) for p in points][-len(shown) :]
        assert shown == expected, person


def test_the_audience_is_named_and_outside_no_name_of_the_team_reaches_the_public(world):
    universe, project, _ = world
    projects.share(project=project, rung=Rung.PUBLIC, by=universe.people["lead"])
    said = words_of(deck_of(Client().get(f"/projects/{project.pk}/packs/story.pptx")))

    assert "Figures signed off and rounded" in said
    assert "Exact counts" not in said
    assert "Bea Khan" not in said
    assert "midwife" in said
    assert "a reader who has not signed in" in said


@pytest.mark.parametrize("form", ["pptx", "docx", "xlsx"])
def test_nobody_gets_a_pack_of_a_project_they_may_not_see(world, form):
    universe, project, _ = world
    for person in ("public", "outsider", "national"):
        assert (
            signed_in(universe, person).get(f"/projects/{project.pk}/packs/story.{form}").status_code == 404
        )
        assert signed_in(universe, person).get(f"/projects/{project.pk}/packs/").status_code == 404


def test_its_link_makes_the_same_file_after_newer_releases(world, tmp_path):
    from tests.universe import births, births_file

    from matneo.submissions import actions as submissions

    universe, project, release = world
    client = signed_in(universe, "lead")
    address = f"/projects/{project.pk}/packs/story.xlsx"
    before = client.get(address).content
    file = births_file(tmp_path, births(900, seed=7), "more.parquet")
    more = submissions.receive(
        file=file, name="more.parquet", organisation=universe.organisation("ENG"), by=None
    )
    submissions.accept(submission=more, by=None)
    newer = monitoring.release(by=None, reason="more").release

    assert newer.pk != release.pk
    assert client.get(f"{address}?release={release.pk}").content == before
    now = client.get(address).content
    assert now != before
    assert now == client.get(f"{address}?release={newer.pk}").content


def test_an_earlier_release_is_for_people_who_have_signed_in(world):
    universe, project, release = world
    projects.share(project=project, rung=Rung.PUBLIC, by=universe.people["lead"])
    address = f"/projects/{project.pk}/packs/story.xlsx?release={release.pk}"
    assert Client().get(address).status_code == 200
    release.__class__.objects.filter(pk=release.pk).update(is_current=False)

    asked = Client().get(address)
    assert asked.status_code == 302
    assert "login" in asked["Location"]
    assert f"release%3D{release.pk}" in asked["Location"]
    assert signed_in(universe, "outsider").get(address).status_code == 200
    assert signed_in(universe, "outsider").get(address.replace(release.pk, "../../etc")).status_code == 404


def test_words_that_look_like_a_formula_stay_words(world):
    import zipfile

    universe, project, _ = world
    file = signed_in(universe, "lead").get(f"/projects/{project.pk}/packs/story.xlsx").content
    book = zipfile.ZipFile(io.BytesIO(file))

    assert LIVE in book.read("xl/sharedStrings.xml").decode()
    for name in book.namelist():
        if name.startswith("xl/worksheets/sheet"):
            assert "<f>" not in book.read(name).decode()


def test_a_board_page_has_three_statements_twelve_lines_and_one_question(world):
    universe, project, _ = world
    for address in (f"/projects/{project.pk}/packs/board.pptx", "/trusts/T1/packs/board.pptx"):
        deck = deck_of(signed_in(universe, "lead").get(address))
        words = words_of(deck)
        tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]

        assert [word in words for word in ("Better: ", "Needs a look: ", "Needs you: ")] == [True] * 3
        assert 1 <= sum(len(table.rows) - 1 for table in tables) <= 12
        assert words.count("One question to ask") == 1
        assert words.count("?") >= 1
        assert not re.search(r"\b(fail|worst|breach|best|rank|RAG)\w*", words)


def test_a_trusts_page_is_what_each_may_see(world):
    universe, _, _ = world
    said = {
        person: words_of(deck_of(signed_in(universe, person).get("/trusts/T1/packs/board.pptx")))
        for person in ("analyst", "public")
    }

    assert "Exact counts, for people of St Mary's Vale" in said["analyst"]
    assert "Figures signed off and rounded" in said["public"]
    assert "Smoke-free at birth" in said["analyst"]
    assert "Smoke-free at birth" not in said["public"], "a project of the trust's own step"
    assert Client().get("/trusts/S1/packs/board.pptx").status_code == 404


def test_a_poster_is_one_slide(world):
    universe, project, _ = world
    deck = deck_of(signed_in(universe, "lead").get(f"/projects/{project.pk}/packs/poster.pptx"))

    assert len(deck.slides) == 1
    assert "What we learned" in words_of(deck)
    assert signed_in(universe, "lead").get(f"/projects/{project.pk}/packs/poster.docx").status_code == 404


def test_a_project_without_figures_has_its_documents(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    project = projects.start(
        organisation=universe.organisation("T1"), area="SFP", aim=AIM, by=universe.people["lead"]
    )
    client = signed_in(universe, "lead")
    for kind, form in (("story", "pptx"), ("story", "docx"), ("board", "xlsx"), ("poster", "pptx")):
        assert client.get(f"/projects/{project.pk}/packs/{kind}.{form}").status_code == 200
    assert "that is not a zero" in words_of(deck_of(client.get(f"/projects/{project.pk}/packs/story.pptx")))


@pytest.mark.parametrize("kind", ["story", "board", "poster"])
def test_a_document_costs_at_most_25_queries(world, kind, django_assert_max_num_queries):
    universe, project, _ = world
    client = signed_in(universe, "lead")
    with django_assert_max_num_queries(25):
        client.get(f"/projects/{project.pk}/packs/{kind}.pptx")


def test_the_name_of_a_file_is_safe_for_a_header(world):
    universe, project, _ = world
    lead = universe.people["lead"]
    aim = Aim('Ä "quoted"; title/…', AIM.aim, AIM.by_when)
    projects.set_aim(project=project, aim=aim, seen=project.version, by=lead)
    answer = signed_in(universe, "lead").get(f"/projects/{project.pk}/packs/board.xlsx")

    assert answer["Content-Disposition"] == 'attachment; filename="a-quoted-title-board.xlsx"'
    assert answer["Cache-Control"] == "private, no-store"


PACKAGES = [pytest.param(p, id=p.id) for p in catalogue.load().packages.values()]


@pytest.mark.django_db
@pytest.mark.parametrize("package", PACKAGES)
def test_a_change_package_for_word_holds_everything_that_has_an_id(client, package):
    from docx import Document

    answer = client.get(f"/library/{package.id.lower()}/package.docx")
    file = Document(io.BytesIO(answer.content))
    words = "\n".join(paragraph.text for paragraph in file.paragraphs)
    seen = set(re.findall(rf"{package.id}-[A-Z]\d+(?:\.\d+)?", words))

    assert {item.id for item in package.items if item not in package.measures} - seen == set()
    assert {m.id for m in package.measures} - seen == set()
    assert "Clinical sign-off: none" in words


@pytest.mark.django_db
@pytest.mark.parametrize("package", PACKAGES)
def test_the_slides_of_a_diagram_hold_every_driver_and_idea_as_a_shape(client, package):
    deck = deck_of(client.get(f"/library/{package.id.lower()}/diagram.pptx"))
    first, *branches = [{shape.name for shape in slide.shapes} for slide in deck.slides]
    national = any(driver.package for driver in package.drivers)

    assert {d.id for d in package.drivers if d.primary or not national} <= first
    assert {aim.id for aim in package.aims} <= first
    if not national:
        ideas = {i.id for i in package.ideas if any("-S" in name for name in i.drivers)}
        assert ideas <= set().union(*branches)


@pytest.mark.django_db
def test_the_package_page_offers_its_documents(client):
    text = client.get("/library/sfp/").content.decode()

    for name in ("package.docx", "package.pdf", "diagram.pptx"):
        assert f'href="/library/sfp/{name}"' in text
    assert definitions.load()
    assert client.get("/library/zzz/package.docx").status_code == 404


@pytest.mark.django_db
def test_without_pango_a_pdf_is_answered_with_what_to_do(client, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    answer = client.get("/library/sfp/package.pdf")

    assert answer.status_code == 501
    assert b"Word and PowerPoint are there" in answer.content


def test_each_spelling_of_an_address_gives_the_same_document(world):
    giving._content.cache_clear()
    client = signed_in(world[0], "lead")
    first, second = (client.get(f"/trusts/{code}/packs/board.xlsx") for code in ("T1", "t1"))

    assert (first.status_code, first.content) == (200, second.content)
    assert giving._content.cache_info()[:2] == (1, 1)  # made once, and given again once
