"""Counts typed cell by cell: rows are added, the last one counts, and nobody's number is lost silently."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.measures.intake.findings import Refused
from matneo.measures.periods import add_months
from matneo.submissions import actions, values
from matneo.submissions.cells import Cell
from matneo.submissions.models import LocalMeasure, Submission, Value
from matneo.utils.clock import Clock
from matneo.utils.viewer import ANONYMOUS

CELL = Cell("SFP-M07", "T1", "month", date(2025, 3, 1), 7, 41)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK = Clock(date(2025, 7, 15))


def type_in(universe, *cells, by="lead", code="T1", **more):
    return actions.type_in(
        organisation=universe.organisation(code),
        cells=cells,
        by=universe.people[by] if by else None,
        **more,
    )


def standing():
    return [(v.measure, v.period.month, v.numerator, v.known, v.state) for v in values.active_values()]


class TestTyping:
    def test_a_typed_cell_counts_at_once(self, universe):
        typed = type_in(universe, CELL)

        assert [(k.changed, k.note) for k in typed.kept] == [(True, "")]
        assert standing() == [("SFP-M07", 3, 7, 41, "ok")]
        assert Value.objects.get().pk == typed.kept[0].value

    def test_a_later_cell_wins_and_nothing_is_edited(self, universe):
        type_in(universe, CELL)
        type_in(universe, replace(CELL, numerator=9))

        assert standing() == [("SFP-M07", 3, 9, 41, "ok")]
        assert [v.numerator for v in Value.objects.order_by("pk")] == [7, 9]

    def test_the_last_who_types_wins_whoever_began_the_day(self, universe):
        type_in(universe, CELL)
        type_in(universe, replace(CELL, numerator=8), by="analyst")
        type_in(universe, replace(CELL, numerator=9))

        assert standing() == [("SFP-M07", 3, 9, 41, "ok")]
        assert Submission.objects.count() == 2

    def test_the_same_counts_add_nothing(self, universe):
        first = type_in(universe, CELL)
        again = type_in(universe, CELL, by="analyst")

        assert (again.kept[0].changed, again.kept[0].value) == (False, first.kept[0].value)
        assert Value.objects.count() == 1
        assert AuditEvent.objects.filter(action="submissions.type_in").count() == 1

    def test_zero_not_collected_and_cleared_are_three_things(self, universe):
        april, may = replace(CELL, period=date(2025, 4, 1)), replace(CELL, period=date(2025, 5, 1))
        type_in(universe, CELL, april, may)
        type_in(
            universe,
            replace(CELL, numerator=0),
            replace(april, state="not_collected"),
            replace(may, state="cleared"),
        )

        assert standing() == [
            ("SFP-M07", 3, 0, 41, "ok"),
            ("SFP-M07", 4, None, None, "not_collected"),
            ("SFP-M07", 5, None, None, "not_yet_sent"),
        ]

    def test_clearing_an_empty_cell_adds_nothing(self, universe):
        typed = type_in(universe, replace(CELL, state="cleared"))

        assert (typed.kept[0].value, typed.kept[0].changed) == (None, False)
        assert not Value.objects.exists()
        assert not Submission.objects.exists()

    def test_a_cleared_cell_leaves_no_trace_at_the_ends_of_a_series(self, universe):
        long_ago = replace(CELL, period=date(2015, 3, 1))
        type_in(universe, long_ago, CELL)
        type_in(universe, replace(long_ago, state="cleared"))

        assert values.as_points()["period"].to_list() == [date(2025, 3, 1)]

    def test_bad_cells_are_refused_and_the_good_beside_them_kept(self, universe):
        typed = type_in(universe, replace(CELL, numerator=99), replace(CELL, period=date(2025, 4, 1)))

        assert [r.sentence[:46] for r in typed.refused] == ["Reached within one working day, March 2025: 99"]
        assert standing() == [("SFP-M07", 4, 7, 41, "ok")]

    def test_of_a_cell_typed_twice_at_once_the_last_is_kept(self, universe):
        typed = type_in(universe, CELL, replace(CELL, numerator=8))

        assert "March 2025: 7 of 41 and something else were typed at once" in typed.refused[0].sentence
        assert standing() == [("SFP-M07", 3, 8, 41, "ok")]

    def test_sites_are_typed_for_by_their_trust(self, universe):
        type_in(universe, replace(CELL, subject="S1B"))
        refused = type_in(universe, replace(CELL, subject="S2")).refused

        assert Value.objects.get().organisation == "S1B"
        assert "S2, which is no place" in refused[0].sentence

    def test_a_quarterly_measure_is_typed_by_month_or_quarter(self, universe):
        month = Cell("PTO-M03", "T1", "month", date(2025, 2, 1), 1, 2)
        quarter = Cell("PTO-M03", "T1", "quarter", date(2024, 10, 1), 3, 9)

        assert type_in(universe, month, quarter).changed == 2

    def test_it_can_be_taken_back_as_a_whole(self, universe):
        type_in(universe, CELL)
        actions.withdraw(
            submission=Submission.objects.get(), by=universe.people["lead"], reason="the wrong ward"
        )
        assert standing() == []

        type_in(universe, CELL)
        assert standing() == [("SFP-M07", 3, 7, 41, "ok")]

    def test_a_signed_month_is_kept_and_that_is_said(self, universe):
        actions.sign_off(
            organisation=universe.organisation("T1"), through=date(2025, 3, 1), by=universe.people["analyst"]
        )

        assert "signed off already" in type_in(universe, CELL).kept[0].note


class TestWho:
    @pytest.mark.parametrize("key", ["colleague", "outsider", "coach", "national"])
    def test_others_may_not(self, universe, key):
        with pytest.raises(NotAllowed):
            type_in(universe, CELL, by=key)

    def test_it_is_audited_once_a_call(self, universe):
        type_in(universe, CELL, replace(CELL, period=date(2025, 4, 1)))

        event = AuditEvent.objects.get(action="submissions.type_in")
        assert (event.actor_name, event.organisation, event.subject) == ("Lead", "T1", "2 typed counts")
        assert event.detail["measures"] == ["SFP-M07"]


class TestTogether:
    def test_what_somebody_else_changed_meanwhile_is_not_written_over(self, universe):
        seen = type_in(universe, CELL).kept[0].value
        type_in(universe, replace(CELL, numerator=8), by="analyst")

        typed = type_in(universe, replace(CELL, numerator=9, seen=seen))

        assert typed.kept == ()
        theirs = typed.refused[0].theirs
        assert (theirs.by_name, theirs.numerator, theirs.denominator) == ("Analyst", 8, 41)
        assert "Analyst changed it to 8 of 41 on 15 July 2025" in typed.refused[0].sentence
        assert standing() == [("SFP-M07", 3, 8, 41, "ok")]

    def test_who_has_seen_it_may_change_it(self, universe):
        seen = type_in(universe, CELL).kept[0].value

        assert type_in(universe, replace(CELL, numerator=9, seen=seen), by="analyst").changed == 1

    def test_an_empty_cell_that_somebody_filled_is_told(self, universe):
        type_in(universe, CELL)

        assert type_in(universe, replace(CELL, numerator=9, seen=None), by="analyst").refused[0].theirs

    def test_one_is_never_in_ones_own_way(self, universe):
        type_in(universe, CELL)

        assert type_in(universe, replace(CELL, numerator=9, seen=None)).changed == 1

    def test_the_same_counts_are_no_conflict(self, universe):
        type_in(universe, CELL)

        assert type_in(universe, replace(CELL, seen=None), by="analyst").refused == ()


class TestLocked:
    def test_what_is_counted_from_records_is_not_typed(self, released):
        universe, _, _ = released
        cell = replace(CELL, measure="SFP-M01")

        typed = type_in(universe, cell, replace(cell, subject="S1"), replace(cell, subject="S1B"))

        assert [r.cell.subject for r in typed.refused] == ["T1", "S1"]
        assert "filled in from your records" in typed.refused[0].sentence
        assert [k.cell.subject for k in typed.kept] == ["S1B"]

    def test_who_knows_better_says_what_is_locked(self, released):
        universe, _, _ = released

        assert type_in(universe, replace(CELL, measure="SFP-M01"), locked=()).changed == 1


class TestLocalMeasures:
    WORDS = {"name": "Seen by the same midwife", "counted": "Women seen by one midwife", "of": "Women seen"}

    def add(self, universe, by="lead", **changes):
        given = {**self.WORDS, "direction": "increase", "family": "process", **changes}
        return actions.add_local_measure(
            organisation=universe.organisation("T1"), by=universe.people[by], **given
        )

    def test_a_team_begins_a_measure_of_its_own_and_types_into_it(self, universe):
        row = self.add(universe)

        assert row.pk.startswith("L-")
        assert row.pk == row.pk.upper()
        assert type_in(universe, replace(CELL, measure=row.pk)).changed == 1
        event = AuditEvent.objects.get(action="submissions.add_local_measure")
        assert (event.subject, event.detail["measure"]) == ("Seen by the same midwife", row.pk)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"name": "x"}, "The name is missing"),
            ({"name": "x" * 81}, "81 characters"),
            ({"of": "Jane's, 943 476 5919"}, "looks like an NHS number"),
            ({"direction": "sideways"}, "which way is better"),
            ({"name": "reached within one working day"}, r"in the library \(SFP-M07\) already"),
        ],
    )
    def test_what_cannot_be_is_refused(self, universe, changes, said):
        with pytest.raises(Refused, match=said):
            self.add(universe, **changes)
        assert not LocalMeasure.objects.exists()

    def test_the_same_name_is_given_once(self, universe):
        self.add(universe)

        with pytest.raises(Refused, match="among your own measures already"):
            self.add(universe)

    @pytest.mark.parametrize("key", ["colleague", "outsider", "coach"])
    def test_others_may_not(self, universe, key):
        with pytest.raises(NotAllowed):
            self.add(universe, by=key)

    def test_it_is_seen_inside_only(self, universe):
        self.add(universe)
        seen = {
            k: LocalMeasure.objects.visible_to(universe.viewer(k)).count() for k in ("colleague", "outsider")
        }

        assert seen == {"colleague": 1, "outsider": 0}
        assert not LocalMeasure.objects.visible_to(ANONYMOUS).exists()

    def test_one_that_was_taken_off_is_typed_into_no_more(self, universe):
        row = self.add(universe)
        actions.withdraw_local_measure(measure=row, by=universe.people["lead"])

        assert "no measure we know" in type_in(universe, replace(CELL, measure=row.pk)).refused[0].sentence
        assert self.add(universe).pk != row.pk


def test_what_stands_is_always_what_was_kept_last(universe):
    """Whoever types, whatever is bad or cleared between: a dictionary says the same."""
    chance = np.random.default_rng(7)
    months = [add_months(date(2025, 1, 1), place) for place in range(4)]
    model = {}
    for _ in range(60):
        picked = chance.choice(4, size=int(chance.integers(1, 4)), replace=False)
        typed = [
            replace(
                CELL,
                period=months[place],
                numerator=int(chance.integers(-1, 5)),
                denominator=4,
                state=str(chance.choice(["valued", "valued", "not_collected", "cleared"])),
            )
            for place in picked
        ]
        answer = type_in(universe, *typed, by=str(chance.choice(["lead", "analyst"])))
        assert len(answer.kept) + len(answer.refused) == len(typed)
        for kept in answer.kept:
            counted = kept.cell.state == "valued"
            model[kept.cell.period] = (kept.cell.numerator, 4) if counted else (None, None)

    standing = {v.period: (v.numerator, v.known) for v in values.active_values()}
    assert {day: counts for day, counts in model.items() if day in standing} == standing
    assert all(counts == (None, None) for day, counts in model.items() if day not in standing)


def test_many_cells_take_few_queries(universe):
    months = [add_months(date(2023, 1, 1), place) for place in range(30)]
    cells = [
        Cell(name, "T1", "month", month, 7, 41)
        for name in ("SFP-M07", "SFP-M08", "SFP-M11")
        for month in months
    ]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert type_in(universe, *cells, by=None).changed == 90

    assert len([q for q in queries if not q["sql"].startswith("INSERT INTO")]) <= 12
