"""The audit is added to; nothing in it changes, and only those it concerns read it."""

import pytest

from matneo.audit import actions
from matneo.audit.models import AuditEvent
from matneo.audit.querysets import AppendOnly
from matneo.utils.viewer import ANONYMOUS


def test_events_cannot_be_changed_or_removed(universe):
    event = actions.record(by=None, action="test", organisation="T1")

    with pytest.raises(AppendOnly):
        event.delete()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.all().delete()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.update(action="other")


@pytest.mark.parametrize(
    ("person", "sees"),
    [("lead", True), ("analyst", True), ("colleague", False), ("outsider", False), ("national", False)],
)
def test_the_trust_it_concerns_reads_it(universe, person, sees):
    actions.record(by=universe.people["lead"], action="planted", organisation="T1")

    assert AuditEvent.objects.visible_to(universe.viewer(person)).filter(action="planted").exists() is sees
    assert not AuditEvent.objects.visible_to(ANONYMOUS).exists()


def test_creating_a_person_names_no_address(universe):
    assert not AuditEvent.objects.filter(subject__contains="@").exists()


def test_the_national_team_reads_what_concerns_england_or_nobody_in_particular(universe):
    for organisation in ("ENG", "", "T1"):
        actions.record(by=None, action="planted", organisation=organisation)

    seen = AuditEvent.objects.visible_to(universe.viewer("national")).filter(action="planted")

    assert {event.organisation for event in seen} == {"ENG", ""}
