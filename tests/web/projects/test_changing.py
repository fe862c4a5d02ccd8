"""The pages that change a project: what is kept, what is refused in words, and what can be undone."""

from dataclasses import replace
from datetime import date

import pytest
from tests.web.projects.conftest import PLAN

from matneo.improvement.actions import projects, story, testing
from matneo.improvement.actions.testing import Study
from matneo.improvement.ladder import Rung
from matneo.improvement.models import (
    CoachNote,
    Entry,
    Highlight,
    Member,
    Pause,
    Project,
    ProjectIdea,
    ProjectMeasure,
    Score,
    SustainabilityAnswer,
)
from matneo.improvement.saying import Unsuitable
from matneo.utils.clock import Clock

EVIL = "<script>alert(1)</script>"


def shown(answer):
    return answer.content.decode()


def test_two_who_change_the_aim_see_both(world, as_person):
    lead, address = as_person("lead"), f"{world.home}aim/"
    sent = {"what": "aim", "title": "Smoke-free", "aim": "Fewer smoke", "by_when": "2026-03-31", "seen": "1"}
    assert lead.post(address, sent).status_code == 302

    answer = as_person("colleague").post(address, sent | {"aim": "Mine"})

    assert answer.status_code == 409
    assert "The aim as it stands now" in shown(answer)
    assert "Fewer smoke" in shown(answer)
    assert "Mine</textarea>" in shown(answer)
    assert as_person("colleague").post(address, sent | {"aim": "Mine", "seen": "2"}).status_code == 302
    assert Project.objects.get().aim == "Mine"


def test_a_colleague_and_a_name_join_and_leave(world, as_person):
    lead, address = as_person("lead"), f"{world.home}team/"
    colleague = world.people["colleague"]
    lead.post(
        address, {"what": "colleague", "colleague": str(colleague.pk), "colleague_part": "Neonatal nurse"}
    )
    lead.post(address, {"what": "name", "name": "Ada", "part": "Voices partner"})
    assert set(Member.objects.current().values_list("name", flat=True)) == {"Lead", "Colleague", "Ada"}

    lead.post(address, {"what": "remove", "pk": str(Member.objects.get(name="Ada").pk)})
    assert not Member.objects.current().filter(name="Ada").exists()
    alone = lead.post(address, {"what": "remove", "pk": str(Member.objects.get(name="Lead").pk)})
    assert alone.status_code == 422
    assert "only lead" in shown(alone)

    lead.post(address, {"what": "lead", "to": str(colleague.pk)})
    assert Member.objects.get(leads=True).user == colleague


@pytest.mark.parametrize("person", ["outsider", "national", "sponsor"])
def test_only_colleagues_who_work_on_projects_are_chosen(world, as_person, person):
    sent = {"colleague": str(world.people[person].pk), "to": str(world.people[person].pk)}

    for what in ("colleague", "lead"):
        answer = as_person("lead").post(f"{world.home}team/", sent | {"what": what})
        assert answer.status_code == 422
        assert "Choose a colleague" in shown(answer)
    assert Member.objects.count() == 1


def test_what_is_ticked_is_followed_and_what_is_not_no_longer(world, as_person):
    lead, address = as_person("lead"), f"{world.home}measures/"
    lead.post(
        address,
        {
            "what": "package",
            "measure": ["SFP-M01", "SFP-M16"],
            "main": "SFP-M01",
            "goal-SFP-M01": "6,5 %",
        },
    )
    rows = {row.measure: row for row in ProjectMeasure.objects.current()}
    assert (rows["SFP-M01"].goal, rows["SFP-M01"].main) == (6.5, True)
    assert rows["SFP-M16"].family == "balancing"

    lead.post(address, {"what": "package", "measure": ["SFP-M16"]})
    lead.post(address, {"what": "other", "other": "pto-m08"})
    assert set(ProjectMeasure.objects.current().values_list("measure", flat=True)) == {"SFP-M16", "PTO-M08"}
    lead.post(address, {"what": "remove", "pk": str(ProjectMeasure.objects.get(measure="PTO-M08").pk)})
    assert ProjectMeasure.objects.current().count() == 1


