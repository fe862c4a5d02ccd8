"""A project's page: what it says, who sees how much of it, what a team can do on it, and what it costs."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.monitoring.test_live import cells, type_in

from matneo.improvement.actions import filling, projects, story, testing
from matneo.improvement.actions.projects import Aim, Person
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.ladder import Rung
from matneo.improvement.models import ProjectIdea, ProjectMeasure
from matneo.improvement.progress import Suggestion
from matneo.monitoring import series
from matneo.submissions import actions as submissions
from matneo.web.drivers.readings import Reading
from matneo.web.projects import cards, drivers_part

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AIM = Aim(
    "Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31), "from 50% to 6%"
)
SECRET = "TOKEN7f3a"


@pytest.fixture
def world(released):
    universe, _, _ = released
    lead = universe.people["lead"]
    project = projects.start(
        organisation=universe.organisation("T1"), area="SFP", aim=replace(AIM, for_whom=SECRET), by=lead,
        started=date(2024, 9, 2), team=[Person("Ama", "midwife"), Person("Joan", "adviser")],
    )  # fmt: skip
    for measure, family, goal, main in (
        ("SFP-M01", "outcome", 6, True),
        ("SFP-M03", "process", 95, False),
        ("NAT-M06", "balancing", None, False),
    ):
        projects.follow(project=project, measure=measure, family=family, goal=goal, main=main, by=lead)
    idea = testing.take_up(project=project, idea="SFP-C01", by=lead)
    for place, (start, scale, decision) in enumerate(
        ((date(2024, 10, 7), 1, "adapt"), (date(2024, 11, 4), 2, "adapt"), (date(2025, 2, 3), 4, "adopt"), (date(2025, 6, 2), 4, ""))
    ):  # fmt: skip
        test = testing.plan(
            idea=idea, plan=Plan(f"Question {place}", "Seven of ten", start, start, scale), by=lead
        )
        if decision:
            testing.study(test=test, study=Study("Six", "less", decision, "The lift."), seen=1, by=lead)
    testing.for_everyone(idea=idea, since=date(2025, 3, 3), by=lead)
    story.tell(
        project=project,
        date=date(2025, 4, 1),
        title="A mother told us",
        text="They helped",
        kind="voice",
        by=lead,
    )
    return universe, project


def page(universe, person, project, path=""):
    client = Client()
    if person != "public":
        client.force_login(universe.people[person], backend=BACKEND)
    return client.get(f"/projects/{project.pk}/{path}")


def test_the_lead_reads_aim_finding_tests_measures_and_story(world):
    universe, project = world
    text = page(universe, "lead", project).content.decode()

    for words in (
        "from 50% to 6%", "by March 2026", f"for {SECRET}", "Say where",  # the aim; what is missing asks for itself
        "Smoking at birth: ", "for everyone", "What we tested", "4 tests of 1 idea: 1 adopted, 2 adapted and tested again, 1 waiting",
        "result due", "Drivers we work on", "SFP-P1", "Balancing and experience", "What the records show",
        "Everyone at St Mary&#39;s Vale, and its coach, see all of it.", "A mother told us", "“They helped”", "Write it down", "Add a test",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("<h1") == 1
    assert " style=" not in text


def test_what_was_tested_lies_under_the_chart_and_is_tied_to_it(world):
    universe, project = world
    text = page(universe, "lead", project).content.decode()
    ramps = text.split('aria-labelledby="ramps-t ramps-d"')[1].split("</svg>")[0]

    assert ramps.count('class="test"') == 4
    assert ramps.count('stroke-dasharray="1.5 3"') == 1
    tied = ramps.split('stroke-dasharray="1.5 3"')[0].rsplit("<", 1)[1]
    x = tied.split('x1="')[1].split('"')[0] if 'x1="' in tied else tied.split('d="M')[1].split(" ")[0]
    chart = text.split('aria-labelledby="main-t main-d"')[1].split("</svg>")[0]
    assert x in chart


def test_a_point_says_what_was_tested_in_its_month(world):
    universe, project = world
    text = page(universe, "lead", project).content.decode()
    points = re.findall(r'<g class="pt" data-start="([0-9-]+)"><title>([^<]*)</title>', text)
    tested = {start: words.partition(". Tested: ")[2] for start, words in points}

    assert tested["2024-10-01"].endswith(", test 1")
    assert tested["2024-11-01"].endswith(", test 2")
    assert tested["2024-12-01"] == ""
    assert f'data-chart data-test="/projects/{project.pk}/tests/new/"' in text
    assert "data-test=" not in page(universe, "sponsor", project).content.decode()


@pytest.mark.parametrize("person", ["sponsor", "family"])
def test_sponsor_and_family_read_the_same_page_without_buttons(world, person):
    universe, project = world
    answer = page(universe, person, project)
    text = answer.content.decode()

    assert answer.status_code == 200
    assert SECRET in text
    for button in ("Add a test", "Write it down", "Say where", "/aim/", "/share/", "Work on it"):
        assert button not in text, button


@pytest.mark.parametrize("person", ["public", "outsider", "national"])
def test_who_knows_the_card_alone_finds_no_page(world, person):
    universe, project = world

    assert page(universe, person, project).status_code == 404
    client = Client()
    if person != "public":
        client.force_login(universe.people[person], backend=BACKEND)
    listed = client.get("/projects/").content.decode()
    assert ("Smoke-free at birth" in listed) == (person != "public")
    for secret in (SECRET, "from 50%", "Fewer women smoking", "test", "Smoking at birth"):
        assert secret not in listed.split('id="found"')[1].split("About this page")[0], secret


def test_a_search_never_tells_what_an_aim_says_to_those_who_may_not_read_it(world):
    universe, _ = world
    for person, found in (("lead", True), ("outsider", False)):
        client = Client()
        client.force_login(universe.people[person], backend=BACKEND)
        assert ("1 project" in client.get("/projects/?q=fewer+women").content.decode()) == found


def test_people_outside_see_what_is_signed_off_and_rounded(world):
    universe, project = world
    projects.share(project=project, rung=Rung.PUBLIC, by=universe.people["lead"])
    inside, outside = (page(universe, person, project).content.decode() for person in ("lead", "public"))

    assert "Counts are signed off and rounded." in outside
    assert "Counts are signed off and rounded." not in inside
    # T1 signed to March 2025: nothing newer reaches the public, in no drawing and no table of the page.
    assert "Jun 2025:" in inside
    assert "Jun 2025:" not in outside.replace("Jun 2025: not yet sent", "")
    exact = Client()
    exact.force_login(universe.people["lead"], backend=BACKEND)
    newest = exact.get("/trusts/T1/measures/SFP-M01.json").json()["points"][-1]
    shown = f"{newest['numerator']:,.0f} of {newest['denominator']:,.0f}"
    assert shown in inside
    assert shown not in outside


def test_the_public_reads_what_people_do_and_no_name_of_them(world):
    universe, project = world
    projects.share(project=project, rung=Rung.PUBLIC, by=universe.people["lead"])
    public, outsider = (page(universe, person, project).content.decode() for person in ("public", "outsider"))

    for name in ("Ama", "Joan"):
        assert name not in public
        assert name in outsider
    for part in ("midwife", "adviser"):
        assert f"<li>{part}</li>" in public
    lead = project.members.get(leads=True).name
    assert lead not in public
    assert lead in outsider


def test_a_page_costs_at_most_25_queries(world):
    universe, project = world
    for person in ("lead", "sponsor", "coach", "family"):
        client = Client()
        client.force_login(universe.people[person], backend=BACKEND)
        for path in (
            f"/projects/{project.pk}/",
            "/projects/",
            "/projects/?q=smoke",
            "/areas/sfp/",
            "/trusts/T1/",
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            assert len(queries) <= 25, f"{person}, {path}: {len(queries)}"


@pytest.mark.parametrize("main", ["SFP-M01", "SFP-M07"])
def test_so_it_is_where_the_team_types_most_of_it(world, main):
    """One of the trust's own, one by week, one that was taken off; the main one from records, or typed itself."""
    universe, project = world
    lead, trust = universe.people["lead"], universe.organisation("T1")
    type_in(universe, *cells())
    for number in range(3):
        own = submissions.add_local_measure(
            organisation=trust,
            name=f"Card explained {number}",
            counted="Women who were told",
            of="Women booked",
            direction="increase",
            family="process",
            by=lead,
        )
        row = projects.follow(project=project, measure=own.pk, family="process", by=lead)
        filling.count_by(row=row, rhythm=("month", "week", "month")[number], by=lead)
    submissions.withdraw_local_measure(measure=own, by=lead)
    projects.follow(project=project, measure="SFP-M08", family="process", by=lead)
    projects.follow(project=project, measure=main, family="outcome", main=True, by=lead)
    client, home = Client(), f"/projects/{project.pk}/"
    client.force_login(lead, backend=BACKEND)
    for path in (
        home,
        f"{home}share/look/?as=colleague",
        f"{home}share/look/?as=public&step=5",
        f"{home}progress/",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= 25, f"{path}: {len(queries)}"


def test_a_list_of_many_asks_as_often_as_one_of_few(world):
    universe, _ = world
    client = Client()
    client.force_login(universe.people["lead"], backend=BACKEND)
    client.get("/projects/")
    with CaptureQueriesContext(connection) as few:
        client.get("/projects/")
    for number in range(8):
        made = projects.start(
            organisation=universe.organisation("T1"),
            area="SFP",
            aim=replace(AIM, title=f"No. {number}"),
            by=None,
        )
        projects.follow(project=made, measure="SFP-M01", family="outcome", main=True, by=None)
    with CaptureQueriesContext(connection) as many:
        assert "9 projects" in client.get("/projects/").content.decode()
    assert len(many) == len(few)


def test_a_closed_project_says_first_how_it_ended_and_offers_nothing(world):
    universe, project = world
    projects.close(
        project=project, result="no_change", learned="The form was too long.", by=universe.people["lead"]
    )
    text = page(universe, "lead", project).content.decode()

    assert (
        text.index("No change was seen.") < text.index("The form was too long.") < text.index('id="finding"')
    )
    assert "Add a test" not in text
    client = Client()
    client.force_login(universe.people["lead"], backend=BACKEND)
    assert "Smoke-free at birth" not in client.get("/projects/").content.decode()
    found = client.get("/projects/?q=form+long").content.decode()
    assert "Learned: The form was too long" in found


def test_team_and_coach_stand_on_one_scale_with_their_reasons(world):
    universe, project = world
    suggested = Suggestion(Decimal("2.5"), ())
    for who, person, value in (("team", "lead", "3.5"), ("coach", "coach", "3.0")):
        story.score(
            project=project, voice=who, value=Decimal(value), suggestion=suggested, reason="we saw it", by=universe.people[person]
        )  # fmt: skip
    text = page(universe, "lead", project).content.decode()

    assert "The team said 3.5 on 15 July 2025, where the records suggested 2.5: we saw it." in text
    assert "The records suggest " in text
    assert "coach 3.0" in text


def test_hostile_words_are_only_words(world):
    universe, project = world
    story.tell(
        project=project,
        date=date(2025, 5, 1),
        title="<script>x</script>",
        kind="milestone",
        by=universe.people["lead"],
    )
    testing.take_up(project=project, title='"><svg onload=x>', by=universe.people["lead"])
    text = page(universe, "lead", project).content.decode()

    assert "<script>x" not in text
    assert "<svg onload" not in text


class TestBeginning:
    @pytest.fixture
    def fresh(self, released):
        universe, _, _ = released
        lead = universe.people["lead"]
        return universe, projects.start(
            organisation=universe.organisation("T1"), area="SFP", aim=AIM, by=lead
        )

    def test_measures_are_ticked_and_ideas_taken_up_on_the_page(self, fresh):
        universe, project = fresh
        client = Client()
        client.force_login(universe.people["lead"], backend=BACKEND)
        address = f"/projects/{project.pk}/"
        text = client.get(address).content.decode()
        ticked = [part.split('"')[0] for part in text.split('name="measure" value="')[1:]]
        assert "one that would show harm" in text

        assert client.post(address, {"what": "follow", "measure": ticked}).status_code == 302
        rows = ProjectMeasure.objects.filter(project=project)
        assert {row.measure for row in rows} == set(ticked)
        assert {"process", "balancing"} <= {row.family for row in rows}
        assert [row.main for row in rows].count(True) == 1
        assert client.post(address, {"what": "take_up", "idea": "SFP-C01"}).status_code == 302
        assert ProjectIdea.objects.get(project=project).idea == "SFP-C01"
        assert "See who else" not in client.get(address).content.decode()

    @pytest.mark.parametrize(
        "sent",
        [
            {"what": "follow"},
            {"what": "follow", "measure": ["NO-SUCH"]},
            {"what": "take_up", "idea": "XXX"},
            {"what": "take_up"},
        ],
    )
    def test_nothing_ticked_gets_a_sentence(self, fresh, sent):
        universe, project = fresh
        client = Client()
        client.force_login(universe.people["lead"], backend=BACKEND)
        answer = client.post(f"/projects/{project.pk}/", sent)

        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert not ProjectMeasure.objects.filter(project=project).exists()

    @pytest.mark.parametrize(
        ("person", "status"), [("sponsor", 403), ("family", 403), ("outsider", 404), ("public", 404)]
    )
    def test_others_cannot(self, fresh, person, status):
        universe, project = fresh
        client = Client()
        if person != "public":
            client.force_login(universe.people[person], backend=BACKEND)

        assert (
            client.post(f"/projects/{project.pk}/", {"what": "take_up", "idea": "SFP-C01"}).status_code
            == status
        )

    def test_an_idea_that_others_took_up_comes_first(self, fresh):
        universe, project = fresh
        other = projects.start(
            organisation=universe.organisation("T2"), area="SFP", aim=AIM, rung=Rung.PUBLIC, by=None
        )
        testing.take_up(project=other, idea="SFP-C20", by=None)

        assert "taken up by one other project" in page(universe, "lead", project).content.decode()


def test_the_trust_s_page_lists_its_projects_and_the_area_s_page_those_one_may_read(world):
    universe, _ = world
    for person, at_trust, in_area in (
        ("lead", True, True),
        ("outsider", True, False),
        ("public", False, False),
    ):
        client = Client()
        if person != "public":
            client.force_login(universe.people[person], backend=BACKEND)
        assert ("Smoke-free at birth" in client.get("/trusts/T1/").content.decode()) == at_trust, person
        assert ("Smoke-free at birth" in client.get("/areas/sfp/").content.decode()) == in_area, person


def test_a_row_of_a_list_says_the_newest_figure_and_its_month(world):
    universe, _ = world
    found = series.read("SFP-M01", "T1", universe.viewer("lead"))
    last = [value for value in found.columns["value"] if value is not None][-1]

    (row,) = cards.in_area("SFP", universe.viewer("lead"))

    assert row.sentence.startswith(f"Smoking at birth: {last:.0%} in June 2025. Steady around ")


def test_the_drivers_at_work_carry_their_reading_and_lead_to_the_whole_diagram(world):
    universe, project = world
    client = Client()
    client.force_login(universe.people["lead"], backend=BACKEND)

    shown = client.get(f"/projects/{project.pk}/").content.decode()
    picture, outline = shown.split("Drivers we work on", 1)[1].split("The same as a list", 1)

    # The idea hangs on SFP-S1.1, whose measures nobody follows; SFP-P1 above it is read by SFP-M03.
    assert f"/projects/{project.pk}/drivers/?open=SFP-P1#d-SFP-S1.1" in picture
    assert "4 tests" in picture
    assert "no measure" in picture
    assert "Change ideas" not in picture
    assert "four tests. Smoking at booking: " in outline
    assert "four tests, no measure followed" in outline


def test_a_suggestion_is_made_of_exact_counts_and_shown_inside_alone(world, monkeypatch):
    """Outside one reads what people said, with its day and reason; the released figures suggest nothing of their own."""
    universe, project = world
    projects.share(project=project, rung=Rung.PUBLIC, by=universe.people["lead"])
    readers = ("public", "outsider", "sponsor", "family", "national")
    before = {person: page(universe, person, project).content.decode() for person in readers}
    story.score(
        project=project, voice="team", value=Decimal("3.5"), suggestion=Suggestion(Decimal("2.5"), ()), reason="we saw it",
        by=universe.people["lead"],
    )  # fmt: skip

    for person in readers:
        text = page(universe, person, project).content.decode()
        assert "Nobody has said yet how far the project is." in before[person], person
        assert "The team said 3.5 on 15 July 2025: we saw it." in text, person
        for words in ("records suggest", "What the records show", "needed for", "suggested"):
            assert words not in before[person], (person, words)
            assert words not in text, (person, words)
    inside = page(universe, "coach", project).content.decode()
    assert "The records suggest " in inside
    assert "What the records show" in inside


def test_the_aim_counts_every_test_as_the_time_line_does(world):
    """Those of an idea that was dropped stand at no driver, and were made all the same."""
    universe, project = world
    lead = universe.people["lead"]
    idea = testing.take_up(project=project, idea="SFP-C08", by=lead)
    plan = Plan("Does a slip work?", "Seven of ten", date(2025, 6, 9), date(2025, 6, 9), 1)
    testing.plan(idea=idea, plan=plan, by=lead)
    ProjectIdea.objects.filter(pk=idea.pk).update(dropped=date(2025, 7, 1))
    client = Client()
    client.force_login(lead, backend=BACKEND)

    shown = client.get(f"/projects/{project.pk}/").content.decode()
    picture, outline = shown.split("Drivers we work on", 1)[1].split("The same as a list", 1)

    assert ">5 tests<" in picture
    assert ">4 tests<" in picture
    assert "five tests" not in outline.split("</section>", 1)[0]


def test_a_reading_that_a_driver_shares_with_one_below_is_said_once():
    reading = Reading("NHG-M07", "Warm at one hour", "/", "Steady: 87% are warm.", "common", "", "", "")
    top, below, other = (SimpleNamespace(key=key) for key in ("P1", "S1.1", "S1.2"))
    read = {"P1": reading, "S1.1": reading}

    assert drivers_part._said(top, 3, read, below=[other, below]) == "three tests"
    assert drivers_part._said(below, 3, read) == "three tests. Warm at one hour: Steady: 87% are warm."
    assert (
        drivers_part._said(top, 3, read, below=[other])
        == "three tests. Warm at one hour: Steady: 87% are warm."
    )
    assert drivers_part._said(other, 0, read) == "no test yet, no measure followed"
    silent = drivers_part._said(other, 0, read, frozenset({"S1.2"}))
    assert silent == "no test yet, its measure has no figures here"


def test_outside_what_a_team_counts_is_not_called_missing(world):
    universe, project = world
    projects.share(project=project, rung=Rung.TRUST, by=universe.people["lead"])
    projects.follow(project=project, measure="SFP-M06", family="process", by=universe.people["lead"])

    inside = page(universe, "lead", project).content.decode()
    sponsor = page(universe, "sponsor", project).content.decode()

    assert "No figure yet; that is not a zero." in inside
    assert "The team counts it, and its figures stay inside the trust." in sponsor
    assert "The team counts it" not in inside
