"""The living diagram of a package: readings, tests, scopes, the panel, and who meets what."""

import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.improvement.conftest import AIM

from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.ladder import Rung

SVG = "{http://www.w3.org/2000/svg}"


def tried(
    world, code, decision, *, rung=Rung.PROGRAMME, idea="SFP-C01", start=date(2024, 8, 5), why="No room"
):
    project = projects.start(
        organisation=world.organisation(code), area="SFP", aim=AIM, by=None, rung=rung, started=date(2024, 7, 1)
    )  # fmt: skip
    projects.follow(project=project, measure="SFP-M04", family="process", by=None)
    row = testing.take_up(project=project, idea=idea, by=None)
    plan = Plan("Does it work?", "9 of 10", start, start.replace(day=20))
    test = testing.plan(idea=row, plan=plan, by=None)
    if decision:
        study = Study("8 of 10 were tested", "less", decision, why)
        testing.study(test=test, study=study, seen=1, by=None)
    return project


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def nodes(text):
    root = ET.fromstring(re.search(r"data-tree>(<svg.*?</svg>)<figcaption", text, re.DOTALL).group(1))
    return {a.get("data-key"): a for a in root.iter(f"{SVG}a")}


def test_each_node_says_its_reading_and_its_tests(world, signed_in, released):
    tried(world, "T1", "adopt")
    tried(world, "T2", "abandon")

    shown = nodes(page(signed_in("lead"), "/library/sfp/"))

    assert "2 tests in 2 teams: 1 adopted, 1 abandoned" in shown["SFP-C01"].get("aria-label")
    assert "2 tests in 2 teams" in shown["SFP-S1.1"].get("aria-label")
    assert "CO recorded at booking" in shown["SFP-S1.1"].get("aria-label")
    assert "Its measure has no figures here. Nobody has tested it yet" in shown["SFP-S2.1"].get("aria-label")


def frame(node):
    return node.find(f"{SVG}rect")


def test_hollow_is_what_nothing_measures_or_nobody_tests(world, signed_in, released):
    tried(world, "T1", "adopt")

    shown = nodes(page(signed_in("lead"), "/library/sfp/?open=SFP-P1"))

    assert not frame(shown["SFP-S1.1"]).get("stroke-dasharray"), "measured and tested"
    assert frame(shown["SFP-S1.2"]).get("stroke-dasharray"), "measured, not tested"
    assert frame(shown["SFP-S1.3"]).get("stroke-dasharray"), "no measure"
    assert not frame(shown["SFP-C01"]).get("stroke-dasharray")
    assert frame(shown["SFP-C02"]).get("stroke-dasharray")
    assert "no tests" in "".join(shown["SFP-C02"].itertext())


def test_outline_and_picture_say_the_same(world, signed_in, released):
    tried(world, "T1", "adopt")
    client = signed_in("lead")

    outline = page(client, "/library/sfp/?view=outline")
    shown = nodes(page(client, "/library/sfp/"))

    assert "data-tree" not in outline
    for key in ("SFP-C01", "SFP-S1.1", "SFP-P1", "SFP-S5.2"):
        counts = re.search(
            r"(\d+ tests? in \d+ teams?|Nobody has tested it yet)", shown[key].get("aria-label")
        )
        line = re.search(rf"{re.escape(key)}(?: ·[^<]*)? · ([^<]*)", outline)
        assert counts.group(1) in line.group(1)


def test_the_scopes_are_those_that_the_viewer_has(world, signed_in):
    def offered(person):
        return re.findall(
            r'class="mn-tab" href="[^"]*"[^>]*>([^<]*)<', page(signed_in(person), "/library/sfp/")
        )

    assert offered("public") == ["Diagram", "Outline"]
    assert offered("national") == ["Diagram", "Outline"]
    assert offered("lead") == ["Diagram", "Outline", "All England", "My collaborative", "My trust"]


def test_a_scope_is_an_address_and_somebody_elses_is_all_england(world, signed_in):
    tried(world, "T1", "adopt")
    tried(world, "T2", "abandon")
    lead = signed_in("lead")

    assert "1 test in 1 team: 1 adopted" in page(lead, "/library/sfp/?scope=t1&view=outline")
    for other in ("t2", "c2", "T2", "<b>", "all"):
        assert "2 tests in 2 teams: 1 adopted, 1 abandoned" in page(
            lead, f"/library/sfp/?scope={other}&view=outline"
        )


def test_the_panel_says_who_tried_it_and_why_some_left_it(world, signed_in):
    mine = tried(world, "T1", "adopt")
    tried(world, "T2", "abandon", why="No adviser was in post")
    tried(world, "T3", "abandon", rung=Rung.TRUST, why="Never to be read elsewhere")

    text = page(signed_in("lead"), "/library/sfp/?idea=sfp-c01")

    assert "Tested in 2 teams: 1 adopted, 1 abandoned." in text, "T3 alone would be picked out"
    assert "Why one abandoned it" in text
    assert "No adviser was in post" in text
    assert "Never to be read" not in text
    assert f'href="/projects/{mine.pk}/tests/new/?take=SFP-C01"' in text
    assert "Beacon, 1 test" in text


