"""The living diagram with a keyboard only: read it as a tree, and build a project's own, sibling by sibling."""

import re
import subprocess
import sys

import pytest
from tests.journeys.conftest import surroundings
from tests.journeys.test_accessibility import look_as, problems
from tests.journeys.test_keyboard import press_until

BEGIN = """
import django; django.setup()
from datetime import timedelta
from django.conf import settings
from matneo.accounts.access import viewer_for
from matneo.accounts.models import User
from matneo.accounts.personas import PERSONAS
from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.projects import Aim
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.ladder import Rung
from matneo.organisations.models import Organisation
today = settings.CLOCK.today()
lead = User.objects.get(email=next(p.email for p in PERSONAS if p.key == "lead"))
trust = Organisation.objects.get(kind="trust", code__in=viewer_for(lead).organisations)
project = projects.start(organisation=trust, area="SFP", aim=Aim("Smoke-free at birth", "Fewer women smoking", today + timedelta(90)),
                         by=None, rung=Rung.PUBLIC, started=today - timedelta(500))
projects.follow(project=project, measure="SFP-M04", family="process", by=None)
idea = testing.take_up(project=project, idea="SFP-C01", by=None)
start = today - timedelta(450)
test = testing.plan(idea=idea, plan=Plan("Does it work?", "9 of 10", start, start + timedelta(7)), by=None)
testing.study(test=test, study=Study("8 of 10", "less", "adopt"), seen=1, by=None)
print("project", project.pk)
"""


@pytest.fixture(scope="session")
def project(demo) -> str:
    """The address of a project of the lead's trust."""
    environment = {**surroundings(demo), "DJANGO_SETTINGS_MODULE": "matneo.config.settings"}
    made = subprocess.run(
        [sys.executable, "-c", BEGIN], env=environment, check=True, capture_output=True, text=True
    )
    key = re.search(r"project (\w+)", made.stdout).group(1)
    return f"/projects/{key}/drivers/"


def focused(page) -> str:
    return page.evaluate("document.activeElement.dataset.key || ''")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_the_diagram_is_read_as_a_tree(page, project):
    page.goto("/library/sfp/")
    page.locator("[data-tree] a[tabindex='0']").focus()
    press(page, "ArrowRight")
    assert focused(page) == "SFP-P1"
    press(page, "ArrowDown")
    assert focused(page) == "SFP-P2"

    press(page, "ArrowRight")
    page.wait_for_url("**?open=SFP-P2#d-SFP-P2")
    assert focused(page) == "SFP-P2"
    press(page, "ArrowRight", "ArrowRight", "ArrowDown")
    assert focused(page) == "SFP-C09"

    press(page, "Enter")
    page.wait_for_url("**&idea=SFP-C09*")
    assert "Adviser in the booking clinic" in page.inner_text("[data-panel] h2")
    assert focused(page) == "SFP-C09"
    press(page, "Escape")
    page.wait_for_url(lambda url: "idea=" not in url)
    press(page, "ArrowLeft", "ArrowLeft")
    assert focused(page) == "SFP-P2"
    press(page, "ArrowLeft")
    page.wait_for_url("**?open=none*")


def test_the_national_diagram_is_walked_down_to_a_package(page):
    page.goto("/library/nat/?open=none")
    page.locator("[data-tree] a[tabindex='0']").focus()
    press(page, "ArrowDown")
    assert focused(page) == "NAT-A2"
    press(page, "ArrowUp", "ArrowRight")
    assert focused(page) == "NAT-P1"
    press(page, "ArrowDown", "ArrowRight")
    page.wait_for_url("**?open=NAT-P2#d-NAT-P2")
    assert focused(page) == "NAT-P2"
    press(page, "ArrowRight")
    assert focused(page) == "NAT-S2.1"
    press(page, "ArrowDown")
    assert focused(page) == "NAT-S2.2"
    press(page, "ArrowLeft")
    assert focused(page) == "NAT-P2"
    press(page, "ArrowLeft")
    page.wait_for_url("**?open=none#d-NAT-P2")
    press(page, "ArrowLeft")
    assert focused(page) == "NAT-A2", "what it serves first"

    page.goto("/library/nat/?open=NAT-P2#d-NAT-P2")
    press(page, "ArrowRight", "Enter")
    page.wait_for_url("**/library/pto/?open=PTO-P1#d-PTO-P1")
    assert focused(page) == "PTO-P1"


