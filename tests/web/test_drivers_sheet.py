"""The whole living diagram as a file: to print and as shapes, of every place and of a project, for those who read the page."""

import io
import re
import xml.etree.ElementTree as ET
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pptx import Presentation
from tests.improvement.conftest import AIM
from tests.web.test_drivers import page, tried

from matneo.improvement.actions import drivers, projects
from matneo.improvement.ladder import Rung
from matneo.library import actions, catalogue, reading
from matneo.library.drafting import next_text
from matneo.utils.clock import Clock

SVG = "{http://www.w3.org/2000/svg}"
KEYS = [key.lower() for key in catalogue.load().packages]
SMALLEST = 2.1  # mm of the smallest letters, which are 13 units of the picture


def svg_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "image/svg+xml"
    return ET.fromstring(answer.content)


def words(root):
    """All that is written, with lines joined; in each box its own."""
    return " ".join(t.text or "" for t in root.iter(f"{SVG}text"))


def boxes(root):
    """By what it says, the group of each box."""
    groups = [g for g in root.iter(f"{SVG}g") if g.find(f"{SVG}rect") is not None and g.find(f"{SVG}title") is not None]  # fmt: skip
    return {re.search(r" ([A-Z]\d[\d.]*|L\d|ours|C\d+):", g.find(f"{SVG}title").text): g for g in groups}


def box(root, label):
    return next(g for m, g in boxes(root).items() if m and m.group(1) == label)


def deck_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Presentation(io.BytesIO(answer.content))


def shapes(deck):
    return {s.name: s.text_frame.text for slide in deck.slides for s in slide.shapes if s.has_text_frame}


def files_on(client, address):
    return re.findall(r'href="([^"]*(?:\.svg|\.pptx)[^"]*)"', page(client, address))


# --- A package ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("key", KEYS)
def test_a_whole_diagram_is_legible_on_a3(client, key):
    root = svg_of(client, f"/library/{key}/diagram.svg")
    package = catalogue.load().packages[key.upper()]

    assert 13 * 420 / float(root.get("viewBox").split()[2]) >= SMALLEST
    assert (root.get("width"), root.get("height")) == ("420mm", "297mm")
    assert len(boxes(root)) == 1 + len(package.drivers) + len(package.ideas), (
        "aims have no number of their own"
    )


def test_a_sheet_says_the_words_of_the_outline(world, signed_in, released):
    tried(world, "T1", "adopt")
    client = signed_in("lead")
    outline = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page(client, "/library/sfp/?view=outline")))

    said = words(box(svg_of(client, "/library/sfp/diagram.svg"), "S1.1"))

    driver = catalogue.load().driver("SFP-S1.1")
    assert driver.name in said, "in full, not its short name"
    assert "1 test in 1 team" in said
    sentence = re.search(r"CO recorded at booking\. .*?1 test in 1 team", said).group().removesuffix(" 1 test in 1 team")  # fmt: skip
    assert sentence.split(". ", 1)[1].rstrip(".") in outline
    assert "1 test in 1 team: 1 adopted." in words(box(svg_of(client, "/library/sfp/diagram.svg"), "C01"))


def test_what_is_missing_is_hollow_and_said(world, signed_in, released):
    tried(world, "T1", "adopt")
    root = svg_of(signed_in("lead"), "/library/sfp/diagram.svg")

    def dashed(label):
        return bool(box(root, label).find(f"{SVG}rect").get("stroke-dasharray"))

    assert [dashed(label) for label in ("S1.1", "S1.2", "S1.3", "C01", "C02")] == [
        False,
        True,
        True,
        False,
        True,
    ]
    assert "Its measure has no figures here. Nobody has tested it yet." in words(box(root, "S1.3"))
    assert "No team has tested it yet." in words(box(root, "C02"))


def test_the_stamp_says_as_of_when_where_and_for_whom(world, signed_in, released):
    england = words(svg_of(signed_in("public"), "/library/sfp/diagram.svg"))
    trust = words(svg_of(signed_in("lead"), "/library/sfp/diagram.svg?scope=t1"))

    assert "As of 15 July 2025: England." in england
    assert re.search(r"Release \w+, data to \d+ \w+ 2025\. Made on 15 July 2025", england)
    assert "Figures signed off and rounded" in england
    assert f"As of 15 July 2025: {world.organisation('T1').short_name}." in trust
    assert "Exact counts, for people of" in trust
    assert "/library/sfp/diagram.svg?scope=t1" in trust


