"""Typed counts as they stand: drawn at once for those inside, and nothing for anybody else."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matneo.charts import sentences
from matneo.measures.periods import add_months
from matneo.monitoring import actions, live, payload, pictures, series, walls, wording
from matneo.monitoring.models import PointsRelease
from matneo.submissions import actions as submissions
from matneo.submissions.cells import Cell
from matneo.utils.clock import Clock
from matneo.utils.viewer import ANONYMOUS
from matneo.web.packs import figures

MANY = ["SFP-M06", "SFP-M07", "SFP-M08", "SFP-M09", "SFP-M11", "SFP-M12", "SFP-M14", "DET-M25"]


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK = Clock(date(2025, 7, 15))


def months(number, last=date(2025, 6, 1)):
    return [add_months(last, place - number + 1) for place in range(number)]


def cells(measure="SFP-M07", number=24, subject="T1", kind="month", last=date(2025, 6, 1)):
    """Steady at 20 of 40, and up to 30 of 40 in the last eight months."""
    starts = months(number, last)
    return [
        Cell(
            measure,
            subject,
            kind,
            start,
            (30 if place >= number - 8 else 20) + place % 3,
            40,
        )
        for place, start in enumerate(starts)
    ]


def at(*places, number=None):
    return [(name, place) for place in places for name in MANY[:number]]


def type_in(universe, *typed, by="lead"):
    answer = submissions.type_in(
        organisation=universe.organisation("T1"), cells=typed, by=universe.people[by]
    )
    assert answer.refused == ()


class TestReading:
    def test_a_typed_cell_redraws_at_once(self, universe):
        type_in(universe, *cells())

        found = live.read("SFP-M07", "T1", universe.viewer("colleague"))

        assert (found.audience, found.origin, found.period_kind, found.release_id) == (
            "inside",
            "collected",
            "month",
            "",
        )
        assert found.columns["period"] == months(24)
        assert found.columns["numerator"][0] == 20
        assert found.line["variation"] == "improvement"
        model = pictures.model_of(found)
        assert model.target == 0.8
        assert "% of referrals lead to a conversation within one working day, up from" in sentences.sentence(
            model
        )
        assert sentences.direction_words(model) == (
            "Higher is better: share of referrals that lead to a conversation within one working day"
        )
        assert payload.as_json(found)["points"][-1]["source"] == "typed in, 15 July 2025"

    @pytest.mark.parametrize("key", ["outsider", "national", "nobody"])
    def test_people_outside_see_nothing(self, universe, key):
        type_in(universe, *cells())
        viewer = ANONYMOUS if key == "nobody" else universe.viewer(key)

        assert live.read_many(at("T1"), viewer) == {}
        assert series.read("SFP-M07", "T1", viewer) is None

    def test_signing_off_does_not_make_them_public(self, universe):
        type_in(universe, *cells())
        submissions.sign_off(
            organisation=universe.organisation("T1"), through=date(2025, 6, 1), by=universe.people["analyst"]
        )
        actions.release(by=None, reason="a new one")

        assert series.read("SFP-M07", "T1", ANONYMOUS) is None

    def test_the_coach_reads_them_too(self, universe):
        type_in(universe, *cells())

        assert series.read("SFP-M07", "T1", universe.viewer("coach")).line["n_points"] == 24

    def test_a_site_has_its_own(self, universe):
        type_in(universe, *cells(subject="S1"))

        assert series.read("SFP-M07", "S1", universe.viewer("lead")).subject.code == "S1"
        assert series.read("SFP-M07", "T1", universe.viewer("lead")) is None

    def test_months_of_a_quarterly_measure_are_added_up(self, universe):
        type_in(universe, *cells("PTO-M03", number=7))

        found = live.read("PTO-M03", "T1", universe.viewer("lead"))

        assert found.period_kind == "quarter"
        assert found.columns["period"] == [date(2025, 1, 1), date(2025, 4, 1)]
        assert found.columns["known"] == [120, 120]

    def test_a_month_that_is_not_over_does_not_count(self, universe):
        type_in(universe, *cells(number=14, last=date(2025, 7, 1)))

        assert live.read("SFP-M07", "T1", universe.viewer("lead")).columns["period"][-1] == date(2025, 6, 1)

    def test_not_collected_and_cleared_are_gaps_and_no_zeros(self, universe):
        type_in(universe, *cells())
        gone = [
            Cell("SFP-M07", "T1", "month", date(2024, 9, 1), state="not_collected"),
            Cell("SFP-M07", "T1", "month", date(2024, 10, 1), state="cleared"),
            Cell("SFP-M07", "T1", "month", date(2024, 11, 1), 0, 40),
            Cell("SFP-M07", "T1", "month", date(2025, 6, 1), state="cleared"),
        ]
        type_in(universe, *gone)

        columns = live.read("SFP-M07", "T1", universe.viewer("lead")).columns
        at = columns["period"].index
        said = {
            day: (columns["value"][at(day)], columns["state"][at(day)]) for day in (c.period for c in gone)
        }
        assert list(said.values()) == [
            (None, "not_collected"),
            (None, "not_yet_sent"),
            (0, "ok"),
            (None, "not_yet_sent"),
        ]

    def test_a_local_measure_is_read_like_any_other(self, universe):
        row = submissions.add_local_measure(
            organisation=universe.organisation("T1"),
            name="Seen by the same midwife",
            counted="Women seen by one midwife",
            of="Women seen",
            direction="increase",
            family="process",
            by=universe.people["lead"],
        )
        type_in(universe, *cells(row.pk))

        found = series.read(row.pk, "T1", universe.viewer("lead"))
        assert (found.definition.name, found.line["n_points"]) == ("Seen by the same midwife", 24)
        model = pictures.model_of(found)
        assert "% for “Seen by the same midwife”, up from" in sentences.sentence(model)
        assert sentences.direction_words(model) == "Higher is better: “Seen by the same midwife”"

    def test_counts_for_a_counted_measure_are_drawn_before_their_release(self, released):
        universe, _, _ = released
        type_in(universe, *cells("SFP-M01", subject="S1B"))

        assert series.read("SFP-M01", "S1B", universe.viewer("lead")).origin == "collected"


class TestNotesAndPhases:
    def test_a_new_phase_is_drawn_and_makes_no_release(self, released):
        universe, release, _ = released
        type_in(universe, *cells())
        place, lead = universe.organisation("T1"), universe.people["lead"]

        actions.rebase(
            measure="SFP-M07", organisation=place, start=date(2024, 11, 1), reason="A new rota", by=lead
        )
        actions.annotate(
            organisation=place,
            measure="SFP-M07",
            date=date(2024, 10, 5),
            text="New form",
            kind="test",
            by=lead,
        )
        actions.publish(by=lead, reason="a new phase")

        found = live.read("SFP-M07", "T1", universe.viewer("colleague"))
        assert [(n.kind, n.text) for n in found.notes if n.kind != "join"] == [
            ("test", "New form"),
            ("rebase", "A new rota"),
        ]
        assert found.columns["phase"] == [0] * 16 + [1] * 8
        assert PointsRelease.objects.get(is_current=True).pk == release.pk

    def test_a_phase_of_another_place_leaves_it_alone(self, universe):
        type_in(universe, *cells(), *cells(subject="S1"))
        actions.rebase(
            measure="SFP-M07",
            organisation=universe.organisation("S1"),
            start=date(2024, 11, 1),
            reason="A new ward",
            by=universe.people["lead"],
        )

        assert set(live.read("SFP-M07", "T1", universe.viewer("lead")).columns["phase"]) == {0}


class TestMany:
    def test_they_are_what_one_by_one_gives(self, universe):
        for name in MANY:
            type_in(universe, *cells(name, number=36))
        viewer = universe.viewer("lead")

        together = live.read_many(at("T1"), viewer)

        assert list(together) == at("T1")
        for name in MANY:
            assert together[name, "T1"] == live.read(name, "T1", viewer)

    @pytest.mark.parametrize("number", [1, 8])
    def test_any_number_takes_few_queries(self, universe, number):
        for name in MANY:
            type_in(universe, *cells(name, number=36))
        viewer = universe.viewer("lead")

        with CaptureQueriesContext(connection) as queries:
            assert len(live.read_many(at("T1", number=number), viewer)) == number
        assert len(queries) <= 6


def quarters(measure="PTO-M03", number=22):
    """22 quarters to the second of 2025: 20 of 40, and 34 of 40 in the last seven."""
    starts = [add_months(date(2025, 4, 1), 3 * (place - number + 1)) for place in range(number)]
    return [
        Cell(measure, "T1", "quarter", start, 34 if place >= number - 7 else 20 + place % 3, 40)
        for place, start in enumerate(starts)
    ]


class TestSinceWhen:
    @pytest.mark.parametrize(
        ("typed", "measure", "since"),
        [(cells, "SFP-M07", "November 2024"), (quarters, "PTO-M03", "October 2023")],
    )
    def test_chart_wall_and_pack_name_the_same_month(self, released, typed, measure, since):
        universe, release, _ = released
        type_in(universe, *typed(measure))
        viewer = universe.viewer("lead")

        found = series.read(measure, "T1", viewer)
        entry = walls.WallEntry(found.definition, "T1", found.subject.short_name, "trust", found.line)
        pack = figures.read([(measure, "T1")], viewer, release)[measure, "T1"].chart

        said = sentences.sentence(pictures.model_of(found))
        assert f"since {since}, " in said
        assert wording.sentence(entry) == sentences.sentence(pack) == said


class TestManyPlaces:
    PLACES = ("T1", "S1", "S1B")

    def test_each_is_what_it_is_alone(self, universe):
        """A phase, a note and a submission of one place are no other place's."""
        for name in MANY[:3]:
            type_in(universe, *[c for place in self.PLACES for c in cells(name, 36, subject=place)])
        type_in(universe, Cell("SFP-M06", "S1", "month", date(2025, 6, 1), 1, 40), by="analyst")
        place, lead = universe.organisation("S1"), universe.people["lead"]
        actions.rebase(
            measure="SFP-M07", organisation=place, start=date(2024, 11, 1), reason="A new ward", by=lead
        )
        actions.annotate(
            organisation=place, measure="", date=date(2024, 10, 5), text="A new form", kind="test", by=lead
        )
        submissions.sign_off(
            organisation=universe.organisation("T1"), through=date(2025, 6, 1), by=universe.people["analyst"]
        )
        viewer = universe.viewer("lead")
        pairs = at(*self.PLACES, number=3)

        together = live.read_many(pairs, viewer)

        assert list(together) == pairs
        assert together == {pair: live.read(*pair, viewer) for pair in pairs}
        assert set(together["SFP-M07", "T1"].columns["phase"]) == {0}
        assert set(together["SFP-M07", "S1"].columns["phase"]) == {0, 1}

    def test_they_take_as_many_queries_as_one(self, universe):
        type_in(universe, *[c for place in self.PLACES for c in cells(subject=place)])
        viewer, counted = universe.viewer("lead"), []

        for places in (self.PLACES[:1], self.PLACES):
            with CaptureQueriesContext(connection) as queries:
                assert len(live.read_many([("SFP-M07", place) for place in places], viewer)) == len(places)
            counted.append(len(queries))

        assert counted[0] == counted[1] <= 5

    def test_only_pairs_that_were_asked_for_come_back(self, universe):
        type_in(universe, *[c for n in MANY[:2] for p in ("T1", "S1") for c in cells(n, subject=p)])

        found = live.read_many([("SFP-M06", "T1"), ("SFP-M07", "S1")], universe.viewer("lead"))

        assert list(found) == [("SFP-M06", "T1"), ("SFP-M07", "S1")]

    def test_a_place_that_one_sees_from_outside_is_left_out(self, universe):
        type_in(universe, *cells())

        assert live.read_many([("SFP-M07", "T1"), ("SFP-M07", "T2")], universe.viewer("lead")).keys() == {
            ("SFP-M07", "T1")
        }


