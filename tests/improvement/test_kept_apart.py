"""What a team, a coach or a person keeps to themself stays there."""

from datetime import date

import pytest
from tests.improvement.conftest import AIM

from matneo.accounts import actions as accounts
from matneo.audit.models import AuditEvent
from matneo.improvement import evidence
from matneo.improvement.actions import projects, story, testing
from matneo.improvement.actions.projects import Person
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.ladder import Rung
from matneo.improvement.models import Member, Project
from matneo.improvement.saying import Unsuitable


def test_the_audit_of_the_trust_says_nothing_of_what_a_team_keeps(world, project):
    lead = world.people["lead"]
    projects.share(project=project, rung=Rung.TEAM, by=lead)
    testing.take_up(project=project, title="A secret idea", by=lead)

    subjects = " ".join(
        AuditEvent.objects.filter(organisation="T1", action="improvement.take_up").values_list(
            "subject", flat=True
        )
    )

    assert subjects == "a project that its team keeps to itself"


def test_a_coach_s_own_note_is_in_no_trust_s_list(world, project):
    story.note(project=project, text="Ask about Harbour", shared=False, by=world.people["coach"])

    event = AuditEvent.objects.get(action="improvement.coach_note")

    assert (event.organisation, event.subject) == ("", "")


def test_a_copy_is_seen_by_no_more_than_what_it_was_made_of(world, project):
    lead = world.people["lead"]
    projects.share(project=project, rung=Rung.TEAM, by=lead)

    made = projects.duplicate(project=project, title="Elsewhere", by_when=date(2026, 6, 1), by=lead, key="k")
    again = projects.duplicate(project=project, title="Elsewhere", by_when=date(2026, 6, 1), by=lead, key="k")

    assert (made.rung, made.pk) == (Rung.TEAM, again.pk)


def test_whoever_has_left_the_trust_reads_its_team_s_work_no_more(world, project):
    lead, colleague = world.people["lead"], world.people["colleague"]
    projects.add_member(project=project, person=Person("Colleague", user=colleague), by=lead)
    projects.share(project=project, rung=Rung.TEAM, by=lead)
    assert Project.objects.visible_to(world.viewer("colleague")).exists()

    for row in colleague.memberships.all():
        accounts.end_membership(membership=row, end=date(2025, 7, 15), by=None)

    assert not Project.objects.visible_to(world.viewer("colleague")).exists()


def test_a_key_of_another_form_means_nothing(world):
    lead, trust = world.people["lead"], world.organisation("T1")
    project = projects.start(organisation=trust, area="SFP", aim=AIM, by=lead, key="same")
    idea = testing.take_up(project=project, idea="SFP-C08", by=lead)

    plan = Plan("Q?", "P", date(2025, 7, 1), date(2025, 7, 8))

    assert testing.plan(idea=idea, plan=plan, by=lead, key="same").number == 1


def tried(world, code, idea):
    project = projects.start(organisation=world.organisation(code), area="SFP", aim=AIM, by=None)
    row = testing.take_up(project=project, idea=idea, by=None)
    test = testing.plan(idea=row, plan=Plan("Q?", "P", date(2025, 7, 1), date(2025, 7, 8)), by=None)
    testing.study(test=test, study=Study("It was lost", "less", "abandon"), seen=1, by=None)


def test_an_idea_that_one_unseen_trust_tested_is_not_counted_beside_others_projects(world):
    """T2 alone tested it; that T3 has a project of the area hides nobody."""
    tried(world, "T2", "SFP-C01")
    projects.start(organisation=world.organisation("T3"), area="SFP", aim=AIM, by=None)

    found = evidence.of_package("SFP", world.viewer("lead"))

    assert found.counts == evidence.Counts()


def test_the_last_lead_stays_also_where_one_was_there_when_the_page_was_opened(world, project):
    lead, colleague = world.people["lead"], world.people["colleague"]
    second = projects.add_member(
        project=project, person=Person("Colleague", user=colleague, leads=True), by=lead
    )
    first = Member.objects.get(project=project, user=lead)
    projects.remove_member(member=second, by=lead)

    with pytest.raises(Unsuitable, match="only lead"):
        projects.remove_member(member=first, by=lead)
