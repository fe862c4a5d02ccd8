"""My week: at most three things from three kinds, the charts with news, the people, and what comes."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.monitoring.test_live import cells

from matneo.accounts import actions as accounts
from matneo.accounts.models import User
from matneo.emails import week
from matneo.improvement import mine
from matneo.improvement.actions import asking, projects, story, testing
from matneo.improvement.actions.projects import Aim, Person
from matneo.improvement.actions.testing import Plan, Study
from matneo.improvement.due import months_due
from matneo.improvement.models import Project
from matneo.measures import definitions
from matneo.monitoring import digest, live
from matneo.monitoring.walls import WallEntry
from matneo.notifications.models import Notification
from matneo.submissions import actions as submissions
from matneo.web.home import followed, words

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AIM = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31))
TODAY = date(2025, 7, 15)  # a Tuesday


@pytest.fixture
def world(released):
    universe, _, _ = released
    lead = universe.people["lead"]
    project = projects.start(
        organisation=universe.organisation("T1"), area="SFP", aim=AIM, by=lead, started=date(2025, 5, 1)
    )
    projects.follow(project=project, measure="SFP-M06", family="process", by=lead)  # only ever typed in
    idea = testing.take_up(project=project, idea="SFP-C08", by=lead)
    return SimpleNamespace(universe=universe, people=universe.people, project=project, idea=idea)


def plan(world, start, end, who=""):
    made = Plan("Does a paper slip work?", "9 of 10 referred the same day", start, end, 1, who)
    return testing.plan(idea=world.idea, plan=made, by=world.people["lead"])


def over(world, who=""):
    return plan(world, date(2025, 7, 1), date(2025, 7, 8), who)


def page(world, person):
    client = Client()
    client.force_login(world.people[person], backend=BACKEND)
    return client.get("/home/").content.decode()


def tasks(world, person):
    viewer = world.universe.viewer(person)
    return week.asked_for(viewer, mine.of(viewer))


class TestWhatIsAsked:
    def test_a_test_that_is_over_asks_for_what_happened_with_the_prediction(self, world):
        test = over(world)

        (task,) = [t for t in tasks(world, "lead") if t.kind == "asked"]
        assert task.title == f"Say what happened in the test of “{world.idea.name}”"
        assert "ended on Tuesday 8 July. You expected: 9 of 10 referred the same day" in task.why
        assert task.path == f"/projects/{world.project.pk}/tests/{test.pk}/"
        assert (task.due, task.minutes) == (date(2025, 7, 15), 1)

    def test_it_is_gone_when_it_is_written_and_never_there_before_its_end(self, world):
        test = over(world)
        plan(world, date(2025, 7, 10), date(2025, 7, 20))
        study = Study("8 of 10", "less", "adapt")
        testing.study(test=test, study=study, seen=1, by=world.people["lead"])

        assert [t for t in tasks(world, "lead") if t.kind == "asked"] == []

    def test_it_asks_the_person_who_runs_it_and_whoever_leads(self, world):
        lead = world.people["lead"]
        for person in ("colleague", "analyst", "family"):
            projects.add_member(
                project=world.project,
                person=Person(person.capitalize(), "midwife", world.people[person]),
                by=lead,
            )
        over(world, who="Colleague")

        asked = {
            person
            for person in ("lead", "colleague", "analyst", "family", "coach", "outsider")
            if any(t.kind == "asked" for t in tasks(world, person))
        }
        assert asked == {"lead", "colleague"}

    def test_numbers_that_only_a_person_can_type(self, world):
        (due,) = months_due(world.universe.viewer("lead"), TODAY)
        assert (due.month, due.empty, due.typed, due.numbers) == (date(2025, 6, 1), 1, 1, 2)

        (task,) = [t for t in tasks(world, "lead") if t.kind == "data_due"]
        assert task.title == "Fill in June"
        assert task.why == "2 numbers to type for Smoke-free at birth."
        assert task.path == f"/projects/{world.project.pk}/months/2025-06/"
        assert task.due == date(2025, 7, 15)

    def test_a_finished_month_a_paused_project_and_those_who_may_not_type_have_none(self, world):
        assert months_due(world.universe.viewer("colleague"), TODAY) == ()
        assert months_due(world.universe.viewer("outsider"), TODAY) == ()
        story.finish_month(project=world.project, month=date(2025, 6, 1), by=world.people["lead"])
        assert months_due(world.universe.viewer("lead"), TODAY) == ()
        projects.pause(project=world.project, reason="summer", by=world.people["lead"])
        assert months_due(world.universe.viewer("lead"), date(2025, 9, 2)) == ()

    def test_somebody_of_another_trust_asks(self, world):
        row = asking.ask(
            project=world.project,
            of=world.universe.organisation("T2"),
            text="How?",
            by=world.people["lead"],
        )

        (task,) = [t for t in tasks(world, "outsider") if t.kind == "asked"]
        assert task.title == "Lead of St Mary's Vale asks for 20 minutes"
        assert task.path == f"/home/asks/{row.pk}/"
        asking.answer(ask=row, text="Thursday", by=world.people["outsider"])
        assert tasks(world, "outsider") == []

    def test_there_are_three_at_most_the_soonest_first_and_only_three_kinds(self, world):
        for _ in range(5):
            over(world)
        viewer = world.universe.viewer("lead")

        found = digest.week(viewer, lambda v: week.asked_for(v, mine.of(v)))
        assert len(found.tasks) == 3
        days = [task.due or date.max for task in found.tasks]
        assert days == sorted(days)
        assert {task.kind for task in tasks(world, "lead")} <= {"data_due", "signal", "asked"}

    def test_the_weekly_message_holds_the_same_list(self, world):
        over(world)
        week.weekly(by=None)

        text = Notification.objects.get(kind="digest", recipient=world.people["lead"]).text
        for task in digest.week(world.universe.viewer("lead"), lambda v: week.asked_for(v, mine.of(v))).tasks:
            assert task.title in text
            assert task.path in text

    def test_whoever_has_this_week_s_message_is_not_read_again(self, world, monkeypatch):
        week.weekly(by=None)
        monkeypatch.setattr(digest, "week", lambda *_: pytest.fail("read a week that was told already"))

        assert week.weekly(by=None) == 0


class TestThePage:
    def test_it_greets_says_the_day_and_place_and_the_first_button_alone_is_filled(self, world):
        over(world)
        text = page(world, "lead")

        assert "Tuesday 15 July · St Mary&#39;s Vale" in text
        assert ", Lead</h1>" in text
        assert f'href="/projects/{world.project.pk}/peers/"' in text
        assert "things to do." in text
        assert text.count('class="mn-button"') == 1
        assert text.count("<h1") == 1
        assert " style=" not in text

    def test_everybody_s_page_asks_25_times_at_most(self, world):
        lead = world.people["lead"]
        for person in ("analyst", "family"):
            projects.add_member(
                project=world.project,
                person=Person(person.capitalize(), "midwife", world.people[person]),
                by=lead,
            )
        over(world)
        for person in world.people:
            client = Client()
            client.force_login(world.people[person], backend=BACKEND)
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/home/").status_code == 200, person
            assert len(queries) <= 25, f"{person}: {len(queries)}"

    def test_people_are_named_by_what_they_do(self, world):
        lead = world.people["lead"]
        projects.add_member(project=world.project, person=Person("Bea Lowe", "community midwife"), by=lead)
        plan(world, date(2025, 7, 10), date(2025, 7, 20), "Bea")
        text = page(world, "lead")

        assert "Bea Lowe" in text
        assert f"Running the test of “{world.idea.name}”" in text
        assert "Coach</strong>, your coach" in text

    def test_what_comes_is_in_order_and_a_past_learning_day_is_not_there(self, world):
        plan(world, date(2025, 7, 20), date(2025, 7, 27))
        text = page(world, "lead")

        assert "Sunday 27 July" in text
        assert text.index("Sunday 27 July") < text.index("Friday 15 August")
        assert "Learning day" not in text

    def test_somebody_without_a_project_is_told_where_to_begin(self, world):
        text = page(world, "colleague")

        assert "You are not on a project’s team yet" in text
        assert 'href="/projects/start/"' in text

    def test_a_sponsor_reads_three_statements_and_may_start_nothing(self, world):
        text = page(world, "sponsor")

        for heading in ("Better", "Needs a look", "Needs you"):
            assert f"<h3>{heading}</h3>" in text
        assert "/projects/start/" not in text
        projects.pause(project=world.project, reason="staffing", by=world.people["lead"])
        assert "Smoke-free at birth is paused" in page(world, "sponsor")

    def test_a_coach_sees_quiet_projects_in_words_and_none_below_the_trust_s_step(self, world):
        Project.objects.update(touched=datetime(2025, 5, 20, 12, tzinfo=UTC))
        over(world)
        Project.objects.update(touched=datetime(2025, 5, 20, 12, tzinfo=UTC))
        text = page(world, "coach")
        assert "Quiet for over 30 days" in text
        assert "Quiet for 56 days; a call may help." in text

        projects.share(project=world.project, rung=1, by=world.people["lead"])
        assert "Smoke-free at birth" not in page(world, "coach")

    def test_the_national_team_reads_england_s_charts(self, world):
        text = page(world, "national")

        assert "England’s charts" in text
        assert "Smoke-free at birth" not in text

    def test_words_that_hurt_are_on_nobody_s_page(self, world):
        over(world)
        for person in ("lead", "coach", "sponsor", "family", "national"):
            text = page(world, person).lower()
            main = text[text.index("<main") :]
            for word in ("worst", "breach", "overdue", " late ", " rank", "failing"):
                assert word not in main, (person, word)


class TestWords:
    @pytest.mark.parametrize(
        ("hour", "part"),
        [
            (3, "evening"),
            (5, "morning"),
            (10, "morning"),
            (11, "afternoon"),
            (16, "afternoon"),
            (17, "evening"),
        ],
    )
    def test_the_greeting_goes_by_the_clock_in_england(self, hour, part):
        """In summer the clock there is an hour ahead of UTC."""
        assert words.greeting("Ruth Ellery", datetime(2025, 7, 15, hour, tzinfo=UTC)) == f"Good {part}, Ruth"

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ((3, 2, 5), "Three things to do. Two of your five charts have news."),
            ((1, 1, 24), "One thing to do. One of your 24 charts has news."),
            ((0, 0, 5), "Nothing needs you this week. Your charts have no news."),
            ((0, 0, 0), "Nothing needs you this week."),
            ((0, 1, 1), "Nothing needs you this week. Your one chart has news."),
        ],
    )
    def test_the_lead_says_numbers_in_words(self, given, said):
        assert words.lead(*given) == said

    def test_a_day_that_is_over_is_no_reproach(self, settings):
        from matneo.utils.clock import Clock

        settings.CLOCK = Clock(TODAY)
        assert digest.by_when(TODAY) == "By today"
        assert digest.by_when(date(2025, 7, 18)) == "By Friday 18 July"
        assert digest.by_when(date(2025, 7, 8)) == "Waiting since Tuesday 8 July"


def test_a_message_reaches_everybody_who_is_active(world):
    week.weekly(by=None)
    week.weekly(by=None)

    assert Notification.objects.filter(kind="digest").count() == User.objects.filter(is_active=True).count()


class TestOneHospital:
    """T2 has one hospital, S2, and T1 has two."""

    @pytest.fixture
    def coach(self, world):
        """Looks after both trusts, and is on the team of a project at T2's hospital that types, as its trust's does."""
        universe = world.universe
        accounts.set_caseload(
            user=world.people["coach"],
            organisations=[universe.organisation(code) for code in ("T1", "T2")],
            start=date(2020, 1, 1),
            by=None,
        )
        return universe.viewer("coach")

    def entry(self, code, kind, **changed):
        line = {
            "period_kind": "month", "last_period": date(2025, 6, 1), "last_numerator": 30, "last_denominator": 40,
            "variation": "concern", "signal_since": date(2025, 6, 1), "spark": [0.5, 0.75], "signal_rule": "outside",
            "signal_length": 1, **changed,
        }  # fmt: skip
        return WallEntry(definitions.load()["SFP-M01"], code, code, kind, line)

    def test_a_signal_of_a_trust_and_of_its_only_hospital_is_one(self, coach):
        both = [self.entry("T2", "trust"), self.entry("S2", "site")]

        assert [entry.code for entry in digest.once(both)] == ["T2"]
        assert [entry.code for entry in digest.once(both[1:])] == ["S2"]  # alone it stays

    def test_a_hospital_with_figures_of_its_own_keeps_its_chart(self, coach):
        other = [self.entry("T2", "trust"), self.entry("S2", "site", last_numerator=12)]
        one_of_two = [self.entry("T1", "trust"), self.entry("S1", "site")]

        assert [entry.code for entry in digest.once(other)] == ["T2", "S2"]
        assert [entry.code for entry in digest.once(one_of_two)] == ["T1", "S1"]

    def test_my_week_has_each_figure_once(self, world, coach):
        universe = world.universe
        project = projects.start(organisation=universe.organisation("T2"), area="SFP", aim=AIM, by=None)
        projects.add_member(project=project, person=Person("Coach", "coach", world.people["coach"]), by=None)
        for code in ("T2", "S2"):
            projects.follow(project=project, measure="SFP-M01", family="outcome", subject=code, by=None)
            projects.follow(project=project, measure="SFP-M07", family="process", subject=code, by=None)
            submissions.type_in(organisation=universe.organisation("T2"), cells=cells(subject=code), by=None)
        assert (
            live.read("SFP-M07", "S2", coach).line["spark"] == live.read("SFP-M07", "T2", coach).line["spark"]
        )

        entries = followed.charts(coach, [], mine.of(coach))

        assert [e.code for e in entries if e.definition.id == "SFP-M07"] == ["T2"]
        assert "S2" not in {e.code for e in entries}
        assert {"T1", "T2"} <= {e.code for e in entries}


def test_whoever_sends_figures_and_has_sent_none_is_told_so_first(universe):
    world = SimpleNamespace(people=universe.people)

    first = page(world, "analyst")

    assert "Nothing needs you this week" not in first
    assert 'href="/trusts/T1/upload/"' in first
    assert "Nothing was sent in for your trust yet" in first
    assert "Send figures in" not in page(world, "family")
