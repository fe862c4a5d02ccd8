"""A trust's administrator invites somebody on a phone without JavaScript, mends a slip, and ends the role again."""

from tests.journeys.test_accessibility import look_as, problems


def test_somebody_is_invited_and_the_role_ended_without_javascript(chromium, product):
    context = chromium.new_context(
        base_url=product, java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    look_as(page, "analyst")
    page.goto("/home/")
    page.click("main a:has-text('People of')")

    page.fill("#name", "Ada Example")
    page.fill("#email", "ada@nowhere")  # a browser lets it pass; we do not
    page.check("#role-sponsor")
    page.click("main button:text('Invite')")
    assert "ada@nowhere is not an e-mail address" in page.inner_text("[role=alert]")
    assert page.is_checked("#role-sponsor")

    page.fill("#email", "ada@example.org")
    page.click("main button:text('Invite')")
    assert "Ada Example has the role Board sponsor from today" in page.inner_text("[role=status]")
    row = page.locator("tr", has_text="ada@example.org")
    row.locator("summary").click()
    row.locator("button").click()
    assert "Ada Example no longer has the role" in page.inner_text("[role=status]")
    assert page.locator("tr", has_text="ada@example.org").count() == 0
    assert page.title().startswith("People of ")
    context.close()


def test_a_phone_shows_the_people_without_scrolling_sideways(page):
    page.set_viewport_size({"width": 320, "height": 800})
    look_as(page, "analyst")
    page.goto("/home/")
    page.click("main a:has-text('People of')")
    page.locator("summary").first.click()

    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".mn-scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