def test_who_has_a_project_is_led_to_trusts_that_may_be_asked_where_another_team_adopted(world, signed_in):
    mine = tried(world, "T1", "")
    ask = f'href="/projects/{mine.pk}/peers/">Ask a trust like ours'
    assert ask not in page(signed_in("lead"), "/library/sfp/?idea=SFP-C01")

    tried(world, "T2", "adopt")
    assert ask in page(signed_in("lead"), "/library/sfp/?idea=SFP-C01")
    for person in ("public", "national", "sponsor"):
        assert "Ask a trust like ours" not in page(signed_in(person), "/library/sfp/?idea=SFP-C01")


def test_who_has_no_project_is_led_to_begin_one_and_who_cannot_is_not(world, signed_in):
    tried(world, "T2", "adopt")

    assert "/projects/start/?area=SFP&amp;take=SFP-C01" in page(
        signed_in("lead"), "/library/sfp/?idea=SFP-C01"
    )
    for person in ("public", "national", "sponsor"):
        assert "Test this in my team" not in page(signed_in(person), "/library/sfp/?idea=SFP-C01")


def test_the_public_meets_public_projects_only(world, signed_in):
    tried(world, "T1", "adopt", rung=Rung.PROGRAMME)
    assert "No team has tested it yet" in page(signed_in("public"), "/library/sfp/?idea=SFP-C01")

    tried(world, "T2", "abandon", rung=Rung.PUBLIC, why="Too noisy a room")
    text = page(signed_in("public"), "/library/sfp/?idea=SFP-C01")
    assert "Tested in 1 team: 1 abandoned." in text
    assert "Too noisy a room" in text


def test_what_it_did_needs_six_months_on_both_sides(world, signed_in, released):
    tried(world, "T1", "adopt", start=date(2024, 3, 5))

    text = page(signed_in("lead"), "/library/sfp/?idea=SFP-C01")

    assert "No team has six months before and six after it yet" in text
    assert "too few months yet" in text


def test_one_team_is_shown_and_nothing_is_concluded(world, signed_in, released):
    tried(world, "T1", "adopt")

    text = page(signed_in("lead"), "/library/sfp/?idea=SFP-C01")

    assert "One team has enough months" in text
    assert "That is too few to say what the idea does" in text
    assert "Your team" in text
    assert "Before and after, not a trial" in text


def test_three_teams_are_pooled_and_only_ones_own_is_named_in_the_picture(world, signed_in, released):
    for code in ("T1", "T2", "T3"):
        tried(world, code, "adopt", start=date(2024, 7, 5 + int(code[1])))

    text = page(signed_in("coach"), "/library/sfp/?idea=SFP-C01")
    forest = re.search(r'mn-forest">(<svg.*?</svg>)', text, re.DOTALL).group(1)

    assert "Beacon" not in forest
    assert "Harbour" not in forest
    assert "Jul 2024" in forest


@pytest.mark.parametrize(
    "asked",
    ["open=none", "open=SFP-P9", "idea=NOPE", "idea=SFP-P1", "view=x", "open=<script>", "idea=%01", "scope=" + "9" * 3000],
)  # fmt: skip
def test_what_is_unknown_asks_for_nothing(world, signed_in, asked):
    text = page(signed_in("lead"), f"/library/sfp/?{asked}")

    assert "<script>" not in text
    assert "data-panel" not in text


def test_a_closed_diagram_shows_no_ideas_and_a_chosen_idea_opens_its_branch(world, signed_in):
    client = signed_in("public")
    closed = nodes(page(client, "/library/sfp/?open=none"))
    chosen = nodes(page(client, "/library/sfp/?idea=SFP-C12"))

    assert not [key for key in closed if "-C" in key]
    assert chosen["SFP-P2"].get("data-state") == "open"
    assert chosen["SFP-C12"].get("data-state") == "chosen"
    assert chosen["SFP-P1"].get("href").endswith("?open=SFP-P1#d-SFP-P1")
    assert chosen["SFP-P2"].get("href").endswith("?open=none#d-SFP-P2")


def test_it_never_judges(world, signed_in):
    tried(world, "T1", "abandon")
    text = re.sub(r"<[^>]*>", " ", page(signed_in("lead"), "/library/sfp/?idea=SFP-C01")).lower()

    assert not re.findall(r"\b(fail\w*|worst|breach\w*|rank\w*|league)\b", text)


@pytest.mark.parametrize("address", ["/library/sfp/", "/library/sfp/?idea=SFP-C01&scope=c1", "/library/sfp/diagram.svg", "/library/ideas/SFP-C01/", "/library/drivers/SFP-P1/"])  # fmt: skip
def test_a_page_is_at_most_25_queries_however_many_teams(world, signed_in, address, released):
    for _ in range(3):
        for code in ("T1", "T2", "T3"):
            tried(world, code, "adopt")
    client = signed_in("lead")
    client.get(address)

    with CaptureQueriesContext(connection) as asked:
        client.get(address)

    assert len(asked) <= 25


def test_a_national_diagram_has_no_teams_and_still_an_outline(client, world):
    text = page(client, "/library/nat/")

    assert "Its change package" in text
    assert "have run" not in text
