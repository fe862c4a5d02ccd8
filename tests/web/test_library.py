"""The library's pages and its API: every id is there, searching works without a script, and nothing claims a sign-off."""

import re
import xml.etree.ElementTree as ET

import pytest

from matneo.library import catalogue
from matneo.measures import definitions
from matneo.web.library import diagram

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
PACKAGES = [pytest.param(p, id=p.id) for p in catalogue.load().packages.values()]


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_id_of_a_package_is_on_the_screen(client, package):
    """As a word of its own: SFP-P1 is not found in SFP-P10."""
    seen = set(
        re.findall(rf"{package.id}-[A-Z]\d+(?:\.\d+)?", text_of(client, f"/library/{package.id.lower()}/"))
    )

    assert {item.id for item in package.items} - seen == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_id_of_a_package_is_in_the_api(client, package):
    data = client.get(f"/api/v1/library/{package.id}/").json()

    found = [
        item["id"] for kind in ("aims", "drivers", "ideas", "measures", "evidence") for item in data[kind]
    ]
    assert found == [item.id for item in package.items]
    assert data["clinical_signoff"] == "none"
    assert [m["id"] for m in data["measures"] if m["counted_here"]] == [m.id for m in package.measures if m.id in definitions.load()]  # fmt: skip


@pytest.mark.parametrize("package", PACKAGES)
def test_every_driver_and_idea_has_a_page_that_says_it_is_not_signed(client, package):
    for item in (*package.drivers, *package.ideas):
        kind = "ideas" if item in package.ideas else "drivers"
        text = text_of(client, f"/library/{kind}/{item.id}/")
        assert item.id in text
        assert "<dt>Clinical sign-off</dt><dd>none</dd>" in text
        assert f"/library/{kind}/{item.id}/</p>" in text, "the address to cite"
        assert "Who benefits" in text


def test_page_and_api_say_the_same_of_an_idea(client):
    data = client.get("/api/v1/library/ideas/SFP-C08/").json()
    text = text_of(client, "/library/ideas/SFP-C08/")

    assert data["first_test"] in text
    assert data["text"] in text
    assert all(name in text for name in (*data["drivers"], *data["measures"]))
    assert data["address"] in text


def test_lists_of_the_api_are_filtered_like_the_page(client):
    small = client.get("/api/v1/library/ideas/?area=nhg&effort=s&concept=involve").json()
    drivers = client.get("/api/v1/library/drivers/?q=sepsis").json()

    assert [i["id"] for i in small] == ["NHG-C05", "NHG-C27", "NHG-C28"]
    assert [d["id"] for d in drivers] == ["DET-S4.1"]
    assert len(client.get("/api/v1/library/drivers/").json()) == 158
    assert len(client.get("/api/v1/library/").json()) == 6


@pytest.mark.parametrize("kind", ["drivers/XX", "ideas/SFP-C99", "drivers/SFP-C01", "ideas/SFP-P1", "xyz"])
def test_what_is_not_there_is_said(client, kind):
    assert client.get(f"/library/{kind}/").status_code == 404
    assert client.get(f"/api/v1/library/{kind}/").status_code == 404


def test_an_id_in_small_letters_leads_to_the_stable_address(client):
    answer = client.get("/library/ideas/sfp-c08/")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/library/ideas/SFP-C08/")


def test_a_search_is_an_address(client):
    text = text_of(client, "/library/?q=voucher&area=SFP&effort=L")

    assert "1 change idea<" in text
    assert 'value="voucher"' in text
    assert '<option value="SFP" selected>' in text
    assert '<option value="L" selected>' in text


def test_nothing_found_says_what_to_do(client):
    text = text_of(client, "/library/?q=unicorn")

    assert "Nothing matches" in text
    assert "Take a word or a filter away" in text


def test_what_is_asked_is_never_markup_and_what_is_unknown_asks_nothing(client):
    assert "<b>x" not in text_of(client, "/library/?q=<b>x")
    assert "156 change ideas" in text_of(client, "/library/?area=QQ&concept=none&effort=XL&equity=maybe")


def test_the_areas_lead_to_their_packages(client):
    text = text_of(client, "/areas/")

    assert all(f'href="/library/{area}/"' in text for area in ("sfp", "pto", "dip", "nhg", "det"))
    assert 'href="/library/sfp/"' in text_of(client, "/areas/sfp/")


def test_a_measure_leads_to_the_ideas_that_may_move_it(client):
    text = text_of(client, "/measures/SFP-M05/")

    assert "Change ideas that may move it" in text
    assert 'href="/library/ideas/SFP-C02/"' in text
    assert "Change ideas that may move it" not in text_of(client, "/measures/NAT-M01/")


def test_the_national_picture_holds_every_link_between_its_boxes_and_no_box_lies_on_another():
    package = catalogue.load().packages["NAT"]
    root = ET.fromstring(diagram.picture(package))
    shown = [d for d in package.drivers if d.primary]

    assert len(list(root.iter(f"{SVG}path"))) == sum(len(d.serves) for d in shown)
    assert len(boxes_apart(root)) == len(package.aims) + len(shown)
    assert not any("style" in e.attrib for e in root.iter())


LIVING = [pytest.param(p, id=p.id) for p in catalogue.load().packages.values() if p.id != "NAT"]


@pytest.mark.parametrize("package", LIVING)
def test_the_whole_picture_for_print_holds_every_driver_and_idea_apart(client, package):
    answer = client.get(f"/library/{package.id.lower()}/diagram.svg")
    root = ET.fromstring(answer.content)
    words = {t.text for t in root.iter(f"{SVG}text")}

    assert answer["Content-Type"] == "image/svg+xml"
    assert {i.id.partition("-")[2] for i in (*package.drivers, *package.ideas)} <= words
    assert len(boxes_apart(root)) == len(package.aims) + len(package.drivers) + len(package.ideas)
    assert not list(root.iter(f"{SVG}a"))
    assert not any("style" in e.attrib for e in root.iter())


@pytest.mark.parametrize("package", LIVING)
def test_each_branch_opens_alone_and_nothing_lies_on_anything(client, package):
    for driver in (d for d in package.drivers if d.primary):
        root = living(client, f"/library/{package.id.lower()}/?open={driver.id.lower()}")
        shown = {a.get("data-key") for a in root.iter(f"{SVG}a")}
        ideas = {i.id for i in catalogue.ideas_of(package, driver) if i.drivers[0] in {d.id for d in catalogue.branch(package, driver)}}  # fmt: skip

        assert {key for key in shown if "-C" in key} <= ideas
        assert {d.id for d in package.drivers} <= shown
        boxes_apart(root)


def living(client, address):
    text = text_of(client, address)
    return ET.fromstring(re.search(r"data-tree>(<svg.*?</svg>)<figcaption", text, re.DOTALL).group(1))


def boxes_apart(root):
    """The frames of all boxes, after a look that none lies on another."""
    frames = [r for r in root.iter(f"{SVG}rect") if r.get("rx")]
    boxes = [{k: float(r.get(k)) for k in ("x", "y", "width", "height")} for r in frames]
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one["x"] != other["x"] or one["y"] + one["height"] < other["y"] or other["y"] + other["height"] < one["y"]  # fmt: skip
            assert apart, (one, other)
    return boxes
