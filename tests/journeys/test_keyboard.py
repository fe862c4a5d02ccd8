"""With a keyboard only: send a sheet in, see the chart before it counts, read a chart point by point. And without JavaScript."""

import re

from tests.journeys.test_accessibility import look_as

SHEET = "measure,month,numerator,denominator\n" + "".join(
    f"SFP-M01,2024-{month:02},{month + 3},60\n" for month in range(1, 13)
)


def press_until(page, description, key="Tab", most=80):
    """Press a key until the focused element's words match; answers how many presses it took."""
    for presses in range(1, most + 1):
        page.keyboard.press(key)
        words = page.evaluate(
            "document.activeElement.innerText || document.activeElement.id || document.activeElement.getAttribute('aria-label') || ''"
        )
        if re.search(description, words):
            return presses
    raise AssertionError(f"{description} was not reached in {most} presses")


def test_a_sheet_is_sent_in_with_the_keyboard(page, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(SHEET)
    look_as(page, "analyst")
    page.goto("/home/")
    trust = page.locator("main aside a[href^='/trusts/DEMO']").first.get_attribute("href")
    page.goto(trust)
    press_until(page, "Send figures in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/upload/")

    page.set_input_files("#file", sheet)  # the system's own file dialogue cannot be driven
    page.focus("#file")
    press_until(page, "Look at it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submissions/*/")
    assert "12 new, 0 changed" in page.inner_text("main")
    assert page.locator("main svg[role=img]").count() >= 1

    press_until(page, "Accept")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=counts now")
    page.fill("#reason", "only a try")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=was taken back")


def test_a_chart_is_read_point_by_point(page):
    page.goto("/trusts/DEMO-003/measures/NHG-M05/")
    page.wait_for_selector(".mn-wide g.pt[tabindex='0']")
    page.locator(".mn-wide g.pt[tabindex='0']").focus()
    last = page.inner_text("[data-readout]")
    page.keyboard.press("ArrowLeft")
    before = page.inner_text("[data-readout]")

    assert re.search(r"\d{4}: \d", last)
    assert re.search(r"\d{4}: \d", before)
    assert last != before


def test_a_point_of_a_project_says_what_was_tested_and_t_plans_a_test_in_its_month(page):
    look_as(page, "lead")
    page.goto("/projects/?whose=trust")
    links = page.locator(".mn-project-row h3 a")
    for address in links.evaluate_all("links => links.map(link => link.href)"):
        page.goto(address)
        if page.locator(".mn-wide g.pt[aria-label*='Tested:']").count():
            break
    project = page.url
    page.keyboard.press("t")  # outside the chart it is a letter like any other
    page.locator(".mn-wide g.pt[tabindex='0']").focus()
    said = [page.inner_text("[data-readout]")]
    while "Tested:" not in said[-1]:
        page.keyboard.press("ArrowLeft")
        said.append(page.inner_text("[data-readout]"))
        assert len(said) < 60, "no point says what was tested"
    month = page.evaluate("document.activeElement.dataset.start").rsplit("-", 1)[0]

    assert page.url == project
    assert re.search(r"\d{4}: \d.*Tested: .+, test \d", said[-1])
    page.keyboard.press("t")
    page.wait_for_url(f"**/tests/new/?month={month}")
    assert page.input_value("#start").startswith(month)


def test_a_chart_is_put_on_the_wall_in_one_activation(page):
    page.goto("/trusts/DEMO-003/measures/NHG-M05/")
    link = page.get_by_role("link", name="Huddle view")
    assert link.is_visible()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=huddle**")

    assert page.locator(".mn-huddle svg").count() >= 1


def test_the_first_tab_skips_to_the_main_part(page):
    page.goto("/england/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_everything_is_there_without_javascript(chromium, product):
    context = chromium.new_context(base_url=product, java_script_enabled=False)
    page = context.new_page()
    page.goto("/trusts/DEMO-003/measures/NHG-M05/")

    assert page.locator("svg[role=img]").count() >= 2
    assert page.locator("table").count() >= 2
    assert "of babies at risk" in page.inner_text("main")
    context.close()