class TestRelease:
    def test_what_is_read_on_request_is_what_a_release_says(self, released):
        universe, _, _ = released
        place = universe.organisation("S1B")
        type_in(universe, *cells("SFP-M01", subject="S1B", number=30))
        actions.rebase(
            measure="SFP-M01",
            organisation=place,
            start=date(2024, 11, 1),
            reason="A new rota",
            by=universe.people["lead"],
        )
        actions.release(by=None, reason="typed")
        viewer = universe.viewer("lead")

        at_once, held = live.read("SFP-M01", "S1B", viewer), series.read("SFP-M01", "S1B", viewer)

        assert (at_once.release_id, held.release_id) == ("", PointsRelease.objects.get(is_current=True).pk)
        assert at_once.columns == held.columns
        assert at_once.line == held.line
        assert at_once.notes == held.notes
        assert at_once.sources == held.sources

    def test_what_only_teams_type_is_no_part_of_a_release(self, released):
        universe, release, _ = released
        type_in(universe, *cells())

        again = actions.release(by=None, reason="typed")

        assert (again.is_new, again.release.pk) == (False, release.pk)

    def test_typed_counts_of_a_counted_measure_are(self, released):
        universe, _, _ = released
        type_in(universe, *cells("SFP-M01", subject="S1B"), *cells())

        first = actions.release(by=None, reason="typed")
        type_in(universe, Cell("SFP-M01", "S1B", "month", date(2025, 6, 1), 1, 40))
        second = actions.release(by=None, reason="typed again on the same day")

        assert first.is_new
        assert second.is_new
        found = series.read("SFP-M01", "S1B", universe.viewer("lead"))
        assert (found.release_id, found.columns["numerator"][-1]) == (second.release.pk, 1)

    def test_inside_a_count_that_came_after_the_release_is_drawn_at_once(self, released):
        universe, _, _ = released
        type_in(universe, *cells("SFP-M01", subject="S1B"))
        actions.release(by=None, reason="typed")
        type_in(universe, Cell("SFP-M01", "S1B", "month", date(2025, 6, 1), 1, 40))

        inside = series.read("SFP-M01", "S1B", universe.viewer("lead"))

        assert inside.columns["numerator"][-1] == 1
        assert [way.key for way in inside.ways] == ["collected-month"]

    def test_it_says_what_is_filled_in_from_records(self, released):
        assert live.filled_in(["SFP-M01", "SFP-M07"], ["T1", "S1", "S1B"]) == {
            ("SFP-M01", "T1"),
            ("SFP-M01", "S1"),
        }


