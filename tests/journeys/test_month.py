"""A month of eight measures in a real browser: few keys, a pasted block, a lost connection, a phone, and no JavaScript."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journeys.conftest import surroundings
from tests.journeys.test_accessibility import look_as, problems

OCTOBER = "months/2025-10/"
MOST_CELLS, MOST_KEYS = 2, 3  # a measure: white cells, and keys that are no digits


@pytest.fixture
def planted(demo, product):
    """A project of its own for each journey, and its counter."""
    script = Path(__file__).with_name("planting.py")
    made = subprocess.run(
        [sys.executable, str(script)], env=surroundings(demo), check=True, capture_output=True, text=True
    )
    project, code = made.stdout.split()
    clear(demo, project)
    return project, code


def clear(demo, project):
    """Earlier journeys typed the same trust's October."""
    words = (
        "import django, os; os.environ['DJANGO_SETTINGS_MODULE']='matneo.config.settings'; django.setup(); "
        "from matneo.submissions.models import Value; "
        "Value.objects.filter(period__in=['2025-10-01', '2025-11-10'], origin='collected').delete()"
    )
    subprocess.run([sys.executable, "-c", words], env=surroundings(demo), check=True)


@pytest.fixture
def month(page, planted):
    look_as(page, "lead")
    page.goto(planted[0] + OCTOBER)
    page.wait_for_selector("html.has-js")
    return page


def said(page, words):
    page.wait_for_selector(f"#saved:has-text('{words}'), #said:has-text('{words}')")


def test_a_month_of_eight_measures_takes_few_keys(month):
    month.evaluate(
        "window.keys = 0; addEventListener('keydown', e => { if (!/^[0-9]$/.test(e.key)) window.keys++; }, true)"
    )
    rows = month.locator("tbody:has(input.mn-white)").count()
    cells = month.locator("input.mn-white").count()
    month.locator("input.mn-white").first.focus()
    for _ in range(rows):
        month.keyboard.type("21")
        month.keyboard.press("Enter")
        month.keyboard.type("40")
        month.keyboard.press("Enter")
    month.wait_for_selector("text=16 of 16 typed")

    assert rows == 8
    assert cells <= MOST_CELLS * rows
    assert month.evaluate("window.keys") <= MOST_KEYS * rows
    assert month.evaluate("document.activeElement.value") == "finish"
    month.keyboard.press("Enter")
    month.wait_for_selector("text=October is finished")


def test_typing_goes_on_while_a_row_is_saved(month):
    first = month.locator("input.mn-white").first
    first.focus()
    month.keyboard.type("5")
    month.keyboard.press("Enter")
    month.keyboard.type("40")
    month.keyboard.press("Enter")
    month.keyboard.type("17")
    month.wait_for_selector("text=Is 5 right?")

    assert month.evaluate("document.activeElement.value") == "17"
    assert month.inner_text("#saved").startswith("Saved at")
    month.click("text=Yes, keep 5")
    month.wait_for_selector("text=Is 5 right?", state="detached")


def test_not_collected_and_undone_with_the_keyboard(month):
    first = month.locator("input.mn-white").first
    first.focus()
    month.keyboard.press("n")
    month.wait_for_selector(".mn-none")
    month.click(".mn-none button")
    month.wait_for_selector(".mn-none", state="detached")

    assert month.locator("input.mn-white").count() == 16


def test_ctrl_z_brings_the_last_change_back(month):
    cells = month.locator("input.mn-white")
    cells.nth(0).fill("21")
    cells.nth(1).fill("40")
    month.keyboard.press("Enter")
    said(month, "Saved at")
    month.wait_for_selector("text=2 of 16 typed")
    month.keyboard.press("Control+z")
    month.wait_for_selector("text=0 of 16 typed")

    assert cells.nth(0).input_value() == ""


