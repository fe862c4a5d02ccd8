"""Two presses of a button of the story, the coach's notes, the report and the scores make one row."""

import pytest

from matneo.improvement.models import CoachNote, Entry, Highlight, Score, SustainabilityAnswer

FORMS = {
    "story/": (Entry, "lead", {"what": "tell", "title": "A visit", "date": "2025-07-01", "kind": "note"}),
    "notes/": (CoachNote, "coach", {"what": "note", "text": "Ask again", "shared": "alone"}),
    "report/2025-07/": (Highlight, "lead", {"what": "report", "text": "Two tests", "seen": "0"}),
    "progress/": (Score, "lead", {"what": "team", "value": "5.0", "reason": "We say so"}),
    "progress/#": (
        SustainabilityAnswer,
        "lead",
        {"what": "holding", **{f"q{place}": "1" for place in range(10)}},
    ),
}


@pytest.mark.parametrize("page", FORMS)
def test_a_form_sent_twice_makes_one_row(world, as_person, page):
    model, person, sent = FORMS[page]
    client = as_person(person)
    answers = [
        client.post(world.home + page.rstrip("#"), sent | {"key": "abc"}).status_code for _ in range(2)
    ]

    assert answers == [302, 302]
    assert model.objects.count() == 1
