"""Asking another trust for twenty minutes, and the answer."""

from datetime import date

import pytest

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.improvement.actions import asking
from matneo.improvement.models import Ask
from matneo.improvement.saying import Unsuitable
from matneo.notifications.models import Notification
from matneo.utils.clock import Clock

WORDS = "How did you get the vouchers going?"


def ask(world, project, by="lead", text=WORDS, of="T2"):
    return asking.ask(project=project, of=world.organisation(of), text=text, by=world.people[by])


def test_those_who_lead_there_hear_it_and_both_trusts_have_it_on_record(world, project):
    row = ask(world, project)

    (told,) = Notification.objects.filter(kind="asked")
    assert told.recipient == world.people["outsider"]
    assert told.subject == "Lead of St Mary's Vale asks for 20 minutes"
    assert WORDS in told.text
    assert told.path == f"/home/asks/{row.pk}/"
    assert project.title not in told.text + told.subject  # it may not be shared with them
    events = AuditEvent.objects.filter(action="improvement.ask")
    assert sorted(events.values_list("organisation", flat=True)) == ["T1", "T2"]
    theirs = events.get(organisation="T2")
    assert project.title not in theirs.subject


def test_whoever_works_on_the_project_may_ask_and_nobody_else(world, project):
    ask(world, project, by="colleague")
    for person in ("outsider", "coach", "sponsor", "family", "national"):
        with pytest.raises(NotAllowed):
            ask(world, project, by=person)

    assert Ask.objects.count() == 1


def test_once_a_fortnight_from_one_trust_to_another(world, project, settings):
    ask(world, project)
    with pytest.raises(Unsuitable, match=r"Lead asked Beacon on 15 July; you can ask again from 29 July"):
        ask(world, project, by="colleague")

    settings.CLOCK = Clock(date(2025, 7, 30))
    ask(world, project, by="colleague")
    assert Ask.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "Say what you would like"), ("x" * 301, "301 characters"), ("About 943 476 5919", "an NHS number")],
)
def test_what_cannot_stand_is_refused_and_nobody_is_told(world, project, text, words):
    with pytest.raises(Unsuitable, match=words):
        ask(world, project, text=text)

    assert not Ask.objects.exists()
    assert not Notification.objects.exists()


def test_one_s_own_trust_and_one_where_nobody_leads_are_not_asked(world, project):
    with pytest.raises(Unsuitable, match="your own trust"):
        ask(world, project, of="T1")
    with pytest.raises(Unsuitable, match="Nobody leads improvement work at Harbour"):
        ask(world, project, of="T3")


class TestTheAnswer:
    def test_it_goes_back_to_whoever_asked(self, world, project):
        row = ask(world, project)

        done = asking.answer(ask=row, text="Thursday at 10, ask for Bea.", by=world.people["outsider"])

        told = Notification.objects.get(recipient=world.people["lead"])
        assert told.subject == "Outsider of Beacon answered you"
        assert "Thursday at 10" in told.text
        assert done.answered_by == "Outsider"
        events = AuditEvent.objects.filter(action="improvement.answer_ask")
        assert sorted(events.values_list("organisation", flat=True)) == ["T1", "T2"]

    def test_a_second_answer_is_told_of_the_first(self, world, project):
        row = ask(world, project)
        asking.answer(ask=row, text="Yes", by=world.people["outsider"])

        with pytest.raises(Unsuitable, match="Outsider has answered already"):
            asking.answer(ask=row, text="No", by=world.people["outsider"])
        assert Ask.objects.get().answer == "Yes"

    def test_only_those_who_lead_there_answer(self, world, project):
        row = ask(world, project)
        for person in ("lead", "colleague", "coach", "national"):
            with pytest.raises(NotAllowed):
                asking.answer(ask=row, text="Yes", by=world.people[person])

    def test_an_empty_one_or_one_with_an_identifier_is_refused(self, world, project):
        row = ask(world, project)
        for text in ("", "Ask about 943 476 5919"):
            with pytest.raises(Unsuitable):
                asking.answer(ask=row, text=text, by=world.people["outsider"])


def test_an_ask_is_read_by_who_wrote_it_and_those_who_lead_at_either_trust(world, project):
    ask(world, project, by="colleague")

    seen = {key for key in world.people if Ask.objects.visible_to(world.viewer(key)).exists()}
    assert seen == {"lead", "colleague", "outsider"}
    assert not Ask.objects.visible_to(world.viewer("nobody")).exists()
    waiting = {key for key in world.people if Ask.objects.waiting_for(world.viewer(key)).exists()}
    assert waiting == {"outsider"}
