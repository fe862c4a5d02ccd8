"""What a team and its coach say arrives once, however often the form is sent."""

from datetime import date
from decimal import Decimal

import pytest

from matneo.improvement.actions import story
from matneo.improvement.models import CoachNote, Entry, Highlight, Score, SustainabilityAnswer
from matneo.improvement.progress import Suggestion

SUGGESTED = Suggestion(Decimal("0.5"), ())
TEN = [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
FORMS = {
    "tell": (Entry, "lead", {"date": date(2025, 7, 15), "title": "The first clinic"}, {"title": "A clinic"}),
    "note": (CoachNote, "coach", {"text": "Ask again", "shared": True}, {"shared": False}),
    "report": (Highlight, "lead", {"month": date(2025, 7, 1), "text": "Two tests"}, {"text": "Three tests"}),
    "score": (Score, "lead", {"voice": "team", "value": Decimal("2.0"), "reason": "Begun"}, {"reason": "Well begun"}),
    "answer_sustainability": (SustainabilityAnswer, "lead", {"levels": TEN}, {"levels": [0] * 10}),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_form_sent_twice_is_one_row_and_other_words_are_another(world, project, form):
    model, person, said, other = FORMS[form]
    more = {"suggestion": SUGGESTED} if form == "score" else {}

    def send(**words):
        action = getattr(story, form)
        return action(project=project, by=world.people[person], key="k", **{**said, **more, **words})

    first, again = send(), send()
    assert (again.pk, model.objects.count()) == (first.pk, 1)

    # Gone back in the browser and said differently: nothing typed is lost.
    assert send(**other).pk != first.pk
    assert model.objects.count() == 2


def test_the_forms_of_one_page_share_a_key_and_not_an_answer(world, project):
    lead = world.people["lead"]
    story.answer_sustainability(project=project, levels=TEN, by=lead, key="k")
    made = story.score(
        project=project, voice="team", value=Decimal("0.5"), suggestion=SUGGESTED, by=lead, key="k"
    )

    assert isinstance(made, Score)