@pytest.mark.parametrize("goal", ["many", "-1", "101", "nan", "inf", "1e400"])
def test_a_goal_is_a_number_that_can_be_meant(world, as_person, goal):
    sent = {"what": "package", "measure": ["SFP-M04", "SFP-M01"], "goal-SFP-M01": goal, "goal-SFP-M04": "90"}
    answer = as_person("lead").post(f"{world.home}measures/", sent)

    assert answer.status_code == 422
    assert "Give the goal as a number from 0 to 100" in shown(answer)
    assert f'value="{goal}"' in shown(answer)
    assert 'value="SFP-M04" aria-describedby="about-SFP-M04" checked' in shown(answer)
    assert ProjectMeasure.objects.count() == 0


@pytest.mark.parametrize("name", ["", "NO-SUCH", "x" * 5000, EVIL])
def test_a_measure_that_the_library_does_not_know_is_refused(world, as_person, name):
    answer = as_person("lead").post(f"{world.home}measures/", {"what": "other", "other": name})

    assert answer.status_code == 422
    assert EVIL not in shown(answer)


def test_an_idea_is_taken_up_dropped_and_becomes_the_usual_way(world, as_person):
    lead, address = as_person("lead"), f"{world.home}ideas/"
    pk = str(world.idea.pk)
    lead.post(address, {"what": "take", "idea": "SFP-C07"})
    lead.post(address, {"what": "own", "title": "A sticker", "driver": "SFP-S2.1"})
    lead.post(address, {"what": "usual", "pk": pk, "since": "2025-07-01"})
    assert "the usual way since 1 July 2025" in shown(lead.get(address))
    assert ProjectIdea.objects.count() == 3

    lead.post(address, {"what": "unusual", "pk": pk})
    lead.post(address, {"what": "drop", "pk": pk})
    row = ProjectIdea.objects.get(pk=pk)
    assert (row.for_everyone_from, row.dropped) == (None, date(2025, 7, 15))
    lead.post(address, {"what": "again", "pk": pk})
    assert ProjectIdea.objects.get(pk=pk).dropped is None

    late = lead.post(address, {"what": "usual", "pk": pk, "since": "2031-01-01"})
    assert late.status_code == 422
    assert f'id="since-{pk}-problem"' in shown(late)
    assert lead.post(address, {"what": "own", "title": "x", "driver": "SFP-P99"}).status_code == 422
    assert lead.post(address, {"what": "take", "idea": ""}).status_code == 422


def test_the_story_is_told_taken_out_and_put_back(world, as_person):
    lead, address = as_person("lead"), f"{world.home}story/"
    lead.post(
        address, {"what": "tell", "title": EVIL, "date": "2025-07-01", "kind": "voice", "text": "They listen"}
    )
    row = Entry.objects.get()
    assert EVIL not in shown(lead.get(address))

    lead.post(address, {"what": "out", "pk": str(row.pk)})
    assert Entry.objects.current().count() == 0
    lead.post(address, {"what": "back", "pk": str(row.pk)})
    assert Entry.objects.current().count() == 1


@pytest.mark.parametrize(
    ("page", "field", "most"),
    [("story", "title", 80), ("story", "text", 600), ("team", "name", 80), ("aim", "aim", 200), ("ideas", "text", 400), ("end", "learned", 2000),
     ("report/2025-06", "text", 4000)],
)  # fmt: skip
@pytest.mark.parametrize("hostile", ["long", "NHS number"])
def test_what_is_too_long_or_points_at_a_person_is_refused_beside_its_field(
    world, as_person, page, field, most, hostile
):
    what = {"story": "tell", "team": "name", "aim": "aim", "ideas": "own", "end": "close"}.get(page, "report")
    text = "x" * (most + 1) if hostile == "long" else "Seen: 943 476 5919"
    good = {"title": "A title", "aim": "An aim", "by_when": "2026-03-31", "date": "2025-07-01", "kind": "note", "name": "Ada", "result": "partly",
            "seen": "1", "what": what}  # fmt: skip
    answer = as_person("lead").post(f"{world.home}{page}/", good | {field: text})

    assert answer.status_code == 422
    assert f'id="{field}-problem"' in shown(answer)
    assert ("is the most that fits" if hostile == "long" else "an NHS number") in shown(answer)
    assert text in shown(answer)


