"""The month of a project on one grid: typed, saved, asked about, refused with nothing lost, shared by two people."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.monitoring.test_live import cells, type_in

from matneo.improvement.actions import projects
from matneo.improvement.actions.projects import Aim
from matneo.improvement.due import months_due
from matneo.improvement.models import MonthDone, ProjectMeasure
from matneo.submissions import actions as submissions
from matneo.submissions.cells import Cell
from matneo.submissions.models import Value
from matneo.utils.clock import Clock
from matneo.web.projects.grid import sources

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AIM = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 3, 31))
JUNE = date(2025, 6, 1)
TYPED = ("SFP-M07", "SFP-M08", "DET-M13", "DET-M14")


class World:
    def __init__(self, universe):
        self.universe, self.people = universe, universe.people
        self.project = projects.start(
            organisation=universe.organisation("T1"), area="SFP", aim=AIM, by=self.people["lead"]
        )
        for measure in TYPED:
            projects.follow(project=self.project, measure=measure, family="process", by=self.people["lead"])
        self.address = f"/projects/{self.project.pk}/months/2025-06/"

    def row(self, measure):
        return ProjectMeasure.objects.get(project=self.project, measure=measure).pk

    def client(self, key="lead"):
        client = Client()
        client.force_login(self.people[key], backend=BACKEND)
        return client

    def value(self, measure, period=JUNE):
        rows = Value.objects.filter(measure=measure, period=period).order_by("id")
        return rows.last()

    def form(self, **typed):
        """What the browser sends: `SFP_M07=("12", "36")`; what stood there is not said."""
        sent = {"do": typed.pop("do", "save")}
        for name, (top, bottom, *seen) in typed.items():
            pk = self.row(name.replace("_", "-"))
            sent |= {f"n:{pk}": top, f"d:{pk}": bottom, f"seen:{pk}": seen[0] if seen else ""}
        return sent

    def ask(self, client, *sent):
        body = json.dumps({"cells": list(sent)})
        return client.post(f"{self.address}cells/", body, content_type="application/json")


@pytest.fixture
def world(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    return World(universe)


class TestReading:
    def test_the_months_lead_to_the_last_one_that_is_over(self, world):
        answer = world.client().get(f"/projects/{world.project.pk}/months/")

        assert answer["Location"] == world.address

    def test_after_a_finished_month_the_next_one_is_open(self, world):
        MonthDone.objects.create(
            project=world.project, month=date(2025, 4, 1), by_name="Lead", at="2025-05-03T10:00Z"
        )

        answer = world.client().get(f"/projects/{world.project.pk}/months/")

        assert answer["Location"].endswith("/months/2025-05/")

    def test_it_says_how_long_it_takes(self, world):
        text = world.client().get(world.address).content.decode()

        assert "Fill in June 2025" in text
        # DET-M14 is counted out of what DET-M13 is, by quarter: 2 + 2 + 2 + 1 white cells.
        assert "About 2 minutes." in text
        assert "7 numbers to type; the other 1 is filled in from your records." in text
        assert "0 of 7 typed" in text

    def test_my_week_counts_the_same_numbers(self, world):
        (due,) = months_due(world.universe.viewer("lead"), date(2025, 7, 15))

        text = world.client().get(world.address).content.decode()

        assert (due.empty, due.numbers) == (4, 7)
        assert "7 numbers to type" in text

    def test_what_is_left_is_said_while_it_is_typed(self, world):
        sent = {"row": str(world.row("SFP-M07")), "numerator": "12", "denominator": "36"}

        answer = world.ask(world.client(), sent).json()

        assert answer["lead"] == "5 numbers left to type; the other 1 is filled in from your records."
        assert months_due(world.universe.viewer("lead"), date(2025, 7, 15))[0].numbers == 5

    def test_past_months_stand_beside_it(self, world):
        type_in(world.universe, *cells(last=date(2025, 5, 1)))
        submissions.type_in(
            organisation=world.universe.organisation("T1"),
            cells=[Cell("SFP-M08", "T1", "month", date(2025, 4, 1), state="not_collected")],
            by=world.people["lead"],
        )

        text = world.client().get(world.address).content.decode()

        assert "<b>30</b> of 40" in text
        assert 'class="past hatched"' in text
        assert "May 2025: " in text
        assert "<svg" in text

    def test_a_quarter_stands_in_the_month_it_ends_with(self, world):
        text = world.client().get(world.address.replace("2025-06", "2025-05")).content.decode()

        assert "By quarter: next with June" in text

    @pytest.mark.parametrize("month", ["2025-08", "2025-13", "1980-01", "abc", "2025-6", "0000-01"])
    def test_a_month_that_cannot_be_is_not_there(self, world, month):
        assert world.client().get(f"/projects/{world.project.pk}/months/{month}/").status_code == 404

    @pytest.mark.parametrize(("key", "code"), [("outsider", 404), ("sponsor", 403), ("national", 404)])
    def test_it_is_for_those_inside(self, world, key, code):
        assert world.client(key).get(world.address).status_code == code

    def test_staff_read_and_do_not_type(self, world):
        client = world.client("colleague")
        page = client.get(world.address)

        assert page.status_code == 200
        assert "mn-white" not in page.content.decode()
        assert "Numbers are typed by" in page.content.decode()
        assert client.post(world.address, world.form(SFP_M07=("1", "2"))).status_code == 403
        assert world.ask(client, {"row": str(world.row("SFP-M07"))}).status_code == 403
        assert not Value.objects.exists()

    def test_few_questions_to_the_database(self, world):
        type_in(world.universe, *cells(), *cells("SFP-M08"))
        client = world.client()
        client.get(world.address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(world.address)

        assert len(asked) <= 25, [q["sql"][:150] for q in asked.captured_queries]


class TestSaving:
    def test_one_form_saves_all_of_it(self, world):
        answer = world.client().post(world.address, world.form(SFP_M07=("12", "36"), SFP_M08=("0", "20")))

        assert answer.status_code == 302
        assert (world.value("SFP-M07").numerator, world.value("SFP-M07").known) == (12, 36)
        assert world.value("SFP-M08").numerator == 0
        assert world.value("DET-M13") is None

    def test_the_same_again_adds_no_row(self, world):
        client = world.client()
        for _ in range(2):
            client.post(world.address, world.form(SFP_M07=("12", "36")))

        assert Value.objects.count() == 1

    def test_a_denominator_is_typed_once(self, world):
        client = world.client()
        client.post(world.address, world.form(DET_M13=("30", "40"), DET_M14=("20", "")))
        first = world.value("DET-M14", date(2025, 4, 1))
        pk, seen = world.row("DET-M13"), world.value("DET-M13", date(2025, 4, 1)).pk
        world.ask(client, {"row": str(pk), "numerator": "30", "denominator": "44", "seen": str(seen)})

        assert (first.numerator, first.known) == (20, 40)
        assert (first.period_kind, world.value("DET-M14", date(2025, 4, 1)).known) == ("quarter", 44)

    def test_what_cannot_be_kept_is_said_at_its_row_and_stays_in_the_form(self, world):
        answer = world.client().post(world.address, world.form(SFP_M07=("50", "36"), SFP_M08=("7", "20")))
        text = answer.content.decode()

        assert answer.status_code == 422
        assert "50 of 36 cannot be" in text
        assert 'value="50"' in text
        assert 'aria-invalid="true"' in text
        assert world.value("SFP-M07") is None
        assert world.value("SFP-M08").numerator == 7

    @pytest.mark.parametrize(
        "typed",
        ["=1+1", "-3", "1e308", "<script>alert(1)</script>", "nan", "inf", "½", "9" * 5000, "\x01", "1.5"],
    )
    def test_what_is_no_count_is_refused(self, world, typed):
        answer = world.client().post(world.address, world.form(SFP_M07=(typed, "36")))

        assert answer.status_code == 422
        assert b"<script>alert" not in answer.content
        assert not Value.objects.exists()

    def test_somebody_elses_row_changes_nothing(self, world):
        other = projects.start(
            organisation=world.universe.organisation("T2"), area="SFP", aim=AIM, by=world.people["outsider"]
        )
        row = projects.follow(project=other, measure="SFP-M07", family="process", by=world.people["outsider"])
        sent = {f"n:{row.pk}": "1", f"d:{row.pk}": "2", "do": f"nc:{row.pk}"}

        world.client().post(world.address, sent)
        world.ask(world.client(), {"row": str(row.pk), "numerator": "1", "denominator": "2"})

        assert not Value.objects.exists()

    def test_not_collected_and_back(self, world):
        client, pk = world.client(), world.row("SFP-M07")
        client.post(world.address, world.form(SFP_M07=("", ""), do=f"nc:{pk}"))
        text = client.get(world.address).content.decode()
        state = world.value("SFP-M07").state
        client.post(world.address, {"do": f"known:{pk}", f"seen:{pk}": world.value("SFP-M07").pk})

        assert state == "not_collected"
        assert "undo" in text
        assert world.value("SFP-M07").state == "not_yet_sent"
        assert "5 numbers to type" in text

    def test_emptied_again_is_not_known_yet(self, world):
        client, pk = world.client(), world.row("SFP-M07")
        client.post(world.address, world.form(SFP_M07=("12", "36")))
        sent = world.form(SFP_M07=("", "", world.value("SFP-M07").pk)) | {f"wn:{pk}": "12", f"wd:{pk}": "36"}
        client.post(world.address, sent)

        assert world.value("SFP-M07").state == "not_yet_sent"

    def test_finishing_saves_and_says_thank_you(self, world):
        answer = world.client().post(
            world.address, world.form(SFP_M07=("12", "36"), do="finish"), follow=True
        )

        assert MonthDone.objects.get().month == JUNE
        assert "June is finished." in answer.content.decode()
        assert "was finished by Lead" in answer.content.decode()
        assert world.value("SFP-M07").numerator == 12

    def test_a_month_with_a_refused_row_is_not_finished(self, world):
        answer = world.client().post(world.address, world.form(SFP_M07=("50", "36"), do="finish"))

        assert answer.status_code == 422
        assert not MonthDone.objects.exists()


class TestTwoPeople:
    @pytest.fixture
    def met(self, world):
        """The analyst typed 7 of 40 after the lead had opened an empty month."""
        world.client("analyst").post(world.address, world.form(SFP_M07=("7", "40")))
        return world.client().post(world.address, world.form(SFP_M07=("12", "36")))

    def test_what_the_other_typed_stands_and_is_shown(self, world, met):
        text = met.content.decode()

        assert met.status_code == 422
        assert "Analyst typed 7 of 40" in text
        assert "Keep mine: 12 of 36" in text
        assert "Keep theirs: 7 of 40" in text
        assert world.value("SFP-M07").numerator == 7

    def test_sending_the_form_once_more_does_not_choose(self, world, met):
        pk = world.row("SFP-M07")
        sent = world.form(SFP_M07=("12", "36")) | {f"wn:{pk}": "7", f"wd:{pk}": "40"}
        assert f'name="seen:{pk}" value=""' in met.content.decode()

        assert world.client().post(world.address, sent).status_code == 422

    def test_keep_mine(self, world, met):
        pk, theirs = world.row("SFP-M07"), world.value("SFP-M07").pk
        sent = world.form(SFP_M07=("12", "36"), do=f"mine:{pk}") | {f"theirs:{pk}": theirs}

        assert world.client().post(world.address, sent).status_code == 302
        assert world.value("SFP-M07").numerator == 12

    def test_keep_theirs(self, world, met):
        pk = world.row("SFP-M07")

        answer = world.client().post(world.address, world.form(SFP_M07=("12", "36"), do=f"theirs:{pk}"))

        assert answer.status_code == 302
        assert world.value("SFP-M07").numerator == 7


class TestOneDenominatorOfTwo:
    """DET-M14 is counted out of what DET-M13 says."""

    QUARTER = date(2025, 4, 1)

    def both(self, world):
        rows = (world.value(name, self.QUARTER) for name in ("DET-M13", "DET-M14"))
        return [(row.numerator, row.known) for row in rows]

    @pytest.mark.parametrize("typed", [("20", "50"), ("60", "50"), ("x", "50")])
    def test_where_it_is_not_kept_neither_is_what_is_counted_out_of_it(self, world, typed):
        client = world.client()
        client.post(world.address, world.form(DET_M13=("20", "40"), DET_M14=("7", "")))
        seen = [world.value(name, self.QUARTER).pk for name in ("DET-M13", "DET-M14")]
        theirs = world.form(DET_M13=("20", "60", seen[0]), DET_M14=("7", "", seen[1]))
        world.client("analyst").post(world.address, theirs)
        stale = world.form(DET_M13=(*typed, seen[0]), DET_M14=("8", "", seen[1]))
        answer = client.post(world.address, stale)
        text = answer.content.decode()

        assert answer.status_code == 422
        assert self.both(world) == [(20, 60), (7, 60)]
        assert "which is not kept yet" in text
        assert 'value="8"' in text

    def test_of_a_row_that_nobody_typed_into_nothing_is_said(self, world):
        client = world.client()
        client.post(world.address, world.form(DET_M13=("20", "40"), DET_M14=("7", "")))
        sent = {
            "row": str(world.row("DET-M13")),
            "numerator": "60",
            "denominator": "50",
            "seen": str(world.value("DET-M13", self.QUARTER).pk),
        }
        answer = world.ask(client, sent).json()

        assert list(answer["refused"]) == [str(world.row("DET-M13"))]
        assert self.both(world) == [(20, 40), (7, 40)]


class TestAsking:
    @pytest.fixture
    def asked(self, world):
        type_in(world.universe, *cells(last=date(2025, 5, 1)))
        world.client().post(world.address, world.form(SFP_M07=("3", "40")))
        return world.client()

    def test_a_count_that_never_was_is_asked_about_and_kept(self, world, asked):
        text = asked.get(world.address).content.decode()

        assert "Is 3 right?" in text
        assert "It is lower than any month in the last two years." in text
        assert world.value("SFP-M07").numerator == 3

    def test_yes_is_remembered(self, world, asked):
        pk = world.row("SFP-M07")
        sent = world.form(SFP_M07=("3", "40", world.value("SFP-M07").pk), do=f"yes:{pk}")
        asked.post(world.address, sent)

        assert "Is 3 right?" not in asked.get(world.address).content.decode()
        assert "Is 3 right?" not in world.client("analyst").get(world.address).content.decode()

    def test_another_count_is_asked_about_again(self, world, asked):
        pk = world.row("SFP-M07")
        asked.post(
            world.address,
            world.form(SFP_M07=("3", "40", world.value("SFP-M07").pk), do=f"yes:{pk}"),
        )
        asked.post(world.address, world.form(SFP_M07=("2", "40", world.value("SFP-M07").pk)))

        assert "Is 2 right?" in asked.get(world.address).content.decode()

    @pytest.mark.parametrize("at_once", [True, False])
    def test_yes_is_said_of_the_count_that_was_seen_and_of_no_later_one(self, world, asked, at_once):
        pk, seen = world.row("SFP-M07"), world.value("SFP-M07").pk
        world.client("analyst").post(world.address, world.form(SFP_M07=("2", "40", seen)))
        if at_once:
            world.ask(
                asked, {"row": str(pk), "do": "yes", "numerator": "3", "denominator": "40", "seen": str(seen)}
            )
        else:
            sent = world.form(SFP_M07=("3", "40", seen), do=f"yes:{pk}")
            asked.post(world.address, sent | {f"wn:{pk}": "3", f"wd:{pk}": "40"})

        assert world.value("SFP-M07").numerator == 2
        assert "Is 2 right?" in asked.get(world.address).content.decode()


class TestAtOnce:
    def test_each_change_answers_its_row(self, world):
        sent = {"row": str(world.row("SFP-M07")), "numerator": "12", "denominator": "36", "seen": ""}
        answer = world.ask(world.client(), sent).json()

        assert answer["saved"].startswith("Saved at ")
        assert answer["progress"] == "2 of 7 typed"
        assert answer["kept"] == [world.row("SFP-M07")]
        assert "33%" in answer["rows"][str(world.row("SFP-M07"))]
        assert "<svg" in answer["rows"][str(world.row("SFP-M07"))]

    def test_a_row_that_is_refused_says_why(self, world):
        sent = {"row": str(world.row("SFP-M07")), "numerator": "12", "denominator": "x"}
        answer = world.ask(world.client(), sent).json()

        assert "is no number" in answer["refused"][str(world.row("SFP-M07"))]
        assert 'value="x"' in answer["rows"][str(world.row("SFP-M07"))]

    def test_sent_again_it_adds_nothing(self, world):
        sent = {"row": str(world.row("SFP-M07")), "numerator": "12", "denominator": "36", "seen": ""}
        for _ in range(3):
            assert world.ask(world.client(), sent).json()["refused"] == {}

        assert Value.objects.count() == 1

    @pytest.mark.parametrize(
        "body", ["", "[]", '{"cells": 3}', '{"cells": [3]}', "nonsense", '{"cells":' + "[" * 9000]
    )
    def test_what_is_no_list_of_cells_is_refused_kindly(self, world, body):
        answer = world.client().post(f"{world.address}cells/", body, content_type="application/json")

        assert answer.status_code == 422
        assert "Load the page again" in answer.json()["problem"]

    def test_a_huge_paste_is_refused_with_a_sentence(self, world):
        many = world.ask(world.client(), *[{"row": "1"}] * 101)
        large = world.ask(world.client(), {"row": "1", "numerator": "9" * 70000})

        assert "100 is the most" in many.json()["problem"]
        assert "Paste at most one month" in large.json()["problem"]

    @pytest.mark.parametrize("row", [None, "", "abc", [], {"a": 1}, "9" * 30, -1])
    def test_a_row_that_is_none_changes_nothing(self, world, row):
        answer = world.ask(world.client(), {"row": row, "numerator": {"a": 1}, "denominator": [2]})

        assert answer.status_code == 200
        assert not Value.objects.exists()

    @pytest.mark.parametrize("typed", ["\\ud800", "\\u0000", "<img src=x onerror=alert(1)>", "=HYPERLINK(1)"])
    def test_odd_characters_harm_nothing(self, world, typed):
        row = world.row("SFP-M07")
        body = f'{{"cells": [{{"row": "{row}", "numerator": "{typed}", "denominator": "3"}}]}}'
        answer = world.client().post(f"{world.address}cells/", body, content_type="application/json")

        assert answer.status_code == 200
        assert "<img" not in answer.json()["rows"][str(row)]
        assert not Value.objects.exists()

    def test_what_one_should_know_is_said(self, world):
        world.address = world.address.replace("2025-06", "2025-07")
        sent = {"row": str(world.row("SFP-M07")), "numerator": "12", "denominator": "36"}

        assert "July 2025 is not over" in world.ask(world.client(), sent).json()["notes"][0]

    def test_a_get_is_no_way_in(self, world):
        assert world.client().get(f"{world.address}cells/").status_code == 405


class TestFilledIn:
    def test_what_is_counted_from_records_is_locked(self, released):
        universe, _, _ = released
        world = World(universe)
        projects.follow(project=world.project, measure="SFP-M01", family="outcome", by=world.people["lead"])
        client, pk = world.client(), world.row("SFP-M01")
        text = client.get(world.address).content.decode()
        before = Value.objects.count()
        client.post(world.address, {f"n:{pk}": "1", f"d:{pk}": "2"})
        world.ask(client, {"row": str(pk), "numerator": "1", "denominator": "2"})

        assert "Filled in for you" in text
        assert "from maternity records received on" in text
        assert f'name="n:{pk}"' not in text
        assert Value.objects.count() == before

    def test_its_counts_are_those_that_the_chart_divides(self):
        """Of a measure in which a missing answer is a no the chart is out of everybody, not of those who answered."""
        columns = {
            "period": [JUNE], "numerator": [155.0], "known": [193.0], "numerator_shown": [155.0],
            "denominator_shown": [201.0], "value": [155 / 201], "state": ["ok"],
        }  # fmt: skip

        assert sources._history(columns)[JUNE] == sources.Point(155, 201, "ok")


class TestBurden:
    def test_it_says_what_was_typed_last_month(self, world, settings):
        world.client().post(world.address, world.form(SFP_M07=("12", "36"), SFP_M08=("1", "20")))
        settings.CLOCK = Clock(date(2025, 8, 3))

        text = world.client().get(world.address).content.decode()

        assert "Your trust typed 4 numbers last month: about 1 minute." in text
        assert "under 20 minutes a month" in text
