from datetime import date

import pytest
from tests.improvement.conftest import AIM

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.improvement.actions import projects, story, testing
from matneo.improvement.actions.projects import Aim, Person
from matneo.improvement.ladder import Rung
from matneo.improvement.models import CoachNote, Member, Project
from matneo.improvement.saying import Changed, Unsuitable
from matneo.utils.viewer import ANONYMOUS


def seen_by(world, *people):
    return {
        key
        for key in people
        if Project.objects.visible_to(world.viewer(key) if key != "public" else ANONYMOUS)
    }


EVERYBODY = ("public", "lead", "colleague", "analyst", "sponsor", "family", "outsider", "coach", "national")


def test_three_fields_start_a_project_that_its_trust_and_coach_see(world, project):
    assert (project.area, project.title, project.rung) == ("SFP", "Smoke-free at birth", Rung.TRUST)
    assert [(m.name, m.leads) for m in project.members.all()] == [("Lead", True)]
    assert seen_by(world, *EVERYBODY) == {"lead", "colleague", "analyst", "sponsor", "family", "coach"}
    assert AuditEvent.objects.filter(action="improvement.start", organisation="T1").count() == 1


def test_a_form_that_is_sent_twice_starts_one_project(world):
    trust, lead = world.organisation("T1"), world.people["lead"]

    first = projects.start(organisation=trust, area="SFP", aim=AIM, by=lead, key="a1")
    second = projects.start(organisation=trust, area="SFP", aim=AIM, by=lead, key="a1")

    assert first.pk == second.pk
    assert Project.objects.count() == 1


def test_a_key_of_somebody_else_means_nothing(world):
    trust = world.organisation("T1")

    first = projects.start(organisation=trust, area="SFP", aim=AIM, by=world.people["lead"], key="a1")
    second = projects.start(organisation=trust, area="SFP", aim=AIM, by=world.people["colleague"], key="a1")

    assert first.pk != second.pk


@pytest.mark.parametrize("person", ["outsider", "sponsor", "family", "national", "coach"])
def test_only_those_who_work_there_start_and_change(world, project, person):
    by = world.people[person]

    with pytest.raises(NotAllowed):
        projects.start(organisation=world.organisation("T1"), area="SFP", aim=AIM, by=by)
    with pytest.raises(NotAllowed):
        projects.set_aim(project=project, aim=AIM, seen=1, by=by)
    with pytest.raises(NotAllowed):
        story.tell(project=project, date=date(2025, 7, 15), title="x", by=by)


@pytest.mark.parametrize(
    ("aim", "field"),
    [
        (Aim("", "Fewer", date(2026, 3, 31)), "title"),
        (Aim("T" * 81, "Fewer", date(2026, 3, 31)), "title"),
        (Aim("T", "", date(2026, 3, 31)), "aim"),
        (Aim("T", "Fewer", date(2025, 7, 16)), "by_when"),
        (Aim("T", "Fewer", date(2226, 3, 31)), "by_when"),
        (Aim("T", "Call 943 476 5919 first", date(2026, 3, 31)), "aim"),
    ],
)
def test_what_cannot_stand_is_refused_with_its_field(world, aim, field):
    with pytest.raises(Unsuitable) as refused:
        projects.start(organisation=world.organisation("T1"), area="SFP", aim=aim, by=world.people["lead"])

    assert refused.value.field == field
    assert not Project.objects.exists()


def test_the_second_of_two_editors_overwrites_nothing(world, project):
    first = Aim("Smoke-free", "Fewer women", date(2026, 3, 31))
    second = Aim("Smokefree birth", "Fewer women", date(2026, 3, 31))
    projects.set_aim(project=project, aim=first, seen=1, by=world.people["lead"])

    with pytest.raises(Changed) as changed:
        projects.set_aim(project=project, aim=second, seen=1, by=world.people["colleague"])

    assert changed.value.now.title == "Smoke-free"
    assert "Lead changed the aim" in str(changed.value)


@pytest.mark.parametrize(
    ("rung", "who"),
    [
        (Rung.DRAFT, {"lead"}),
        (Rung.TEAM, {"lead"}),
        (Rung.TRUST, {"lead", "colleague", "analyst", "sponsor", "family", "coach"}),
        (Rung.COLLABORATIVE, {"lead", "colleague", "analyst", "sponsor", "family", "coach"}),
        (Rung.PROGRAMME, set(EVERYBODY) - {"public"}),
        (Rung.PUBLIC, set(EVERYBODY)),
    ],
)
def test_each_step_of_the_ladder_is_seen_by_these(world, project, rung, who):
    projects.follow(project=project, measure="SFP-M16", family="balancing", by=world.people["lead"])

    projects.share(project=project, rung=rung, by=world.people["lead"])

    assert seen_by(world, *EVERYBODY) == who


def test_a_neighbour_of_the_collaborative_sees_what_is_shared_with_it(world):
    """T2 and T3 are in one collaborative, T1 in another."""
    theirs = projects.start(organisation=world.organisation("T3"), area="SFP", aim=AIM, by=None)
    projects.follow(project=theirs, measure="SFP-M16", family="balancing", by=None)

    projects.share(project=theirs, rung=Rung.COLLABORATIVE, by=None)

    assert seen_by(world, "outsider", "lead") == {"outsider"}