def weeks(number=20, last=date(2025, 6, 30), measure="SFP-M07"):
    """Steady at 20 of 40, and 31 of 40 in the last eight weeks."""
    starts = [last - timedelta(weeks=number - 1 - place) for place in range(number)]
    return [
        Cell(measure, "T1", "week", start, (31 if place >= number - 8 else 20) + place % 3, 40)
        for place, start in enumerate(starts)
    ]


class TestWeeks:
    """Weeks are a way of their own: beside months, over on their own, and in no release."""

    def read(self, universe, way="collected-week", key="colleague"):
        return live.read("SFP-M07", "T1", universe.viewer(key), way)

    def test_both_ways_are_there_and_never_mixed(self, universe):
        type_in(universe, *cells(), *weeks())

        by_week, usual = self.read(universe), self.read(universe, "")

        assert [one.key for one in usual.ways] == ["collected-month", "collected-week"]
        assert (usual.period_kind, by_week.period_kind) == ("month", "week")
        assert all(start.weekday() == 0 for start in by_week.columns["period"])
        assert sum(value is not None for value in by_week.columns["value"]) == 20

    def test_alone_they_are_the_usual_way(self, universe):
        type_in(universe, *weeks(3))

        assert self.read(universe, "").period_kind == "week"

    def test_the_last_week_that_is_over_is_read_though_its_month_is_not(self, universe):
        type_in(universe, *weeks(3, last=date(2025, 7, 14)))

        found = self.read(universe)

        # 15 July is a Tuesday: the week of the 7th is over, that of the 14th is not.
        assert found.columns["period"][-1] == date(2025, 7, 7)
        assert found.columns["value"][-1] is not None

    def test_a_week_that_nobody_typed_is_not_yet_sent_at_the_end_and_not_collected_inside(self, universe):
        typed = weeks(14)
        type_in(universe, *typed[:5], *typed[6:])

        states = dict(
            zip(self.read(universe).columns["period"], self.read(universe).columns["state"], strict=True)
        )

        assert states[typed[5].period] == "not_collected"
        assert states[date(2025, 7, 7)] == "not_yet_sent"

    def test_a_signal_begins_with_its_week(self, universe):
        type_in(universe, *weeks())

        model = pictures.model_of(self.read(universe))

        assert model.signal_since == "the week of 12 May 2025"
        assert "since the week of 12 May 2025" in sentences.sentence(model)
        assert sentences.variation_words(model)[1] == "the latest week is outside a limit"

    def test_over_a_new_year_no_week_is_lost_or_doubled(self, universe, settings):
        settings.CLOCK = Clock(date(2026, 1, 20))
        type_in(universe, *weeks(16, last=date(2026, 1, 12)))

        found = self.read(universe)

        assert len(found.columns["period"]) == 16
        assert pictures.model_of(found).points[-3].label == "29 Dec 2025 to 4 Jan 2026"

    def test_under_thirteen_weeks_are_too_few(self, universe):
        type_in(universe, *weeks(12))

        said = sentences.sentence(pictures.model_of(self.read(universe)))

        assert said.startswith("The week of 30 June 2025: ")
        assert "12 weeks are too few for a control chart." in said

    def test_no_release_holds_them(self, universe):
        type_in(universe, *weeks(measure="SFP-M01"))

        made = actions.publish(by=None, reason="x").release
        found = series.read("SFP-M01", "T1", universe.viewer("colleague"), "collected-week")

        assert found.release_id == ""
        assert found.period_kind == "week"
        assert series.read("SFP-M01", "T1", universe.viewer("colleague"), release=made) is None
        assert series.read("SFP-M01", "T1", ANONYMOUS, "collected-week") is None