def test_the_way_to_the_package_is_a_stop_of_the_tree(page):
    page.goto("/library/nat/?open=NAT-P1#d-NAT-P1")
    press(page, "End")
    press(page, "Home", "ArrowRight", "ArrowRight")
    assert focused(page) == "NAT-S1.1"
    press(page, "ArrowRight")
    assert focused(page) == "NAT-P1.SFP", "what stands at the right of a box"
    press(page, "Enter")
    page.wait_for_url("**/library/sfp/")


def test_the_tree_is_one_stop(page):
    page.goto("/library/sfp/")
    press_until(page, "whole diagram for print")

    assert page.locator("[data-tree] a[tabindex='0']").count() == 1


def test_a_diagram_is_built_with_the_keyboard_only(page, project):
    look_as(page, "lead")
    page.goto(project)
    press_until(page, "^Change it$")
    press(page, "Enter")
    page.wait_for_url("**view=edit*")
    press_until(page, r"^Change\s*A way into treatment", most=120)
    press(page, "Enter")
    page.wait_for_url("**edit=SFP-P2*")

    for name in ("A taxi to the first visit", "A call the same evening"):
        page.wait_for_load_state()
        press_until(page, "^add-SFP-P2$", most=120)
        page.keyboard.type(name)
        press(page, "Enter")
        page.wait_for_selector(f"text={name} was added.")
    assert page.inner_text("main").count("ours") >= 2

    press_until(page, "^Take back adding A call", most=120)
    press(page, "Enter")
    page.wait_for_selector("text=Taken back: adding A call the same evening.")

    press_until(page, "^Down", most=120)
    press(page, "Enter")
    page.wait_for_selector("text=one place down.")
    press_until(page, "^Diagram$", most=200)
    press(page, "Enter")
    page.wait_for_selector("[data-tree] a[data-key='L1']", state="attached")
    assert page.locator("[data-tree] a[data-key='L2']").count() == 0


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_any_state(page, project, width):
    look_as(page, "lead")
    page.set_viewport_size({"width": width, "height": 900})
    library = ["", "?idea=SFP-C01", "?view=outline", "?open=none", "?scope=all&idea=SFP-C02"]
    wrong = {}
    for address in (
        *(f"/library/sfp/{state}" for state in library),
        *(f"/library/nat/{state}" for state in ("", "?open=none", "?open=NAT-P7", "?view=outline")),
        "/library/ideas/SFP-C01/",
        "/library/drivers/SFP-P1/",
        *(f"{project}{state}" for state in ("", "?view=outline", "?view=edit", "?view=edit&edit=SFP-P2")),
    ):
        page.goto(address)
        if found := problems(page):
            wrong[address] = found
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    assert wrong == {}


def test_a_refused_form_is_accessible_too(page, project):
    look_as(page, "lead")
    page.goto(f"{project}?view=edit&edit=SFP-P2")
    page.fill("#add-SFP-P2", "Ring 943 476 5919")
    page.locator("#add-SFP-P2").press("Enter")
    page.wait_for_selector("text=an NHS number")

    assert page.input_value("#add-SFP-P2") == "Ring 943 476 5919"
    assert problems(page) == []


def test_everything_is_there_without_javascript(chromium, product, project):
    context = chromium.new_context(base_url=product, java_script_enabled=False)
    page = context.new_page()
    page.goto("/library/sfp/")
    page.click("[data-tree] a[data-key='SFP-P3']")
    page.click("[data-tree] a[data-key='SFP-C16']")

    assert "SFP-C16" in page.inner_text("[data-panel]")
    page.click("text=Outline")
    assert page.locator("ol.mn-outline > li").count() == 5
    page.goto("/library/nat/")
    page.click("[data-tree] a[data-key='NAT-P5']")
    page.click("[data-tree] a[data-key='NAT-S5.3']")
    assert page.url.endswith("/library/det/?open=DET-P3#d-DET-P3")
    with page.expect_download() as sheet:
        page.evaluate("location.href = '/library/nat/diagram.pptx'")
    assert sheet.value.suggested_filename.endswith(".pptx")
    context.close()