def test_sharing_beyond_the_trust_asks_for_a_balancing_measure(world, project):
    lead = world.people["lead"]

    with pytest.raises(Unsuitable, match="balancing measure"):
        projects.share(project=project, rung=Rung.PROGRAMME, by=lead)
    row = projects.follow(project=project, measure="SFP-M16", family="balancing", by=lead)
    projects.share(project=project, rung=Rung.PROGRAMME, by=lead)

    with pytest.raises(Unsuitable, match="only balancing measure"):
        projects.unfollow(row=row, by=lead)


def test_titles_are_known_to_the_programme_and_drafts_to_nobody(world, project):
    def listed(key):
        return Project.objects.listed_to(world.viewer(key)).exists()

    assert listed("outsider")
    assert listed("national")
    assert not Project.objects.listed_to(ANONYMOUS).exists()
    projects.share(project=project, rung=Rung.DRAFT, by=world.people["lead"])
    assert not listed("outsider")


def test_a_colleague_works_on_it_and_the_lead_shares_it(world, project):
    colleague = world.people["colleague"]

    testing.take_up(project=project, idea="SFP-C08", by=colleague)

    with pytest.raises(NotAllowed):
        projects.share(project=project, rung=Rung.TEAM, by=colleague)


def test_it_is_handed_over_and_the_last_lead_stays(world, project):
    lead, colleague = world.people["lead"], world.people["colleague"]
    with pytest.raises(Unsuitable, match="only lead"):
        projects.remove_member(member=project.members.get(), by=lead)

    projects.hand_over(project=project, to=colleague, by=lead)

    assert [m.name for m in Member.objects.filter(project=project, leads=True)] == ["Colleague"]
    projects.share(project=project, rung=Rung.TEAM, by=colleague)


def test_it_closes_with_what_was_learned_and_takes_no_more_tests(world, project):
    lead = world.people["lead"]
    with pytest.raises(Unsuitable, match="what you learned"):
        projects.close(project=project, result="no_change", learned=" ", by=lead)

    projects.close(project=project, result="no_change", learned="Calls were not answered.", by=lead)

    with pytest.raises(Unsuitable, match="closed"):
        testing.take_up(project=project, idea="SFP-C08", by=lead)
    projects.resume(project=project, by=lead)
    assert Project.objects.get().learned == "Calls were not answered."


def test_a_copy_has_the_ideas_and_measures_and_no_tests(world, project):
    lead = world.people["lead"]
    idea = testing.take_up(project=project, idea="SFP-C08", by=lead)
    testing.plan(idea=idea, plan=testing.Plan("Q?", "P", date(2025, 7, 1), date(2025, 7, 8)), by=lead)
    projects.follow(project=project, measure="SFP-M06", family="process", by=lead, main=True)

    made = projects.duplicate(
        project=project,
        title="Smoke-free at S1",
        by_when=date(2026, 6, 1),
        by=lead,
        place=world.organisation("S1"),
        key="k",
    )
    again = projects.duplicate(
        project=project, title="Smoke-free at S1", by_when=date(2026, 6, 1), by=lead, key="k"
    )

    assert made.pk == again.pk
    assert [i.idea for i in made.ideas.all()] == ["SFP-C08"]
    assert [(m.measure, m.subject) for m in made.measures.all()] == [("SFP-M06", "S1")]
    assert not made.tests.exists()


def test_a_place_of_another_trust_is_refused(world):
    with pytest.raises(Unsuitable, match="no part of"):
        projects.start(
            organisation=world.organisation("T1"),
            area="SFP",
            aim=AIM,
            by=world.people["lead"],
            place=world.organisation("S2"),
        )


def test_a_coach_keeps_a_note_alone_or_shares_it(world, project):
    coach = world.people["coach"]
    story.note(project=project, text="Ask about Harbour clinic", shared=False, by=coach)
    story.note(project=project, text="Good first test", shared=True, by=coach)

    def read(key):
        return {n.text for n in CoachNote.objects.visible_to(world.viewer(key))}

    assert read("coach") == {"Ask about Harbour clinic", "Good first test"}
    assert read("lead") == {"Good first test"}
    with pytest.raises(NotAllowed):
        story.note(project=project, text="x", shared=True, by=world.people["lead"])


def test_following_a_measure_twice_changes_its_goal(world, project):
    lead = world.people["lead"]
    projects.follow(project=project, measure="SFP-M01", family="outcome", by=lead, main=True)
    projects.follow(project=project, measure="SFP-M01", family="outcome", by=lead, goal=6.0)
    projects.follow(project=project, measure="SFP-M06", family="process", by=lead, main=True)

    assert [(m.measure, m.goal, m.main) for m in project.measures.all()] == [
        ("SFP-M06", None, True),
        ("SFP-M01", 6.0, False),
    ]


def test_somebody_joins_once(world, project):
    lead = world.people["lead"]
    projects.add_member(project=project, person=Person("Bea", "midwife"), by=lead)
    projects.add_member(project=project, person=Person("bea", "midwife"), by=lead)

    assert [m.name for m in project.members.all()] == ["Lead", "Bea"]