def test_a_step_up_the_ladder_needs_a_balancing_measure_and_can_be_taken_back(world, as_person):
    lead, address = as_person("lead"), f"{world.home}share/"
    refused = lead.post(address, {"what": "share", "rung": "3"})
    assert refused.status_code == 422
    assert "Add at least one balancing measure first" in shown(refused)

    projects.follow(project=world.project, measure="SFP-M16", family="balancing", by=None)
    done = lead.post(address, {"what": "share", "rung": "5"}, follow=True)
    assert "Undo: back to Trust" in shown(done)
    assert Project.objects.get().rung == Rung.PUBLIC
    lead.post(address, {"what": "share", "rung": "2"})
    assert Project.objects.get().rung == Rung.TRUST
    assert lead.post(address, {"what": "share", "rung": "7"}).status_code == 422


def test_nobody_shares_a_project_out_of_their_own_sight(world, as_person):
    projects.hand_over(project=world.project, to=world.people["colleague"], by=None)
    projects.remove_member(member=Member.objects.get(user=world.people["lead"]), by=None)

    answer = as_person("lead").post(f"{world.home}share/", {"what": "share", "rung": "1"})

    assert answer.status_code == 422
    assert "join it first" in shown(answer)


def test_team_and_coach_each_say_how_far_it_is(world, as_person):
    address = f"{world.home}progress/"
    without = as_person("lead").post(address, {"what": "team", "value": "3.0"})
    assert without.status_code == 422
    assert 'id="team-reason-problem"' in shown(without)
    assert 'value="3.0" checked' in shown(without)

    as_person("lead").post(address, {"what": "team", "value": "3.0", "reason": "Referral works"})
    as_person("coach").post(address, {"what": "coach", "value": "2.5", "reason": "One clinic to go"})
    assert {(s.voice, str(s.value)) for s in Score.objects.all()} == {("team", "3.0"), ("coach", "2.5")}
    assert as_person("coach").post(address, {"what": "team", "value": "3.0"}).status_code == 403
    assert as_person("lead").post(address, {"what": "coach", "value": "3.0"}).status_code == 403


def test_ten_answers_are_shown_as_an_average_of_three_people_at_least(world, as_person):
    address, sent = f"{world.home}progress/", {"what": "holding"} | {f"q{n}": "0" for n in range(10)}
    partly = as_person("lead").post(address, sent | {"q9": ""})
    assert partly.status_code == 422
    assert 'id="q9-problem"' in shown(partly)
    for person in ("lead", "colleague"):
        as_person(person).post(address, sent)
    assert "Two people have answered." in shown(as_person("lead").get(address))
    assert "100%" not in shown(as_person("lead").get(address))

    as_person("analyst").post(address, sent | {"q0": "3"})
    after = shown(as_person("lead").get(address))
    assert "3 people answered: 97 of 100. That is hopeful." in after
    assert "far apart" in after
    assert SustainabilityAnswer.objects.count() == 3


def test_a_coach_keeps_notes_and_shares_some(world, as_person):
    coach, address = as_person("coach"), f"{world.home}notes/"
    coach.post(address, {"what": "note", "text": "Ask about the clinic", "shared": "alone"})
    coach.post(address, {"what": "note", "text": "We agreed on Friday", "shared": "shared"})
    assert CoachNote.objects.count() == 2

    seen = shown(as_person("lead").get(address))
    assert "We agreed on Friday" in seen
    assert "Ask about the clinic" not in seen
    assert "Ask about the clinic" in shown(coach.get(address))
    assert as_person("lead").post(address, {"what": "note", "text": "x"}).status_code == 403


def test_a_report_writes_itself_and_a_person_has_the_last_word(world, as_person):
    story.tell(project=world.project, date=date(2025, 6, 4), title="The first clinic", by=None)
    lead, address = as_person("lead"), f"{world.home}report/2025-06/"
    draft = shown(lead.get(address))
    assert "4 June: The first clinic" in draft
    assert "test 1: Does a paper slip work? Expected: 9 of 10 referred the same day" in draft

    for words in ("A good month", "A month"):
        lead.post(address, {"what": "report", "text": words})
    seen = shown(lead.get(address))
    assert "A month</textarea>" in seen
    assert "A good month" in seen  # the earlier version stays
    assert "A month" in shown(as_person("sponsor").get(address))
    assert as_person("sponsor").post(address, {"what": "report", "text": "x"}).status_code == 403
    assert Highlight.objects.count() == 2


