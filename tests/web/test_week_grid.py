"""Weeks across the same grid: typed, asked about, finished, drawn as a line of their own; and rows handed to a colleague."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.monitoring.test_live import cells as monthly
from tests.monitoring.test_live import type_in
from tests.web.test_month_grid import AIM, BACKEND, JUNE, World

from matneo.accounts.models import Membership
from matneo.audit.models import AuditEvent
from matneo.improvement.actions import counting, filling, projects
from matneo.improvement.models import Handover, Member, Project, ProjectMeasure, Tap, WeekDone
from matneo.improvement.written import Person
from matneo.measures.periods import Period
from matneo.monitoring.actions import publish
from matneo.notifications.models import Notification
from matneo.submissions import actions as submissions
from matneo.submissions.cells import Cell
from matneo.submissions.models import LocalMeasure, Value
from matneo.utils.clock import Clock
from matneo.web.packs import gathered

WEEK = date(2025, 7, 7)  # Monday to Sunday the 13th: the last one that is over on 15 July


def weekly(number=20, measure="SFP-M07", last=WEEK - timedelta(weeks=1)):
    """Steady at 20 of 40, and 31 of 40 in the last eight weeks."""
    return [
        Cell(
            measure,
            "T1",
            "week",
            last - timedelta(weeks=number - 1 - place),
            (31 if place >= number - 8 else 20) + place % 3,
            40,
        )
        for place in range(number)
    ]


@pytest.fixture
def world(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    world = World(universe)
    world.months = world.address
    world.address = f"/projects/{world.project.pk}/weeks/2025-W28/"
    world.set_rhythm = lambda name, rhythm="week": filling.count_by(
        row=ProjectMeasure.objects.get(pk=world.row(name)), rhythm=rhythm, by=world.people["lead"]
    )
    world.set_rhythm("SFP-M07")
    return world


def text_of(world, address, key="lead"):
    return world.client(key).get(address).content.decode()


class TestReading:
    def test_the_weeks_lead_to_the_last_one_that_is_over(self, world):
        assert world.client().get(f"/projects/{world.project.pk}/weeks/")["Location"] == world.address

    def test_after_a_finished_week_the_next_one_is_open(self, world):
        filling.finish_week(project=world.project, week=date(2025, 6, 23), by=world.people["lead"])

        answer = world.client().get(f"/projects/{world.project.pk}/weeks/")

        assert answer["Location"].endswith("/weeks/2025-W27/")

    def test_a_week_is_called_by_its_days(self, world):
        text = text_of(world, world.address)

        assert "Fill in 7 to 13 July 2025" in text
        assert "7 to 13 Jul<" in text
        assert "30 Jun to 6 Jul" in text
        assert "ended on 13 July" in text
        assert "The week before" in text

    def test_it_holds_what_is_counted_by_week_and_the_months_the_rest(self, world):
        weeks, months = text_of(world, world.address), text_of(world, world.months)
        mine, others = f'id="row-{world.row("SFP-M07")}"', f'id="row-{world.row("SFP-M08")}"'

        assert mine in weeks
        assert others not in weeks
        assert mine not in months
        assert others in months
        assert all(">Weeks</a>" in text and ">Months</a>" in text for text in (weeks, months))

    def test_what_its_weeks_ask_for_in_a_month_is_said(self, world):
        # 2 × 52/12 of a weekly one, 2 of a monthly one, 2/3 of each of two quarterly ones.
        for address in (world.address, world.months):
            assert (
                "With its weeks this project asks for about 12 numbers a month: about 3 minutes."
                in text_of(world, address)
            )

    def test_without_weekly_measures_there_is_nothing_to_choose(self, world):
        world.set_rhythm("SFP-M07", "month")

        assert ">Weeks</a>" not in text_of(world, world.months)
        assert "No measure is counted by week." in text_of(world, world.address)

    def test_what_records_fill_in_stays_in_the_months(self, world, released):
        projects.follow(project=world.project, measure="SFP-M01", family="outcome", by=world.people["lead"])
        ProjectMeasure.objects.filter(measure="SFP-M01").update(rhythm="week")

        assert f'id="row-{world.row("SFP-M01")}"' in text_of(world, world.months)

    @pytest.mark.parametrize("week", ["2025-W30", "2025-W54", "2025-28", "1980-W01", "W28", "0000-W01"])
    def test_a_week_that_cannot_be_is_not_there(self, world, week):
        assert world.client().get(f"/projects/{world.project.pk}/weeks/{week}/").status_code == 404

    @pytest.mark.parametrize(("key", "code"), [("outsider", 404), ("sponsor", 403), ("national", 404)])
    def test_it_is_for_those_inside(self, world, key, code):
        assert world.client(key).get(world.address).status_code == code

    def test_past_weeks_and_the_chart_are_weekly(self, world):
        type_in(world.universe, *weekly(), *monthly())

        text = text_of(world, world.address)

        assert "<b>33</b> of 40" in text
        assert "Last 21 weeks" in text
        assert "Week of 30 June 2025: " in text
        assert "?from=collected-week" in text

    def test_few_questions_to_the_database(self, world):
        type_in(world.universe, *weekly())
        client = world.client()
        client.get(world.address)
        with CaptureQueriesContext(connection) as asked:
            client.get(world.address)

        assert len(asked) <= 25, [q["sql"][:150] for q in asked.captured_queries]


class TestSaving:
    def test_a_week_is_kept_as_a_week(self, world):
        world.client().post(world.address, world.form(SFP_M07=("12", "36")))

        row = Value.objects.get()
        assert (row.period_kind, row.period, row.numerator, row.known) == ("week", WEEK, 12, 36)

    def test_each_change_answers_its_row(self, world):
        sent = {"row": str(world.row("SFP-M07")), "numerator": "12", "denominator": "36", "seen": ""}
        answer = world.ask(world.client(), sent).json()

        assert answer["progress"] == "2 of 2 typed"
        assert list(answer["rows"]) == [str(world.row("SFP-M07"))]

    def test_a_count_that_never_was_is_asked_about(self, world):
        type_in(world.universe, *weekly())
        world.client().post(world.address, world.form(SFP_M07=("3", "40")))

        text = text_of(world, world.address)

        assert "Is 3 right?" in text
        assert "It is lower than any of the last 20 weeks." in text

    def test_finishing_a_week_finishes_no_month(self, world):
        answer = world.client().post(
            world.address, world.form(SFP_M07=("12", "36"), do="finish"), follow=True
        )

        assert WeekDone.objects.get().week == WEEK
        assert "7 to 13 July is finished." in answer.content.decode()
        assert not world.project.months_done.exists()

    @pytest.mark.parametrize(
        ("month", "measures"),
        [("weeks/2025-W28", ("SFP-M07",)), ("months/2025-06", ("SFP-M08", "DET-M13"))],
    )
    def test_saving_a_cell_asks_at_most_25_times(self, world, month, measures):
        type_in(world.universe, *weekly(), *monthly("SFP-M08"))
        world.address, client = f"/projects/{world.project.pk}/{month}/", world.client()
        rows = [str(world.row(name)) for name in measures]
        body = json.dumps(
            {"cells": [{"row": row, "numerator": "12", "denominator": "44", "seen": ""} for row in rows]}
        )
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(f"{world.address}cells/", body, content_type="application/json")

        assert len(answer.json()["kept"]) >= 1
        assert len(asked) <= 25, [q["sql"][:150] for q in asked.captured_queries]


class TestRhythm:
    @pytest.fixture
    def address(self, world):
        return f"/projects/{world.project.pk}/measures/"

    def test_it_is_chosen_where_measures_are_picked(self, world, address):
        sent = {"what": "package", "measure": ["SFP-M08"], "rhythm-SFP-M08": "week"}
        world.client().post(address, sent)

        assert ProjectMeasure.objects.get(measure="SFP-M08", removed=None).rhythm == "week"

    def test_what_a_change_does_is_said(self, world, address):
        type_in(world.universe, *weekly(3))

        text = text_of(world, address)

        assert "How often do you count it?" in text
        assert (
            "3 weeks are typed and stay a line of their own if you change this; months begin a new one."
            in text
        )

    def test_a_measure_of_another_package_changes_in_its_row(self, world, address):
        row = projects.follow(
            project=world.project, measure="NHG-M07", family="process", by=world.people["lead"]
        )
        world.client().post(address, {"what": "rhythm", "pk": row.pk, f"rhythm-{row.pk}": "week"})
        row.refresh_from_db()

        assert row.rhythm == "week"

    @pytest.mark.parametrize("rhythm", ["day", "", "<b>"])
    def test_another_rhythm_is_refused_in_words(self, world, address, rhythm):
        row = ProjectMeasure.objects.get(measure="SFP-M08")
        answer = world.client().post(address, {"what": "rhythm", "pk": row.pk, f"rhythm-{row.pk}": rhythm})

        assert answer.status_code == 422

    @pytest.mark.parametrize("measure", ["DET-M13", "MSD-APGAR"])
    def test_what_is_counted_by_quarter_or_published_has_no_weeks(self, world, measure):
        row = projects.follow(
            project=world.project, measure=measure, family="process", by=world.people["lead"]
        )
        with pytest.raises(Exception, match="cannot be counted by week"):
            filling.count_by(row=row, rhythm="week", by=world.people["lead"])

    def test_the_typing_it_asks_for_is_said(self, world, address):
        # 2 × 52/12 of a weekly one, 2 of a monthly one, 2/3 of a quarterly one; records may fill DET-M13 in.
        assert "about 11 numbers a month" in text_of(world, address)


class TestTheProject:
    def test_its_chart_is_weekly_and_says_since_which_week(self, world):
        type_in(world.universe, *weekly(), *monthly())
        projects.follow(
            project=world.project, measure="SFP-M07", family="process", main=True, by=world.people["lead"]
        )

        text = text_of(world, f"/projects/{world.project.pk}/")

        assert "since the week of 12 May 2025" in text
        assert "?from=collected-week" in text

    def test_few_weeks_are_too_few(self, world):
        type_in(world.universe, *weekly(5))
        projects.follow(
            project=world.project, measure="SFP-M07", family="process", main=True, by=world.people["lead"]
        )

        text = text_of(world, f"/projects/{world.project.pk}/")

        assert "5 weeks are too few for a control chart" in text

    def test_the_chart_page_and_its_exports_have_weeks(self, world):
        type_in(world.universe, *weekly(), *monthly())
        client, chart = world.client(), "/trusts/T1/measures/SFP-M07"

        page = client.get(f"{chart}/?from=collected-week").content.decode()
        table = client.get(f"{chart}.csv?from=collected-week").content.decode()

        assert "by week" in page
        assert "30 Jun to 6 Jul 2025" in table
        assert client.get(f"{chart}.png?from=collected-week").status_code == 200
        assert client.get(f"{chart}.svg?from=collected-week").status_code == 200

    def test_its_documents_draw_the_weeks(self, world):
        type_in(world.universe, *weekly(), *monthly())
        made = publish(by=None, reason="x").release

        found = gathered.gather(world.project, world.universe.viewer("lead"), made).shown["SFP-M07", "T1"]

        assert found.chart.period_kind == "week"
        assert found.data_to == date(2025, 7, 6)


class TestHanding:
    @pytest.fixture
    def address(self, world):
        projects.add_member(
            project=world.project,
            person=Person("Sam Oduya", "analyst", world.people["analyst"]),
            by=world.people["lead"],
        )
        return f"{world.months}hand/"

    def sent(self, world, **more):
        return {"what": "hand", "row": [world.row("SFP-M08")], "to": world.people["analyst"].pk} | more

    def test_those_who_may_type_are_offered(self, world, address):
        text = text_of(world, address)

        assert "Analyst</span>" in text
        assert "Colleague</span>" not in text
        assert "not typed yet" in text

    def test_whoever_is_asked_hears_it_and_has_it_in_their_week(self, world, address):
        answer = world.client().post(address, self.sent(world))
        home = text_of(world, "/home/", "analyst")

        assert answer["Location"] == world.months
        said = Notification.objects.get(recipient=world.people["analyst"])
        assert said.subject == "Lead asks you for the numbers of June"
        assert (said.path, said.due) == (world.months, date(2025, 7, 15))
        assert "Lead asks you for 2 numbers of June" in home
        assert world.months in home

    def test_the_grid_says_with_whom_a_row_is(self, world, address):
        world.client().post(address, self.sent(world))

        assert "with Analyst" in text_of(world, world.months)
        assert "Lead asks you" in text_of(world, world.months, "analyst")

    def test_it_is_no_longer_in_the_own_week(self, world, address):
        rows = [row.pk for row in ProjectMeasure.objects.filter(project=world.project).exclude(rhythm="week")]
        world.client().post(address, self.sent(world, row=rows))

        text = text_of(world, "/home/")

        assert "Fill in June" not in text
        assert "Fill in 7 to 13 July" in text

    def test_once_typed_nobody_is_asked(self, world, address):
        world.client().post(address, self.sent(world))
        type_in(world.universe, Cell("SFP-M08", "T1", "month", JUNE, 3, 9), by="analyst")

        assert "asks you for" not in text_of(world, "/home/", "analyst")

    @pytest.mark.parametrize("key", ["lead", "analyst"])
    def test_taken_back_or_handed_back(self, world, address, key):
        world.client().post(address, self.sent(world))
        world.client(key).post(address, {"what": "back", "pk": Handover.objects.get().pk})

        assert not Handover.objects.current().exists()
        assert "asks you for" not in text_of(world, "/home/", "analyst")

    def test_a_row_is_with_one_person_at_a_time(self, world, address):
        client = world.client()
        client.post(address, self.sent(world))
        answer = client.post(address, self.sent(world))

        assert answer.status_code == 422
        assert "Some of these are with Analyst already." in answer.content.decode()
        assert Handover.objects.count() == 1

    @pytest.mark.parametrize("more", [{"row": []}, {"row": ["x"]}, {"to": ""}, {"to": "999"}])
    def test_what_lacks_something_is_refused_in_words(self, world, address, more):
        answer = world.client().post(address, self.sent(world, **more))

        assert answer.status_code == 422
        assert not Handover.objects.exists()

    def test_whoever_left_the_team_is_asked_no_more(self, world, address):
        world.client().post(address, self.sent(world))
        Member.objects.filter(user=world.people["analyst"]).update(end=date(2025, 7, 14))

        assert "with Analyst" not in text_of(world, world.months)

    def test_neither_is_whoever_left_the_trust(self, world, address):
        world.client().post(address, self.sent(world))
        Membership.objects.filter(user=world.people["analyst"]).update(end=date(2025, 7, 14))

        assert "with Analyst" not in text_of(world, world.months)

    def test_what_is_counted_by_week_by_now_is_not_handed_on_with_a_month(self, world, address):
        sent = self.sent(world)
        world.set_rhythm("SFP-M08")
        answer = world.client().post(address, sent)

        assert answer.status_code == 422
        assert not Handover.objects.exists()

    def test_weeks_are_handed_on_too(self, world, address):
        world.client().post(f"{world.address}hand/", self.sent(world, row=[world.row("SFP-M07")]))

        assert Handover.objects.get().span == Period("week", WEEK)
        assert "Lead asks you for 2 numbers of 7 to 13 July" in text_of(world, "/home/", "analyst")

    @pytest.mark.parametrize(("key", "code"), [("outsider", 404), ("sponsor", 403), ("colleague", 403)])
    def test_only_those_who_type_hand_on(self, world, address, key, code):
        assert world.client(key).get(address).status_code == code


class TestOwnMeasures:
    @pytest.fixture
    def address(self, world):
        return f"/projects/{world.project.pk}/measures/own/"

    def sent(self, **more):
        return {
            "what": "begin",
            "name": "Card explained",
            "counted": "Women to whom the card was explained",
            "of": "Women booked in the week",
            "direction": "increase",
            "family": "process",
            "rhythm": "week",
        } | more

    def test_one_is_begun_and_followed(self, world, address):
        answer = world.client().post(address, self.sent())
        made = LocalMeasure.objects.get()
        row = ProjectMeasure.objects.get(measure=made.pk)

        assert answer["Location"] == f"/projects/{world.project.pk}/measures/"
        assert (made.name, made.organisation.code, row.rhythm, row.family) == (
            "Card explained",
            "T1",
            "week",
            "process",
        )
        assert "Card explained" in text_of(world, world.address)

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"counted": ""}, "counted"),
            ({"of": "943 476 5919"}, "of"),
            ({"direction": "up"}, "direction"),
            ({"family": ""}, "direction"),
            ({"rhythm": "year"}, "rhythm"),
        ],
    )
    def test_what_it_lacks_is_said_beside_the_field(self, world, address, more, field):
        answer = world.client().post(address, self.sent(**more))
        text = answer.content.decode()

        assert answer.status_code == 422
        assert f'href="#{field}"' in text
        assert f'id="{field}-problem"' in text
        assert not LocalMeasure.objects.exists()

    def test_a_name_is_given_once(self, world, address):
        client = world.client()
        client.post(address, self.sent())
        answer = client.post(address, self.sent())

        assert answer.status_code == 422
        assert "is a measure among your own measures already" in answer.content.decode()

    def test_another_project_follows_it_and_it_is_taken_off(self, world, address):
        client = world.client()
        client.post(address, self.sent())
        made = LocalMeasure.objects.get()
        other = projects.start(
            organisation=world.universe.organisation("T1"), area="SFP", aim=AIM, by=world.people["lead"]
        )
        client.post(f"/projects/{other.pk}/measures/own/", {"what": "follow", "measure": made.pk})
        followed = ProjectMeasure.objects.filter(measure=made.pk).count()
        client.post(address, {"what": "withdraw", "measure": made.pk})
        made.refresh_from_db()

        assert followed == 2
        assert made.withdrawn is not None
        assert "Card explained" not in text_of(world, world.address)

    @pytest.mark.parametrize("key", [None, "outsider", "national", "sponsor"])
    def test_its_name_stays_inside_where_the_project_does_not(self, world, address, key):
        world.client().post(address, self.sent())
        made = LocalMeasure.objects.get()
        home = f"/projects/{world.project.pk}/"
        Project.objects.filter(pk=world.project.pk).update(rung=5)
        ProjectMeasure.objects.filter(measure=made.pk).update(main=True)
        inside, outside = world.client(), world.client(key) if key else Client()

        for page in (home, f"{home}drivers/", f"{home}drivers.svg", f"/api/v1/projects/{world.project.pk}/"):
            text = outside.get(page).content.decode()
            assert "Card explained" not in text, page
            assert made.pk not in text, page
        assert "Card explained" in inside.get(home).content.decode()
        assert "Card explained" in inside.get(f"{home}share/look/?as=colleague").content.decode()
        assert "Card explained" not in inside.get(f"{home}share/look/?as=public").content.decode()
        assert "Card explained" not in inside.get(f"{home}report/2025-07/").content.decode()

    def test_two_who_begin_the_same_at_once_are_told_as_if_one_came_later(self, world, address, monkeypatch):
        """The second asked which names are taken before the first had written hers."""
        client = world.client()
        client.post(address, self.sent())
        monkeypatch.setattr("matneo.submissions.actions.typed.definitions_for", lambda code: {})
        answer = client.post(address, self.sent())

        assert answer.status_code == 422
        assert "already" in answer.content.decode()
        assert LocalMeasure.objects.count() == 1

    def test_taken_off_twice_it_is_written_down_once(self, world, address):
        world.client().post(address, self.sent())
        for _ in range(2):
            submissions.withdraw_local_measure(measure=LocalMeasure.objects.get(), by=world.people["lead"])

        assert AuditEvent.objects.filter(action="submissions.withdraw_local_measure").count() == 1

    def test_one_that_was_taken_off_keeps_its_name_in_its_project(self, world, address):
        world.client().post(address, self.sent())
        made = LocalMeasure.objects.get()
        submissions.withdraw_local_measure(measure=made, by=world.people["lead"])

        for page in (f"/projects/{world.project.pk}/", f"/projects/{world.project.pk}/measures/"):
            text = text_of(world, page)
            assert "Card explained" in text, page
            assert made.pk not in text, page

    def test_a_poster_of_one_that_was_taken_off_has_ended(self, world, address):
        world.client().post(address, self.sent())
        made = LocalMeasure.objects.get()
        row = ProjectMeasure.objects.get(measure=made.pk)
        day = date(2025, 7, 15)
        _, token = counting.make_counter(
            row=row, first=day, last=day, yes="Yes", no="No", by=world.people["lead"]
        )
        submissions.withdraw_local_measure(measure=made, by=world.people["lead"])
        answer = Client().post(f"/tap/{token}/", {"tap": "yes"})

        assert answer.status_code == 410
        assert not Tap.objects.exists()

    def test_staff_follow_and_do_not_begin(self, world, address):
        client = world.client("colleague")
        page = client.get(address)

        assert page.status_code == 200
        assert "Begin it" not in page.content.decode()
        assert client.post(address, self.sent()).status_code == 403


def test_the_week_s_list_knows_weeks(world):
    text = text_of(world, "/home/")

    assert "Fill in 7 to 13 July" in text
    assert world.address in text


def test_the_wanted_numbers_lead_to_the_grid(world, settings):
    text = Client()
    text.force_login(world.people["lead"], backend=BACKEND)

    page = text.get("/home/").content.decode()

    assert "The numbers of July are wanted" in page
    assert f'href="/projects/{world.project.pk}/months/2025-07/"' in page

    def test_what_was_taken_off_is_brought_back_with_what_was_typed(self, world, address):
        client = world.client()
        client.post(address, self.sent())
        made = LocalMeasure.objects.get()
        client.post(address, {"what": "withdraw", "measure": made.pk})
        text = text_of(world, address)
        client.post(address, {"what": "restore", "measure": made.pk})
        made.refresh_from_db()

        assert "Taken off by Lead" in text
        assert "Bring it back" in text
        assert (made.withdrawn, made.withdrawn_by) == (None, "")
        assert "Card explained" in text_of(world, world.address)
        assert "Bring it back" not in text_of(world, address)

    def test_one_whose_name_was_given_again_stays_off(self, world, address):
        client = world.client()
        client.post(address, self.sent())
        first = LocalMeasure.objects.get()
        client.post(address, {"what": "withdraw", "measure": first.pk})
        client.post(address, self.sent())
        answer = client.post(address, {"what": "restore", "measure": first.pk})
        first.refresh_from_db()

        assert answer.status_code == 422
        assert "is a measure among your own measures already" in answer.content.decode()
        assert first.withdrawn is not None


class TestInLists:
    def test_a_main_measure_counted_by_week_has_its_figure(self, world):
        type_in(world.universe, *weekly(last=WEEK))
        projects.follow(
            project=world.project, measure="SFP-M07", family="process", main=True, by=world.people["lead"]
        )

        text = text_of(world, "/projects/")

        assert "in the week of 7 July 2025" in text
        assert "in the week of" not in text_of(world, "/projects/", "outsider")


def test_the_sum_of_weeks_speaks_of_weeks(world):
    type_in(world.universe, *weekly())

    text = text_of(world, "/trusts/T1/measures/SFP-M07/?from=collected-week")

    assert "Weeks vary" in text
    assert "Years vary" not in text
