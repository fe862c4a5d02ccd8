"""axe finds nothing to mend on any page, for any person, at a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

OPEN = ["/", "/england/", "/programme/", "/collaboratives/", "/collaboratives/DEMO-C01/", "/trusts/", "/trusts/?q=zzz", "/trusts/DEMO-003/", "/trusts/DEMO-120/",
        "/library/", "/library/?q=&effort=S", "/library/?q=zzz", "/library/sfp/", "/library/sfp/?idea=SFP-C08", "/library/sfp/?view=outline", "/library/nat/", "/library/nat/?open=NAT-P7", "/library/nat/?view=outline", "/library/sfp/versions/", "/library/sfp/versions/1/", "/library/drivers/SFP-S2.1/", "/library/drivers/NAT-P9/",
        "/library/ideas/SFP-C08/", "/sites/DEMO-003-A/", "/areas/", "/areas/pto/", "/measures/", "/measures/PTO-M08/", "/wall/?measure=NHG-M05", "/wall/?area=SFP&kind=psc",
        "/trusts/DEMO-003/measures/NHG-M05/", "/trusts/DEMO-003/measures/DIP-M04/", "/trusts/DEMO-003/measures/NHG-M05/?view=huddle",
        "/england/measures/NAT-M01/", "/projects/", "/projects/?q=zzz", "/method/", "/method/proof/", "/planted/", "/who-can-see/", "/accessibility/", "/privacy/", "/learn/semmelweis/", "/accounts/login/",
        "/accounts/login/code/", "/tap/no-such-code/", "/nothing-here/"]  # fmt: skip
SIGNED_IN = [
    "/home/",
    "/home/messages/",
    "/",
    "/england/",
    "/account/",
    "/accounts/password/change/",
    "/accounts/2fa/",
]
NATIONAL = [
    "/england/releases/",
    "/england/audit/",
    "/trusts/DEMO-ENG/upload/",
    "/england/measures/SFP-M01/notes/",
    "/library/sfp/edit/",
]
OWN = ["", "upload/", "submissions/", "sign-off/", "audit/", "people/", "measures/NHG-M05/", "measures/NHG-M05/?view=simple", "measures/NHG-M05/?view=xmr",
       "measures/NHG-M05/?count=completeness", "measures/NHG-M05/notes/", "measures/NHG-M05/notes/?start=2024-09-01"]  # fmt: skip
FORMS = [
    "aim/",
    "team/",
    "measures/",
    "measures/own/",
    "ideas/",
    "tests/",
    "tests/new/",
    "tests/new/?take=SFP-C09",
    "story/",
    "share/",
    "share/look/?as=colleague",
    "share/look/?as=neighbour&step=3",
    "share/look/?as=public&step=2",
    "progress/",
    "notes/",
    "end/",
]
# What is sent lacks something, so that every page is also looked at with its sentence about that.
LACKING = {
    "aim/": "Keep the aim",
    "team/": "Put them on the team",
    "tests/new/": "Plan this test",
    "story/": "Put it in the story",
    "end/": "Close it",
}
# A sheet for each thing that can become of one.
SHEETS = {
    "preview": "measure,month,numerator,denominator\n" + "".join(f"SFP-M01,2024-{m:02},{m},60\n" for m in range(1, 13)),
    "to-mend": "measure,month,numerator,denominator\nSFP-M01,2024-01,60,50\nNO-SUCH,2024-01,1,50\n",
    "wrong-columns": "thing,when,how many\nSFP-M01,2024-01,3\n",
    "personal": "surname,month,numerator,denominator\nx,2024-01,1,50\n",
}  # fmt: skip
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
    national = NATIONAL if person == "national" else []
    for address in [*SIGNED_IN, *national, *[f"{trust}{part}" for part in OWN]]:
        page.goto(address)
        if found := problems(page):
            wrong[address] = found

    assert wrong == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_a_project_is_started_from_home_in_five_activations_and_read(page, width):
    look_as(page, "lead")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/home/")
    wrong = {}

    def look(name):
        if found := problems(page):
            wrong[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Projects").click()  # 1
    look("list")
    page.get_by_role("link", name="Start a project").click()  # 2
    page.get_by_label("Very preterm babies").check()  # 3
    page.fill("#aim", f"More babies arriving warm, from 70% to 90% ({width})")
    assert page.locator("[data-hint=much]").inner_text() == "how much: said"
    page.fill("#by_when", "2026-09-30")
    look("start")
    page.get_by_role("button", name="Start the project").click()  # 4
    assert "More babies arriving warm" in page.inner_text("h1")
    look("begun")
    page.get_by_role("button", name="Follow these").click()
    page.get_by_role("button", name="Take it up").first.click()
    look("project")
    page.get_by_text("All ten steps").click()
    look("steps")

    assert wrong == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_a_week_and_the_trusts_like_ours(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    wrong = {}
    for person in PEOPLE:
        look_as(page, person)
        page.goto("/home/")
        if found := problems(page):
            wrong[person] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{person} scrolls sideways"
    look_as(page, "lead")
    page.goto("/home/")
    project = page.locator(".mn-week-side .mn-works h3 a").first.get_attribute("href")
    page.goto(f"{project}peers/")
    if found := problems(page):
        wrong["peers"] = found
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    assert wrong == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_what_was_sent_in(page, tmp_path, width):
    look_as(page, "analyst")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/home/")
    trust = page.locator("main aside a[href^='/trusts/DEMO']").first.get_attribute("href")
    wrong = {}
    for name, text in SHEETS.items():
        sheet = tmp_path / f"{name}-{width}.csv"
        sheet.write_text(text)
        page.goto(f"{trust}upload/")
        page.set_input_files("#file", sheet)
        page.click("text=Look at it")
        assert sheet.name in page.inner_text("h1")
        if found := problems(page):
            wrong[name] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"

    assert wrong == {}


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("person", ["lead", "manager"])
def test_pages_of_a_project(page, planted, person, width):
    look_as(page, person)
    page.set_viewport_size({"width": width, "height": 900})
    project, *tests = planted
    wrong = {}
    for address in [*(project + part for part in FORMS), *tests]:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        if found := problems(page):
            wrong[address] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways"
    for part, button in LACKING.items() if person == "lead" else ():
        page.goto(project + part)
        page.evaluate("document.querySelectorAll('main form').forEach(form => { form.noValidate = true; })")
        page.evaluate(
            "document.querySelectorAll('main [type=text], main textarea').forEach(f => { f.value = ''; })"
        )
        page.locator(f"main button:has-text('{button}')").first.click()
        page.wait_for_selector("[role=alert]")
        if found := problems(page):
            wrong[part] = found

    assert wrong == {}