def test_a_sheet_has_the_place_that_is_asked_for_and_somebody_elses_is_all_england(world, signed_in):
    tried(world, "T1", "adopt")
    tried(world, "T2", "abandon")
    lead = signed_in("lead")

    def said(scope):
        return words(box(svg_of(lead, f"/library/sfp/diagram.svg{scope}"), "C01"))

    assert "1 test in 1 team: 1 adopted." in said("?scope=t1")
    for other in ("", "?scope=t2", "?scope=c2", "?scope=<b>", "?scope=" + "9" * 3000):
        assert "2 tests in 2 teams: 1 adopted, 1 abandoned." in said(other)


def test_the_page_of_each_place_offers_its_own_files(world, signed_in):
    client = signed_in("lead")

    assert {"/library/sfp/diagram.svg", "/library/sfp/diagram.pptx"} <= set(files_on(client, "/library/sfp/"))
    for scope in ("t1", "c1"):
        for view in ("", "&amp;view=outline"):
            offered = files_on(client, f"/library/sfp/?scope={scope}{view.replace('&amp;', '&')}")
            assert {f"/library/sfp/diagram.svg?scope={scope}", f"/library/sfp/diagram.pptx?scope={scope}"} <= set(offered)  # fmt: skip


def test_shapes_carry_tests_and_readings_of_the_place(world, signed_in, released):
    tried(world, "T1", "adopt")
    tried(world, "T2", "abandon")
    client = signed_in("lead")

    england, trust = (shapes(deck_of(client, f"/library/sfp/diagram.pptx{s}")) for s in ("", "?scope=t1"))

    assert england["SFP-S1.1"].startswith("SFP-S1.1 · 2 tests · ")
    assert england["SFP-S2.1"].startswith("SFP-S2.1 · no tests · no figures")
    assert "SFP-C01 · 2 teams: 1 adopted, 1 abandoned" in england["SFP-C01"]
    assert "SFP-C01 · 1 team: 1 adopted" in trust["SFP-C01"]
    notes = deck_of(client, "/library/sfp/diagram.pptx").slides[0].notes_slide.notes_text_frame.text
    assert "2 tests in 2 teams." in notes
    assert "CO recorded at booking." in notes


def test_an_earlier_version_has_files_of_its_own(universe, settings, client):
    settings.CLOCK = Clock(date(2025, 12, 1))
    actions.load(by=None)
    first = (reading.folder() / "SFP.yaml").read_text("utf-8")
    second = next_text(first, 2, date(2025, 12, 1)).replace("name: Referral by itself on the same day", "name: Referral on the day itself")  # fmt: skip
    actions.publish(text=second, note="Said more simply.", by=universe.people["national"])

    offered = [f.replace("&amp;", "&") for f in files_on(client, "/library/sfp/versions/1/")]

    assert "/library/sfp/diagram.svg?version=1" in offered
    assert "Referral by itself" in words(box(svg_of(client, "/library/sfp/diagram.svg?version=1"), "S2.1"))
    assert "Referral on the day" in words(box(svg_of(client, "/library/sfp/diagram.svg"), "S2.1"))
    for number in ("7", "0", "x", "9" * 4000):
        assert client.get(f"/library/sfp/diagram.svg?version={number}").status_code == 404
    assert client.get("/library/zzz/diagram.svg").status_code == 404


# --- The national diagram ----------------------------------------------------------------------------------------


def national(client, asked=""):
    return ET.fromstring(
        re.search(r"data-tree>(<svg.*?</svg>)<figcaption", page(client, f"/library/nat/{asked}"), re.DOTALL).group(1)
    )  # fmt: skip


def links(root):
    return {a.get("data-key"): a for a in root.iter(f"{SVG}a")}


def test_a_clinical_priority_carries_the_reading_and_the_tests_of_its_package(world, signed_in, released):
    tried(world, "T1", "adopt")
    tried(world, "T2", "abandon")
    client = signed_in("lead")

    shown = links(national(client))
    package = links(ET.fromstring(re.search(r"data-tree>(<svg.*?</svg>)<figcaption", page(client, "/library/sfp/"), re.DOTALL).group(1)))  # fmt: skip

    assert "2 tests in 2 teams" in shown["NAT-P1"].get("aria-label")
    assert "Smoking at birth" in shown["NAT-P1"].get("aria-label")
    said = package["SFP-P1"].get("aria-label").split("re-checked.")[-1].split("again.")[-1]
    assert said.strip() in shown["NAT-S1.1"].get("aria-label"), "the same words as in its own package"
    assert "Nobody has tested it yet" in shown["NAT-P3"].get("aria-label")