def paste(page, text):
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text);
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }""",
        text,
    )


def test_a_block_from_a_spreadsheet_is_pasted(month):
    month.locator("input.mn-white").first.focus()
    lines = [f"{20 + line}\t40" for line in range(7)] + ["=1+1\t40", "9\t90", "1\t2"]
    paste(month, "\r\n".join(lines))
    month.wait_for_selector("text=14 of 16 typed")
    words = month.inner_text("#said")

    assert "10 rows pasted." in words
    assert "Left as they are, for nobody types them: " in words
    assert "1 more row was left out" in words
    assert "is no number" in words
    assert month.locator("[aria-invalid]").first.input_value() == "=1+1"
    assert problems(month) == []


def test_a_huge_block_is_refused_with_a_sentence(month):
    month.locator("input.mn-white").first.focus()
    paste(month, "1\t2\n" * 5000)

    assert "is the most" in month.inner_text("#said")


def test_what_could_not_be_sent_waits_and_is_sent_again(month):
    cells = month.locator("input.mn-white")
    month.context.set_offline(True)
    cells.nth(0).fill("21")
    cells.nth(1).fill("40")
    month.keyboard.press("Enter")
    said(month, "1 not sent yet")
    month.context.set_offline(False)
    said(month, "Saved at")
    month.reload()

    assert month.locator("input.mn-white").nth(0).input_value() == "21"


def test_an_expired_sign_in_loses_no_number(month, planted):
    cells = month.locator("input.mn-white")
    cells.nth(0).fill("21")
    month.context.clear_cookies()
    cells.nth(1).fill("40")
    month.keyboard.press("Enter")
    said(month, "1 not sent yet: you are signed out. Sign in again")
    assert [cells.nth(place).input_value() for place in (0, 1)] == ["21", "40"]

    look_as(month, "lead")
    month.goto(planted[0] + OCTOBER)  # what waited is sent by itself
    said(month, "Saved at")
    month.reload()
    assert [month.locator("input.mn-white").nth(place).input_value() for place in (0, 1)] == ["21", "40"]


def test_what_waits_names_nobody_ages_and_is_gone_after_signing_out(month):
    kept = "Object.keys(localStorage).filter(name => name.startsWith('matneo-'))"
    month.route("**/cells/", lambda route: route.abort())
    owner = month.evaluate("document.body.dataset.draftOwner")
    cells = month.locator("input.mn-white")
    cells.nth(0).fill("22")
    cells.nth(1).fill("41")
    month.keyboard.press("Enter")
    said(month, "1 not sent yet")
    shelf = month.evaluate(kept)[0]
    assert shelf.startswith(f"matneo-grid:{owner}:")

    week = "name => { const kept = JSON.parse(localStorage[name]); kept.at -= 8 * 24 * 3600e3; localStorage[name] = JSON.stringify(kept); }"
    month.evaluate(week, shelf)
    month.reload()
    month.wait_for_selector("html.has-js")
    assert month.evaluate(kept) == []

    month.locator("input.mn-white").nth(0).fill("23")
    month.locator("input.mn-white").nth(1).fill("41")
    month.keyboard.press("Enter")
    said(month, "1 not sent yet")
    month.click("text=Sign out")
    month.wait_for_selector("text=Sign in")
    assert month.evaluate(kept) == []


def test_a_week_is_typed_and_finished_with_the_keyboard(month, planted):
    month.goto(planted[0] + OCTOBER)
    month.focus(".mn-segments a:not([aria-current])")
    month.keyboard.press("Enter")
    month.wait_for_url("**/weeks/2025-W46/")
    month.wait_for_selector("html.has-js")
    month.locator("input.mn-white").first.focus()
    for digits in ("3", "40"):
        month.keyboard.type(digits)
        month.keyboard.press("Enter")
    month.wait_for_selector("text=2 of 2 typed")
    month.wait_for_selector("text=Is 3 right?")

    assert "any of the last 20 weeks" in month.inner_text(".mn-ask")
    assert month.evaluate("document.activeElement.value") == "finish"
    month.keyboard.press("Enter")
    month.wait_for_selector("text=10 to 16 November is finished")


def counted(page, words):
    page.wait_for_selector(f"#count:has-text('{words}')")


def test_taps_wait_for_a_connection_and_count_once(page, planted):
    page.goto(planted[1])
    page.click("#taps button[value=yes]")
    counted(page, "1 of 1 in November")
    page.context.set_offline(True)
    for _ in range(3):
        page.wait_for_timeout(700)  # a second press at once is a slip of the finger
        page.click("#taps button[value=no]")
    page.wait_for_selector("text=3 taps wait for a connection")
    page.click("text=Take my last tap back")
    page.wait_for_selector("text=2 taps wait for a connection")
    page.context.set_offline(False)
    counted(page, "1 of 3 in November")
    page.wait_for_selector("text=wait for a connection", state="detached")

    page.click("text=Take my last tap back")
    counted(page, "1 of 2 in November")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('matneo-taps'))") == []


def test_a_tap_that_is_taken_back_without_a_connection_says_when(page, planted):
    page.goto(planted[1])
    page.context.set_offline(True)
    page.click("#taps button[value=yes]")
    page.wait_for_selector("text=1 tap waits for a connection")
    page.click("text=Take my last tap back")
    sent = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None
    )
    page.context.set_offline(False)
    counted(page, "0 of 0 in November")
    page.wait_for_timeout(500)

    assert all("ago=" in body for body in sent)
    assert any("do=undo" in body for body in sent)


def test_taps_that_waited_survive_leaving_the_page_and_a_lost_answer_counts_once(page, planted):
    page.goto(planted[1])

    def lost(route):
        route.fetch()  # it arrives, and its answer does not
        route.abort()

    page.route(
        "**/tap/**", lambda route: lost(route) if route.request.method == "POST" else route.continue_()
    )
    page.click("#taps button[value=yes]")
    page.wait_for_selector("text=1 tap waits for a connection")
    page.unroute("**/tap/**")
    page.reload()

    counted(page, "1 of 1 in November")
    page.wait_for_selector("text=waits for a connection", state="detached")
    page.reload()
    counted(page, "1 of 1 in November")


def test_a_double_press_is_one_tap(page, planted):
    page.goto(planted[1])
    page.dblclick("#taps button[value=yes]")
    counted(page, "1 of 1 in November")
    page.wait_for_timeout(800)
    page.reload()

    counted(page, "1 of 1 in November")


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_to_mend(month, planted, width):
    month.set_viewport_size({"width": width, "height": 900})
    cells = month.locator("input.mn-white")
    cells.nth(0).fill("1")
    cells.nth(1).fill("40")
    cells.nth(2).fill("50")
    cells.nth(3).fill("40")
    month.keyboard.press("Enter")
    month.wait_for_selector("text=cannot be")
    month.locator("[data-do=nc]").nth(4).click()
    month.wait_for_selector(".mn-none")
    wrong = problems(month)
    assert month.evaluate("document.documentElement.scrollWidth") <= width
    beside = ("counters/", "weeks/2025-W46/", "months/2025-10/hand/", "weeks/2025-W46/hand/", "measures/own/")
    for address in (*(planted[0] + one for one in beside), planted[1], planted[1] + "x/"):
        month.goto(address)
        wrong += problems(month)
        assert month.evaluate("document.documentElement.scrollWidth") <= width

    assert wrong == []


def test_a_phone_shows_a_keypad_and_the_month_before(month):
    month.set_viewport_size({"width": 390, "height": 844})

    assert month.locator("input.mn-white").first.get_attribute("inputmode") == "numeric"
    assert month.locator("td.past:visible").count() == 0
    assert re.search(r"September 2025: 20 of 40, 50%", month.inner_text("#grid"))


def test_one_button_saves_it_all_without_javascript(chromium, product, planted):
    context = chromium.new_context(base_url=product, java_script_enabled=False)
    page = context.new_page()
    look_as(page, "lead")
    page.goto(planted[0] + OCTOBER)
    cells = page.locator("input.mn-white")
    for place in range(4):
        cells.nth(place).fill(str(20 + place))
    page.click(".ends button:text-is('Save')")

    assert "4 of 16 typed" in page.inner_text("main")
    assert "Saved at" in page.inner_text("main")
    page.locator("button:has-text('not collected')").nth(5).click()
    assert page.locator(".mn-none").count() == 1
    context.close()


def test_tapping_and_taking_it_into_the_month(page, planted):
    page.goto(planted[1])
    for said_ in ("Not judged", "Not judged", "Judged"):
        page.click(f"button:text-is('{said_}')")
        page.wait_for_timeout(700)  # a second press at once is a slip of the finger
    page.wait_for_selector("text=2 of 3 in November")
    page.click("text=Take my last tap back")
    page.wait_for_selector("text=2 of 2 in November")

    look_as(page, "lead")
    page.goto(planted[0] + "counters/")
    page.click("button:has-text('Take 2 of 2 into November 2025')")
    page.wait_for_selector("text=2 of 2 stand in the month now.")
    assert problems(page) == []
