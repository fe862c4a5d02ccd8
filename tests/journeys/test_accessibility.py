"""axe finds nothing to mend on any page, for any person, at a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

OPEN = ["/", "/england/", "/programme/", "/collaboratives/", "/collaboratives/DEMO-C01/", "/trusts/", "/trusts/?q=zzz", "/trusts/DEMO-003/", "/trusts/DEMO-120/",
        "/sites/DEMO-003-A/", "/areas/", "/areas/pto/", "/measures/", "/measures/PTO-M08/", "/wall/?measure=NHG-M05", "/wall/?area=SFP&kind=psc",
        "/trusts/DEMO-003/measures/NHG-M05/", "/trusts/DEMO-003/measures/DIP-M04/", "/trusts/DEMO-003/measures/NHG-M05/?view=huddle",
        "/england/measures/NAT-M01/", "/method/", "/planted/", "/who-can-see/", "/accessibility/", "/privacy/", "/learn/semmelweis/", "/accounts/login/",
        "/accounts/login/code/", "/nothing-here/"]  # fmt: skip
SIGNED_IN = ["/home/", "/home/messages/", "/", "/england/"]
PEOPLE = ["national", "manager", "lead", "analyst", "sponsor", "staff", "family"]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def problems(page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]} ({len(v['nodes'])})" for v in found]


def look_as(page, persona):
    page.goto("/")
    page.select_option("#persona", persona)
    page.click("text=Change")


@pytest.mark.parametrize("width", [1280, 320])
def test_open_pages(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    wrong = {}
    for address in OPEN:
        page.goto(address)
        if found := problems(page):
            wrong[address] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            f"{address} scrolls sideways at {width}"
        )

    assert wrong == {}


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_of_each_person(page, person):
    look_as(page, person)
    page.goto("/home/")
    own = page.locator("main a[href^='/trusts/']").evaluate_all(
        "links => links.map(link => new URL(link.href).pathname)"
    )
    trust = next((path for path in own if path.count("/") == 3), "/trusts/DEMO-003/")
    wrong = {}
    for address in [
        *SIGNED_IN,
        trust,
        *[f"{trust}{part}/" for part in ("upload", "submissions", "sign-off", "audit")],
    ]:
        page.goto(address)
        if found := problems(page):
            wrong[address] = found

    assert wrong == {}