def test_two_who_keep_the_same_report_see_both_and_lose_none(world, as_person):
    address = f"{world.home}report/2025-06/"
    lead, colleague = as_person("lead"), as_person("colleague")
    assert 'name="seen" value="0"' in shown(lead.get(address))
    colleague.post(address, {"what": "report", "text": "What Colleague saw", "seen": "0"})
    met = lead.post(address, {"what": "report", "text": "What Lead saw", "seen": "0"})
    text = shown(met)

    assert met.status_code == 409
    assert "Colleague changed the report after you opened it" in text
    assert "What Colleague kept meanwhile" in text
    assert "What Colleague saw" in text
    assert "What Lead saw</textarea>" in text
    seen = Highlight.objects.get().pk
    assert f'name="seen" value="{seen}"' in text
    lead.post(address, {"what": "report", "text": "What both saw", "seen": str(seen)})
    assert Highlight.objects.last().text == "What both saw"
    assert "What Colleague saw" in shown(lead.get(address))  # among the earlier versions
    assert "What Colleague saw" not in shown(as_person("sponsor").get(address))


def test_the_public_reads_the_report_of_a_public_project_and_no_name(world, as_person):
    address = f"{world.home}report/2025-06/"
    story.report(project=world.project, month=date(2025, 6, 1), text="A good month", by=world.people["lead"])
    assert as_person("public").get(address).status_code == 302
    Project.objects.update(rung=Rung.PUBLIC)
    text = shown(as_person("public").get(address))

    assert "A good month" in text
    assert "Lead" not in text
    assert as_person("public").post(address, {"what": "report", "text": "x"}).status_code == 302
    assert f'href="{address}"' in shown(as_person("public").get(world.home))


def test_a_report_tells_what_its_own_month_knew(world, as_person, settings):
    lead = world.people["lead"]
    projects.follow(project=world.project, measure="SFP-M01", family="outcome", main=True, by=lead)
    plan = replace(PLAN, start=date(2025, 6, 20), end=date(2025, 7, 5))
    late = testing.plan(idea=world.idea, plan=plan, by=lead)
    testing.study(test=late, study=Study("Six", "less", "abandon", "The lift."), seen=1, by=lead)
    projects.pause(project=world.project, reason="Summer", by=lead)
    june, july = (shown(as_person("lead").get(f"{world.home}report/2025-0{n}/")) for n in (6, 7))

    assert "test 2: Does a paper slip work?" in june  # it began in June
    told = "test 2: abandoned. Expected: 9 of 10 referred the same day. Happened, less than expected: Six. Learned: The lift."
    assert told in july  # its result came in July
    assert "The lift.." not in july
    assert "test 2: Does a paper slip work?" not in july
    assert "- Smoking at birth" in july
    assert "Paused since 15 July: Summer" in july
    assert "from what happened so far" in july
    assert "from what happened. " in june
    settings.CLOCK = Clock(date(2025, 12, 1))
    assert "What the chart says" not in shown(as_person("lead").get(f"{world.home}report/2025-06/"))


@pytest.mark.parametrize(
    "month", ["2025-04", "2025-08", "2025-13", "2025-6", "june", "9999-12", "2025-06-01"]
)
def test_a_report_is_of_a_month_of_the_project(world, as_person, month):
    assert as_person("lead").get(f"{world.home}report/{month}/").status_code == 404


def test_a_project_pauses_goes_on_closes_and_opens_again(world, as_person):
    lead, address = as_person("lead"), f"{world.home}end/"
    lead.post(address, {"what": "pause", "reason": "A new system in March"})
    assert "Paused since 15 July 2025" in shown(lead.get(address))
    lead.post(address, {"what": "resume"})
    lead.post(address, {"what": "close", "result": "no_change", "learned": "The slip was not it"})
    assert "Closed on 15 July 2025: no change was seen." in shown(lead.get(address))

    refused = lead.post(
        f"{world.home}story/", {"what": "tell", "title": "x", "date": "2025-07-01", "kind": "note"}
    )
    assert refused.status_code == 422
    assert "This project is closed" in shown(refused)
    lead.post(address, {"what": "resume"})
    assert Project.objects.get().state == "active"


