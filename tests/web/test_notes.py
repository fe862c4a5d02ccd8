"""Notes and phases: who may, what stands on the chart, and that it can be taken back."""

import pytest
from django.test import Client

from matneo.audit.models import AuditEvent
from matneo.monitoring.models import Annotation, Rebase

ADDRESS = "/trusts/T1/measures/SFP-M01/notes/"
CHART = "/trusts/T1/measures/SFP-M01/"


@pytest.fixture
def signed_in(released):
    universe, _, _ = released

    def as_person(person):
        client = Client()
        client.force_login(
            universe.people[person], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return as_person


def test_a_note_stands_on_the_chart_and_is_taken_off(signed_in):
    lead = signed_in("lead")
    lead.post(ADDRESS, {"what": "note", "date": "2024-06-01", "text": "New CO monitors"})
    assert "New CO monitors" in lead.get(CHART).content.decode()
    assert "New CO monitors" not in Client().get(CHART).content.decode()

    lead.post(ADDRESS, {"what": "unnote", "pk": str(Annotation.objects.get().pk)})
    assert "New CO monitors" not in lead.get(CHART).content.decode()
    assert Annotation.objects.get().withdrawn is not None


def test_a_phase_is_looked_at_first_and_needs_a_reason(signed_in):
    lead = signed_in("lead")
    shown = lead.get(f"{ADDRESS}?start=2024-07-01").content.decode()
    assert "With a new phase from July 2024" in shown
    assert Rebase.objects.count() == 0

    refused = lead.post(ADDRESS, {"what": "phase", "start": "2024-07-01", "reason": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()

    lead.post(ADDRESS, {"what": "phase", "start": "2024-07-01", "reason": "A tobacco adviser on the ward"})
    assert "A tobacco adviser on the ward" in lead.get(CHART).content.decode()
    phases = {point["phase"] for point in lead.get(f"{CHART[:-1]}.json").json()["points"]}
    assert phases == {0, 1}

    lead.post(ADDRESS, {"what": "unphase", "pk": str(Rebase.objects.get().pk)})
    phases = {point["phase"] for point in lead.get(f"{CHART[:-1]}.json").json()["points"]}
    assert phases == {0}
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"monitoring.rebase", "monitoring.withdraw_rebase"} <= actions


@pytest.mark.parametrize("person", ["colleague", "outsider", "sponsor", "family"])
def test_others_say_nothing_on_the_chart(signed_in, person):
    answer = signed_in(person).post(ADDRESS, {"what": "note", "date": "2024-06-01", "text": "No"})

    assert answer.status_code == 403
    assert Annotation.objects.count() == 0


def test_a_note_of_another_trust_cannot_be_taken_off(signed_in, released):
    universe, _, _ = released
    from datetime import date

    from matneo.monitoring import actions

    other = actions.annotate(
        organisation=universe.organisation("T2"), date=date(2023, 1, 1), text="Theirs", by=None
    )
    answer = signed_in("lead").post(ADDRESS, {"what": "unnote", "pk": str(other.pk)})

    assert answer.status_code == 404
    assert Annotation.objects.get().withdrawn is None


def test_the_national_team_puts_a_note_and_a_phase_on_englands_chart(signed_in):
    national, chart = signed_in("national"), "/england/measures/SFP-M01/"
    notes = f"{chart}notes/"
    assert f'href="{notes}"' in national.get(chart).content.decode()

    national.post(notes, {"what": "note", "date": "2024-06-01", "text": "National guidance changed"})
    national.post(notes, {"what": "phase", "start": "2024-07-01", "reason": "One guidance for everybody"})
    shown = Client().get(chart).content.decode()
    assert "National guidance changed" in shown
    assert "One guidance for everybody" in shown


def test_a_note_is_offered_exactly_where_it_may_be_put(signed_in):
    for person in ("public", "national", "coach", "lead", "analyst", "colleague"):
        client = Client() if person == "public" else signed_in(person)
        for place in ("england", "collaboratives/C1", "regions/R1", "trusts/T1", "sites/S1"):
            chart = f"/{place}/measures/SFP-M01/"
            offered = f'href="{chart}notes/' in client.get(chart).content.decode()

            assert (client.get(f"{chart}notes/").status_code == 200) == offered, (person, place)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Seen: 943 476 5919", "an NHS number"), ("Lives at LS1 4AP", "a postcode"), ("943\x01476\x0b5919", "an NHS number")],
)  # fmt: skip
def test_what_could_point_at_a_person_is_never_said_on_a_chart(signed_in, text, kind):
    lead = signed_in("lead")
    note = lead.post(ADDRESS, {"what": "note", "date": "2024-06-01", "text": text})
    phase = lead.post(ADDRESS, {"what": "phase", "start": "2024-07-01", "reason": text})

    for answer in (note, phase):
        assert answer.status_code == 422
        assert f"This holds what looks like {kind}" in answer.content.decode()
    assert (Annotation.objects.count(), Rebase.objects.count()) == (0, 0)
    assert not AuditEvent.objects.filter(action__in=["monitoring.annotate", "monitoring.rebase"]).exists()


def test_characters_that_cannot_be_printed_are_left_out(signed_in):
    lead = signed_in("lead")
    lead.post(ADDRESS, {"what": "note", "date": "2024-06-01", "text": "New\x01 CO\x0bmonitors\x1b"})
    lead.post(ADDRESS, {"what": "note", "date": "2024-06-01", "text": "\x01\x1b"})

    assert [note.text for note in Annotation.objects.all()] == ["New CO monitors"]


def test_a_picture_stays_well_formed_whatever_an_older_note_holds(signed_in, released):
    from datetime import date
    from xml.etree import ElementTree

    from django.utils import timezone

    Annotation.objects.create(
        organisation="T1", date=date(2024, 6, 1), text="New\x1b \x0bmonitors", by_name="x", at=timezone.now()
    )
    lead = signed_in("lead")

    ElementTree.fromstring(lead.get(f"{CHART[:-1]}.svg").content)
    assert lead.get(f"{CHART[:-1]}.png").status_code in (200, 501)
    shown = lead.get(f"{ADDRESS}?start=2024-07-01&reason=a%01b%0Bc")
    assert shown.status_code == 200
    assert "\x1b" not in shown.content.decode().split("<svg", 1)[1].split("</svg>")[0]


@pytest.mark.parametrize("start", ["9999-12-31", "1500-01-01", "2024-01-01", "2024-07-02", "soon", ""])
def test_a_phase_begins_with_a_period_of_the_chart_after_the_first(signed_in, start):
    answer = signed_in("lead").post(ADDRESS, {"what": "phase", "start": start, "reason": "A new clinic"})

    assert answer.status_code == 422
    assert "Choose the month that the new phase begins with" in answer.content.decode()
    assert Rebase.objects.count() == 0


def test_a_number_of_thousands_of_digits_is_only_not_there(signed_in):
    lead, analyst, many = signed_in("lead"), signed_in("analyst"), "9" * 5000

    for what in ("unnote", "unphase"):
        assert lead.post(ADDRESS, {"what": what, "pk": many}).status_code == 404
    assert lead.post("/account/", {"pk": many}).status_code == 404
    assert analyst.post("/trusts/T1/people/", {"what": "end", "pk": many}).status_code == 302
    assert analyst.post("/trusts/T1/people/", {"what": "caseload", "person": many}).status_code == 404
    assert lead.get(f"/wall/?wave={many}").status_code == 200
