"""A test of change on a phone: few presses, and nothing typed is lost to a lost connection, an expired sign-in, a second press."""

import pytest
from tests.journeys.test_accessibility import look_as, problems


@pytest.fixture
def phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    look_as(page, "lead")
    return page


def write_plan(page, question):
    page.fill("#question", question)
    page.fill("#prediction", "9 of 10 are referred the same day")


def test_a_test_is_logged_in_four_presses_at_most(phone, planted):
    phone.goto(planted[0] + "tests/")
    phone.evaluate(
        "addEventListener('click', e => { if (e.isTrusted) sessionStorage.presses = Number(sessionStorage.presses || 0) + 1; }, true)"
    )
    phone.click("main a:text-is('Plan a test')")
    phone.wait_for_url("**/tests/new/**")
    phone.evaluate(
        "addEventListener('click', e => { if (e.isTrusted) sessionStorage.presses = Number(sessionStorage.presses || 0) + 1; }, true)"
    )
    phone.locator("label.mn-pick").first.click()
    write_plan(phone, "Does a sticker work?")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.click("text=Plan this test")
    phone.wait_for_selector("text=is planned")

    assert int(phone.evaluate("sessionStorage.presses")) <= 4


def test_without_a_connection_the_plan_is_kept_and_sent_later(phone, planted):
    phone.goto(planted[0] + "tests/new/")
    phone.locator("label.mn-pick").first.click()
    write_plan(phone, "Is it kept without a connection?")
    phone.context.set_offline(True)
    phone.click("text=Plan this test")
    phone.wait_for_selector("text=There is no connection")
    assert phone.input_value("#question") == "Is it kept without a connection?"

    phone.context.set_offline(False)
    phone.wait_for_selector("text=You are connected again")
    phone.click("text=Send it now")
    phone.wait_for_selector("text=is planned")
    phone.goto(planted[0] + "tests/new/")
    assert phone.locator("text=You had begun this").count() == 0


def test_a_closed_page_offers_what_was_begun(phone, planted):
    phone.goto(planted[0] + "tests/new/")
    write_plan(phone, "Is it offered again?")
    phone.goto("/home/")
    phone.goto(planted[0] + "tests/new/")
    assert phone.input_value("#question") == ""
    assert problems(phone) == []

    phone.click("text=Put it back")
    assert phone.input_value("#question") == "Is it offered again?"
    phone.reload()
    phone.click("text=Forget it")
    phone.reload()
    assert phone.locator("text=You had begun this").count() == 0


def test_an_expired_sign_in_loses_nothing(phone, planted):
    address = planted[0] + "tests/new/"
    phone.goto(address)
    phone.locator("label.mn-pick").first.click()
    write_plan(phone, "Is it kept after a sign-in?")
    phone.context.clear_cookies()
    phone.click("text=Plan this test")
    phone.wait_for_selector("text=You were signed out meanwhile")
    phone.click("main a:text-is('Sign in')")
    phone.wait_for_url("**/accounts/login/**")

    look_as(phone, "lead")
    phone.goto(address)
    phone.click("text=Put it back")
    assert phone.locator("label.mn-pick input").first.is_checked()
    phone.click("text=Plan this test")
    phone.wait_for_selector("text=is planned")
    phone.goto(planted[0] + "tests/")
    assert phone.locator("text=Is it kept after a sign-in?").count() == 1


def test_a_new_sign_in_in_another_tab_is_enough(phone, planted):
    phone.goto(planted[0] + "tests/new/")
    phone.locator("label.mn-pick").first.click()
    write_plan(phone, "Does the other tab do?")
    phone.context.clear_cookies()
    other = phone.context.new_page()
    look_as(other, "lead")
    other.close()
    phone.click("text=Plan this test")

    phone.wait_for_selector("text=is planned")


def test_two_presses_make_one_test(phone, planted):
    phone.goto(planted[0] + "tests/new/")
    phone.locator("label.mn-pick").first.click()
    write_plan(phone, "Is it there once?")
    phone.dblclick("text=Plan this test")
    phone.wait_for_selector("text=is planned")
    phone.goto(planted[0] + "tests/")

    assert phone.locator("text=Is it there once?").count() == 1


