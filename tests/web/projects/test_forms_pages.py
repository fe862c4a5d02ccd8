"""Every form page of a project: what it says, at most 25 queries, one heading, and no script of anybody's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

PAGES = ["aim/", "team/", "measures/", "ideas/", "tests/", "tests/new/", "story/", "share/", "progress/", "notes/",
         "report/2025-06/", "end/"]  # fmt: skip


@pytest.mark.parametrize("page", [*PAGES, "tests/#test/"])
def test_a_page_says_what_it_is_and_asks_little(world, as_person, page):
    address = world.home + page.replace("#test", world.test.pk)
    lead = as_person("lead")
    lead.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = lead.get(address)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert len(queries) <= 25
    assert text.count("<h1") == 1
    assert " style=" not in text
    assert "<script>" not in text
    assert "Who can see this" in text
    assert f'href="{world.home}"' in text