def test_the_story_tells_each_pause_in_the_order_of_time(world, as_person, settings):
    lead = world.people["lead"]
    days = (date(2025, 8, 4), date(2025, 9, 1), date(2025, 12, 22), date(2026, 1, 5), date(2026, 2, 2))
    for day, reason in zip(days, ("A new system", "", "Nobody in", "", "The winter."), strict=True):
        settings.CLOCK = Clock(day)
        project = Project.objects.get(pk=world.project.pk)
        if reason:
            projects.pause(project=project, reason=reason, by=lead)
        else:
            projects.resume(project=project, by=lead)
    text = shown(as_person("coach").get(world.home))
    told = ("A new system. From 4 August to 1 September 2025.", "Nobody in. From 22 December 2025 to 5 January 2026.",
            "The winter. Reminders rest; all of it stays readable.")  # fmt: skip

    assert [text.count(words) for words in told] == [1, 1, 1]
    assert sorted(map(text.index, told)) == list(map(text.index, told))
    projects.close(project=Project.objects.get(pk=project.pk), result="no_change", learned="Much", by=lead)
    assert "The winter. From 2 February to 2 February 2026." in shown(as_person("coach").get(world.home))


def test_a_project_that_is_paused_is_paused_once(world):
    lead = world.people["lead"]
    stale = Project.objects.get(pk=world.project.pk)
    projects.pause(project=world.project, reason="Summer", by=lead)
    for project in (world.project, stale):  # also where two press the button together
        with pytest.raises(Unsuitable, match="paused already"):
            projects.pause(project=project, reason="Again", by=lead)

    assert Pause.objects.count() == 1


def test_the_same_work_begins_in_another_place_once(world, as_person):
    sent = {
        "what": "copy",
        "title": "At the other hospital",
        "by_when": "2026-06-30",
        "place": "S1B",
        "key": "abc",
    }
    for _ in range(2):
        as_person("lead").post(f"{world.home}end/", sent)

    made = Project.objects.get(title="At the other hospital")
    assert (made.place.code, made.ideas.count(), made.tests.count()) == ("S1B", 1, 0)
    away = as_person("lead").post(f"{world.home}end/", sent | {"place": "S2", "key": "other"})
    assert away.status_code == 422
    assert "Choose a place of the trust" in shown(away)


def test_rows_of_another_project_are_not_found(world, as_person):
    other = projects.start(
        organisation=world.universe.organisation("T2"),
        area="SFP",
        aim=projects.Aim("Theirs", "Fewer", date(2026, 3, 1)),
        by=world.people["outsider"],
    )
    measure = projects.follow(project=other, measure="SFP-M01", family="outcome", by=None)
    entry = story.tell(project=other, date=date(2025, 7, 15), title="Theirs", by=None)
    lead, many = as_person("lead"), "9" * 5000
    tries = [
        ("team", "remove", other.members.get().pk),
        ("measures", "remove", measure.pk),
        ("story", "out", entry.pk),
    ]

    for page, what, pk in tries:
        for asked in (str(pk), many, "", "x"):
            assert lead.post(f"{world.home}{page}/", {"what": what, "pk": asked}).status_code == 404
    for what in ("drop", "usual", "again"):
        assert (
            lead.post(f"{world.home}ideas/", {"what": what, "pk": many, "since": "2025-07-01"}).status_code
            == 404
        )


def test_the_report_that_writes_itself_quotes_no_figure_that_is_not_for_everyone(released, settings):
    """It is kept, and read by whoever sees the project: what the lead sees inside must not travel in it."""
    from matneo.improvement.actions import projects
    from matneo.monitoring import series
    from matneo.utils.viewer import ANONYMOUS
    from matneo.web.projects import figures, months

    universe = released[0]
    lead = universe.people["lead"]
    aim = projects.Aim("Smoke-free", "Fewer women smoking", date(2026, 3, 31))
    project = projects.start(organisation=universe.organisation("T1"), area="SFP", aim=aim, by=lead)
    projects.follow(project=project, measure="SFP-M01", family="outcome", by=lead, main=True)
    assert series.read("SFP-M01", "T1", universe.viewer("lead")).audience == "inside"

    said = list(months._chart(project, universe.viewer("lead")))

    assert said == [figures.sentence("SFP-M01", "T1", ANONYMOUS)]
