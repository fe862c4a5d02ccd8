"""A project's own diagram: what differs is said, every change is a form, can be taken back, and overwrites nobody."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.improvement.conftest import AIM

from matneo.audit.models import AuditEvent
from matneo.improvement.actions import drivers, projects, testing
from matneo.improvement.ladder import Rung
from matneo.improvement.local import diagram_of
from matneo.improvement.models import LocalDriver


@pytest.fixture
def send(project, signed_in):
    """Send a form as the lead; answers the response, followed."""
    client = signed_in("lead")

    def post(what, key="", follow=True, **fields):
        return client.post(
            f"/projects/{project.pk}/drivers/", {"what": what, "key": key, **fields}, follow=follow
        )

    post.client = client
    return post


def node(project, key):
    return diagram_of(project).node(key)


def test_a_driver_is_added_under_another_and_the_cursor_stands_ready_for_a_sibling(project, send):
    answer = send("add", "SFP-P3", title="A taxi home", follow=False)

    assert answer["Location"].endswith("?view=edit&edit=SFP-P3#e-SFP-P3")
    assert node(project, "L1").home == "SFP-P3"
    assert 'data-key="L1"' in send.client.get(f"/projects/{project.pk}/drivers/").content.decode()
    text = send.client.get(answer["Location"]).content.decode()
    assert "Take back adding A taxi home" in text


def test_a_primary_driver_serves_the_aim(project, send):
    send("add", "new", title="Leaders who ask")

    assert (node(project, "L1").level, node(project, "L1").serves) == (1, ("SFP-A1",))


def test_the_national_words_stand_beside_ours_and_come_back(project, send):
    national = node(project, "SFP-S2.1").national_name
    text = send("reword", "SFP-S2.1", title="Referred before she goes home", seen="0").content.decode()
    assert "Referred before she goes home" in text
    assert f"In the national diagram: {national}" in text
    assert "reworded" in text

    send("reword", "SFP-S2.1", title="", seen="1")
    assert not node(project, "SFP-S2.1").differs


def test_moving_is_a_choice_from_a_list(project, send):
    send("move", "SFP-S2.1", home="SFP-P1", also=["SFP-P3"], seen="0")
    moved = node(project, "SFP-S2.1")

    assert (moved.home, moved.also, moved.differs) == ("SFP-P1", ("SFP-P3",), "moved")


def test_order_and_leaving_out(project, send):
    send("down", "SFP-S2.1")
    assert [n.key for n in diagram_of(project).under("SFP-P2")][:2] == ["SFP-S2.2", "SFP-S2.1"]

    text = send("hide", "SFP-P5", seen="0").content.decode()
    assert "SFP-P5" not in {n.key for n in diagram_of(project).shown}
    assert "Show it again" in text
    send("show", "SFP-P5", seen="1")
    assert "SFP-P5" in {n.key for n in diagram_of(project).shown}


@pytest.mark.parametrize(
    ("what", "key", "fields"),
    [
        ("add", "SFP-P3", {"title": "A taxi"}),
        ("reword", "SFP-S2.1", {"title": "Other words", "seen": "0"}),
        ("move", "SFP-S2.1", {"home": "SFP-P1", "seen": "0"}),
        ("hide", "SFP-P5", {"seen": "0"}),
        ("down", "SFP-S2.1", {}),
    ],
)
def test_the_last_change_can_be_taken_back_once(project, send, what, key, fields):
    before = [(n.key, n.name, n.serves) for n in diagram_of(project).shown]
    send(what, key, **fields)
    assert [(n.key, n.name, n.serves) for n in diagram_of(project).shown] != before

    assert "Taken back" in send("undo").content.decode()
    assert [(n.key, n.name, n.serves) for n in diagram_of(project).shown] == before
    again = send("undo")
    assert (again.status_code, "nothing to take back" in again.content.decode()) == (422, True)


def test_taking_back_does_not_overwrite_what_somebody_did_since(world, project, send):
    send("reword", "SFP-S2.1", title="Mine", seen="0")
    drivers.reword(project=project, key="SFP-S2.1", title="Theirs", seen=1, by=world.people["colleague"])

    assert "It was not taken back" in send("undo").content.decode()
    assert node(project, "SFP-S2.1").name == "Theirs"


def test_two_at_once_both_are_shown_and_nothing_is_lost(world, project, send):
    drivers.reword(project=project, key="SFP-S2.1", title="Theirs", seen=0, by=world.people["colleague"])

    answer = send("reword", "SFP-S2.1", title="Mine", seen="0")
    text = answer.content.decode()

    assert answer.status_code == 409
    assert "Colleague changed driver SFP-S2.1" in text
    assert "As it stands now: Theirs" in text
    assert "As you typed it: Mine" in text
    assert 'value="Mine"' in text
    version = re.search(r'name="key" value="SFP-S2.1"><input type="hidden" name="seen" value="(\d+)"', text)
    send("reword", "SFP-S2.1", title="Mine", seen=version.group(1))
    assert node(project, "SFP-S2.1").name == "Mine"


@pytest.mark.parametrize(
    ("what", "key", "fields", "words"),
    [
        ("add", "SFP-P3", {"title": "  "}, "Say what the driver is called"),
        ("add", "SFP-P3", {"title": "x" * 200}, "160 is the most"),
        ("add", "SFP-P3", {"title": "Ring 943 476 5919"}, "an NHS number"),
        ("add", "SFP-S3.1", {"title": "Too deep"}, "choose an aim or a primary driver"),
        ("move", "SFP-S2.1", {"seen": "0"}, "Say what the driver serves"),
        ("move", "SFP-S2.1", {"home": "SFP-S2.2", "seen": "0"}, "choose an aim or a primary driver"),
        ("move", "SFP-P1", {"home": "SFP-P1", "seen": "0"}, "choose an aim or a primary driver"),
        ("reword", "SFP-S2.1", {"title": "x", "seen": "7"}, "Open the diagram again"),
        ("reword", "SFP-S2.1", {"title": "x", "seen": "9" * 5000}, "Open the diagram again"),
        ("hide", "SFP-S2.1", {}, "Open the diagram again"),
    ],
)
def test_what_cannot_stand_is_said_and_what_was_typed_is_kept(project, send, what, key, fields, words):
    answer = send(what, key, **fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert LocalDriver.objects.count() == 0
    if what == "add" and fields["title"].strip():
        assert fields["title"][:160] in answer.content.decode()


def test_drivers_that_would_serve_themselves_are_refused(project, send):
    send("move", "SFP-P1", home="SFP-P2", seen="0")
    answer = send("move", "SFP-P2", home="SFP-P1", seen="0")

    assert answer.status_code == 422
    assert "would serve itself" in answer.content.decode()
    assert send.client.get(f"/projects/{project.pk}/drivers/").status_code == 200


def test_more_drivers_than_a_person_can_read_are_refused(project, send):
    LocalDriver.objects.bulk_create(
        LocalDriver(project=project, key=f"L{n}", name="x", serves=["SFP-P1"], edited_by="x", at="2025-07-01T00:00Z")
        for n in range(1, 61)
    )  # fmt: skip

    assert "60 drivers of your own" in send("add", "SFP-P1", title="One more").content.decode()
    assert send.client.get(f"/projects/{project.pk}/drivers/").status_code == 200


@pytest.mark.parametrize(("what", "key"), [("reword", "L99"), ("hide", "NHG-P1"), ("add", "PTO-P1"), ("burn", "SFP-P1"), ("move", "<b>"), ("", "")])  # fmt: skip
def test_a_key_that_is_not_in_this_diagram_is_not_there(send, what, key):
    assert send(what, key, title="x", seen="0").status_code == 404


def test_who_may_only_read_sees_no_forms_and_cannot_send_any(world, project, signed_in):
    project = projects.start(
        organisation=project.organisation, area="SFP", aim=AIM, by=None, rung=Rung.PROGRAMME
    )
    address = f"/projects/{project.pk}/drivers/"
    for person in ("outsider", "coach", "sponsor", "national"):
        client = signed_in(person)
        text = client.get(f"{address}?view=edit").content.decode()
        assert "Change it" not in text
        assert "Save the words" not in text
        assert client.post(address, {"what": "hide", "key": "SFP-P1", "seen": "0"}).status_code == 403
    assert LocalDriver.objects.count() == 0


def test_somebody_elses_project_is_not_found(project, signed_in):
    for client in (signed_in("outsider"), Client()):
        assert client.get(f"/projects/{project.pk}/drivers/").status_code == 404
        assert client.post(f"/projects/{project.pk}/drivers/", {"what": "hide"}).status_code in (302, 404)


def test_every_change_is_in_the_audit(send):
    send("add", "SFP-P3", title="A taxi")
    send("down", "SFP-S2.1")

    assert list(AuditEvent.objects.filter(action__endswith="driver").values_list("action", flat=True).order_by("id")) == ["improvement.add_driver", "improvement.order_driver"]  # fmt: skip


@pytest.mark.parametrize("view", ["", "?view=outline", "?view=edit&edit=SFP-P1"])
def test_a_page_is_at_most_25_queries(project, send, view):
    for number in range(20):
        drivers.add(project=project, title=f"Ours {number}", serves=["SFP-P1"], by=None)
    send.client.get(f"/projects/{project.pk}/drivers/{view}")

    with CaptureQueriesContext(connection) as asked:
        answer = send.client.get(f"/projects/{project.pk}/drivers/{view}")

    assert answer.status_code == 200
    assert len(asked) <= 25


def test_the_branch_opens_where_the_team_works(project, send, world):
    row = testing.take_up(project=project, idea="SFP-C08", by=world.people["lead"])
    home = next(
        n
        for n in diagram_of(project).primary
        if row.driver in {u.key for u in (n, *diagram_of(project).under(n.key))}
    )
    first = diagram_of(project).primary[0]
    text = send.client.get(f"/projects/{project.pk}/drivers/").content.decode()
    elsewhere = send.client.get(f"/projects/{project.pk}/drivers/?open={first.key}").content.decode()
    closed = send.client.get(f"/projects/{project.pk}/drivers/?open=none").content.decode()

    assert home.key != first.key
    assert "Close 1 idea" in text
    assert "no change idea yet" not in text
    assert "P1: no change idea yet" in elsewhere
    assert "Ideas: open a driver to see them" in closed


def test_one_team_s_diagram_counts_tests_and_no_teams(project, send, world):
    lead = world.people["lead"]
    row = testing.take_up(project=project, idea="SFP-C08", by=lead)
    plan = testing.Plan("Does it work?", "9 of 10", date(2025, 6, 2), date(2025, 6, 20))
    testing.plan(idea=row, plan=plan, by=lead)

    text = send.client.get(f"/projects/{project.pk}/drivers/").content.decode()

    assert ">1 test<" in text
    assert ">1 team<" not in text


def test_what_hangs_under_something_hidden_says_that_it_is_left_out_too(project, send):
    before = send.client.get(f"/projects/{project.pk}/drivers/?view=edit").content.decode()
    text = send("hide", "SFP-P5", seen="0").content.decode()

    assert "left out with" not in before
    assert text.count("left out with SFP-P5") == len(
        [n for n in diagram_of(project).nodes if n.home == "SFP-P5" and n.level == 2]
    )
