"""What a chart's page becomes on paper."""

import re

import pytest

SHEET = {"width": 703, "height": 1031}  # A4 less 12 mm on every side, at 96 dots an inch
CHARTS = ["/england/measures/SFP-M01/", "/england/measures/PTO-M08/", "/sites/DEMO-001-A/measures/NAT-M06/"]


@pytest.mark.parametrize("address", CHARTS)
def test_sentence_chart_and_rules_fit_on_one_sheet_and_everything_on_two(page, address):
    page.goto(address)
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    rules = page.get_by_role("heading", name="Rules that fired").locator("xpath=ancestor::section[1]")
    box = rules.bounding_box()
    assert box["y"] + box["height"] <= SHEET["height"]

    sheets = len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4", prefer_css_page_size=True)))
    assert sheets <= 2