def test_boxes_lead_down_to_the_package_at_the_same_place(world, signed_in):
    client = signed_in("lead")

    everywhere, mine = links(national(client)), links(national(client, "?scope=t1"))

    assert everywhere["NAT-S1.2"].get("href") == "/library/sfp/?open=SFP-P2#d-SFP-P2"
    assert everywhere["NAT-P1.SFP"].get("href") == "/library/sfp/"
    assert mine["NAT-S1.2"].get("href") == "/library/sfp/?scope=t1&open=SFP-P2#d-SFP-P2"
    assert mine["NAT-P1.SFP"].get("href") == "/library/sfp/?scope=t1"
    for address in (mine["NAT-S1.2"].get("href"), mine["NAT-P1.SFP"].get("href")):
        down = page(client, urlsplit(address)._replace(fragment="").geturl())
        assert 'id="d-SFP-P2"' in down
        assert re.search(r'href="/library/sfp/\?scope=t1[^"]*" aria-current="true">My trust', down)
    outline = page(client, "/library/nat/?scope=t1&view=outline")
    assert 'href="/library/sfp/?scope=t1">Its change package' in outline


def test_one_branch_is_open_and_a_foundation_has_no_package(world, signed_in):
    client = signed_in("public")

    first, closed, foundation = (links(national(client, a)) for a in ("", "?open=none", "?open=NAT-P6"))

    assert {f"NAT-P{n}" for n in range(1, 11)} <= closed.keys()
    assert not [key for key in closed if "-S" in key or "." in key]
    assert {key for key in first if "-S" in key} == {f"NAT-S1.{n}" for n in range(1, 6)}
    assert {key for key in foundation if "-S" in key} == {f"NAT-S6.{n}" for n in range(1, 5)}
    assert not [key for key in foundation if re.fullmatch(r"NAT-P\d+\.\w+", key)]
    said = foundation["NAT-P6"].get("aria-label")
    assert "Its tests are written down in the change packages" in said
    assert "Nobody has tested" not in said
    assert foundation["NAT-P6"].get("data-home") == "NAT-A1", "left leads somewhere"


def test_hollow_is_what_nothing_measures_or_nobody_tests_nationally_too(world, signed_in, released):
    tried(world, "T1", "adopt")
    shown = links(national(signed_in("lead")))

    def dashed(key):
        return bool(shown[key].find(f"{SVG}rect").get("stroke-dasharray"))

    assert not dashed("NAT-P1"), "measured and tested"
    assert dashed("NAT-P2"), "nobody tests it"
    assert dashed("NAT-P6"), "nothing measures it"
    assert dashed("NAT-A3"), "no measure"


def test_places_of_the_national_diagram_are_those_that_the_viewer_has(world, signed_in):
    tried(world, "T1", "adopt")
    tried(world, "T2", "abandon")
    lead = signed_in("lead")

    assert "My trust" in page(lead, "/library/nat/")
    assert "My trust" not in page(signed_in("public"), "/library/nat/")
    assert "1 test in 1 team" in links(national(lead, "?scope=t1"))["NAT-P1"].get("aria-label")
    assert "2 tests in 2 teams" in links(national(lead, "?scope=t2"))["NAT-P1"].get("aria-label")


def test_the_national_diagram_never_says_more_than_its_packages(world, signed_in):
    tried(world, "T1", "adopt", rung=Rung.TRUST)
    tried(world, "T2", "adopt", rung=Rung.TRUST)
    for person in ("public", "lead", "national", "outsider", "sponsor"):
        client = signed_in(person)
        nat = links(national(client))["NAT-P1.SFP"].get("aria-label")
        own = page(client, "/library/sfp/")
        counts = re.search(r"(\d+) teams? ha(?:s|ve) run (\d+) tests?", own)
        if counts is None:
            assert "Nobody has tested it yet" in nat
        else:
            assert f"{counts.group(2)} test" in nat


def test_the_national_sheet_holds_every_driver_and_leads_to_none(client, world):
    root = svg_of(client, "/library/nat/diagram.svg")
    labels = {t.text for t in root.iter(f"{SVG}text")}

    assert {d.id.partition("-")[2] for d in catalogue.load().packages["NAT"].drivers} <= labels
    assert not list(root.iter(f"{SVG}a"))
    assert "Serves" in words(root)


@pytest.mark.parametrize("address", ["/library/nat/", "/library/nat/?scope=c1&open=NAT-P7", "/library/nat/diagram.svg?scope=t1", "/library/nat/diagram.pptx"])  # fmt: skip
def test_five_packages_are_at_most_25_queries(world, signed_in, released, address):
    for code in ("T1", "T2", "T3"):
        tried(world, code, "adopt")
    client = signed_in("lead")
    client.get(address)

    with CaptureQueriesContext(connection) as asked:
        client.get(address)

    assert len(asked) <= 25


# --- A project ---------------------------------------------------------------------------------------------------