def test_nothing_stays_on_the_machine_after_signing_out(phone, planted):
    phone.goto(planted[0] + "tests/new/")
    write_plan(phone, "Is it gone?")
    phone.click("text=Sign out")
    phone.wait_for_selector("text=Sign in")

    assert phone.evaluate("Object.keys(localStorage).filter(name => name.startsWith('matneo-'))") == []


def test_somebody_else_sees_nothing_of_what_was_begun(phone, planted):
    phone.goto(planted[0] + "tests/new/")
    write_plan(phone, "Is it mine alone?")
    look_as(phone, "staff")
    phone.goto(planted[0] + "tests/new/")

    assert phone.locator("text=You had begun this").count() == 0


def test_without_javascript_what_cannot_stand_is_said_and_kept(chromium, product, planted):
    context = chromium.new_context(
        base_url=product, java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    look_as(page, "lead")
    page.goto(planted[0] + "tests/new/")
    page.locator("label.mn-pick").first.click()
    page.fill("#question", "x" * 201)
    page.fill("#prediction", "9 of 10")
    page.click("text=Plan this test")

    assert "has 201 characters" in page.inner_text("[role=alert]")
    assert page.input_value("#question") == "x" * 201
    assert page.locator("label.mn-pick input").first.is_checked()
    context.close()


def test_a_result_is_written_on_a_phone(phone, planted):
    phone.goto(planted[2])
    if phone.locator("text=Keep the result").count():
        phone.fill("#happened", "8 of 10 were referred")
        phone.click("label:has-text('Less than we expected')")
        phone.click("label:has-text('Adapt: change it')")
        phone.click("text=Keep the result")
    phone.wait_for_selector("text=What was expected")

    assert problems(phone) == []
    assert phone.title().startswith("Type the reading once, test 1")


def test_a_test_that_is_to_come_folds_its_form_and_offers_what_was_begun(phone, planted):
    phone.goto(planted[0] + "tests/new/?month=2026-01")
    phone.locator("label.mn-pick").first.click()
    write_plan(phone, "Is it folded until its day?")
    assert phone.input_value("#start") == "2026-01-01"
    phone.click("text=Plan this test")
    phone.wait_for_selector("text=It is planned for 1 January 2026")
    assert not phone.is_visible("#happened")
    assert problems(phone) == []

    phone.click("text=It has run already")
    phone.fill("#happened", "It ran a day early")
    address = phone.url
    phone.goto("/home/")
    phone.goto(address)
    phone.click("text=Put it back")  # seen, though the form had been folded
    assert phone.input_value("#happened") == "It ran a day early"


def test_an_expired_sign_in_loses_no_result(phone, planted):
    phone.goto(planted[0] + "tests/new/")
    phone.locator("label.mn-pick").first.click()
    write_plan(phone, "Is the result kept?")
    phone.click("text=Plan this test")
    phone.wait_for_selector("text=is planned")
    address = phone.url
    phone.fill("#happened", "8 of 10 were referred")
    phone.context.clear_cookies()
    phone.click("label:has-text('Less than we expected')")
    phone.click("label:has-text('Adapt: change it')")
    phone.click("text=Keep the result")
    phone.wait_for_selector("text=You were signed out meanwhile")

    look_as(phone, "lead")
    phone.goto(address)
    phone.click("text=Put it back")
    phone.dblclick("text=Keep the result")
    phone.wait_for_selector("text=What was expected")
    assert phone.locator(".mn-lines:has-text('8 of 10 were referred')").count() == 1
    assert phone.locator("text=Somebody was here too").count() == 0


def test_a_project_is_seen_as_others_see_it_and_nothing_in_it_acts(phone, planted):
    phone.goto(planted[0])
    phone.click("text=See it as someone else")
    phone.select_option("#look-as", "public")
    phone.select_option("#look-step", "5")
    phone.click("button:text-is('See it')")
    phone.wait_for_selector("text=as the public would see it, if it were shared with everyone")

    assert phone.locator("main form, main button").count() == 0
    assert phone.title().startswith("Preview: ")
    phone.click(".mn-looking >> text=Back")
    phone.wait_for_url("**/share/#look")