@pytest.fixture
def ours(world):
    """A project of T1 that added, reworded, moved and left out."""
    project = tried(world, "T1", "adopt", rung=Rung.TRUST)
    drivers.add(project=project, title="A taxi home", serves=["SFP-P2"], by=None)
    drivers.reword(project=project, key="SFP-S2.1", title="Before she goes home", seen=0, by=None)
    drivers.move(project=project, key="SFP-S2.2", serves=["SFP-P1", "SFP-P3"], seen=0, by=None)
    drivers.hide(project=project, key="SFP-P5", hidden=True, seen=0, by=None)
    return project


def test_a_projects_own_diagram_marks_what_its_team_changed(ours, signed_in, released):
    root = svg_of(signed_in("lead"), f"/projects/{ours.pk}/drivers.svg")
    national = catalogue.load().driver("SFP-S2.1").name

    assert "ours" in words(box(root, "L1"))
    assert "A taxi home" in words(box(root, "L1"))
    reworded = words(box(root, "S2.1"))
    assert "reworded" in reworded
    assert f"In the national diagram: {national}" in reworded
    assert "moved" in words(box(root, "S2.2"))
    assert "Also serves" in words(box(root, "S2.2"))
    assert "1 test: 1 adopted." in words(box(root, "C01"))
    assert ours.aim in re.sub(r"\s+", " ", words(root))


def test_what_a_team_left_out_is_named_at_the_foot(ours, signed_in):
    root = svg_of(signed_in("lead"), f"/projects/{ours.pk}/drivers.svg")

    assert not [m for m in boxes(root) if m and m.group(1) in ("P5", "S5.1")]
    assert "Left out of the national diagram: SFP-P5" in words(root)
    assert "SFP-S5.1" in words(root)


def test_the_stamp_of_a_project_says_who_may_see_it(ours, signed_in, released):
    said = words(svg_of(signed_in("lead"), f"/projects/{ours.pk}/drivers.svg"))

    assert "As of 15 July 2025:" in said
    assert "Exact counts, for people of" in said
    assert "The project may be seen by" in said
    assert "It stands on version 1 of Smoke-free pregnancy" in said
    assert f"/projects/{ours.pk}/drivers.svg" in said


def test_a_project_is_a_deck_of_shapes_too(ours, signed_in, released):
    deck = deck_of(signed_in("lead"), f"/projects/{ours.pk}/drivers.pptx")
    made = shapes(deck)

    assert "ours" in made["L1"]
    assert "reworded" in made["SFP-S2.1"]
    assert "Before she goes home" in made["SFP-S2.1"]
    assert "SFP-C01 · 1 test: 1 adopted" in made["SFP-C01"]
    assert "SFP-P5" not in made
    assert "Left out of the national diagram" in deck.slides[0].notes_slide.notes_text_frame.text


def test_a_project_page_offers_both_in_picture_and_outline(ours, signed_in):
    for view in ("", "?view=outline"):
        offered = files_on(signed_in("lead"), f"/projects/{ours.pk}/drivers/{view}")
        assert {f"/projects/{ours.pk}/drivers.svg", f"/projects/{ours.pk}/drivers.pptx"} <= set(offered)


@pytest.mark.parametrize("form", ["svg", "pptx"])
@pytest.mark.parametrize("rung", [Rung.TEAM, Rung.TRUST, Rung.PROGRAMME, Rung.PUBLIC])
def test_who_reads_the_page_may_have_its_files_and_nobody_else(world, signed_in, form, rung):
    project = projects.start(organisation=world.organisation("T1"), area="SFP", aim=AIM, by=world.people["lead"], rung=rung)  # fmt: skip
    for person in ("public", "lead", "colleague", "coach", "outsider", "sponsor", "national"):
        client = signed_in(person)
        asked = client.get(f"/projects/{project.pk}/drivers/").status_code
        assert client.get(f"/projects/{project.pk}/drivers.{form}").status_code == asked, person


def test_a_project_that_is_none_has_no_files(world):
    for form in ("svg", "pptx"):
        assert Client().get(f"/projects/{'a' * 16}/drivers.{form}").status_code == 404


@pytest.mark.parametrize("form", ["svg", "pptx"])
def test_a_file_of_a_project_is_at_most_25_queries(ours, signed_in, form):
    for number in range(20):
        drivers.add(project=ours, title=f"Ours {number}", serves=["SFP-P1"], by=None)
    client = signed_in("lead")

    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/projects/{ours.pk}/drivers.{form}").status_code == 200

    assert len(asked) <= 25


def test_names_are_never_markup_and_nothing_judges(ours, signed_in):
    drivers.add(project=ours, title="<script>alert(1)</script>", serves=["SFP-P1"], by=None)
    answer = signed_in("lead").get(f"/projects/{ours.pk}/drivers.svg").content.decode()

    assert "<script" not in answer
    assert not re.findall(r"\b(fail\w*|worst|breach\w*|rank\w*|league)\b", re.sub(r"<[^>]*>", " ", answer).lower())  # fmt: skip
