"""Counting by taps: made by the team, tapped by anybody with the code, taken into a month by a person."""

from datetime import date

import pytest

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.improvement import taps
from matneo.improvement.actions import counting, projects
from matneo.improvement.actions.counting import Over
from matneo.improvement.models import Tap, TapCounter
from matneo.improvement.saying import Unsuitable
from matneo.measures.periods import Period
from matneo.submissions.models import Value
from matneo.utils.clock import Clock

JULY = date(2025, 7, 1)


@pytest.fixture
def row(world, project):
    return projects.follow(project=project, measure="SFP-M15", family="experience", by=world.people["lead"])


@pytest.fixture
def made(world, row):
    return make(world, row)


def make(world, row, by="lead", **changes):
    given = {"first": JULY, "last": date(2025, 9, 30), "yes": "Not judged", "no": "Judged", **changes}
    return counting.make_counter(row=row, by=world.people[by] if by else None, **given)


def tap(counter, *answers):
    return [
        counting.tap(counter=counter, yes=yes, key=f"{place}-{Tap.objects.count()}")
        for place, yes in enumerate(answers)
    ]


def take(world, counter, by="lead", seen=None, locked=frozenset(), month=JULY):
    return counting.take_into_month(
        counter=counter, month=month, seen=seen, locked=locked, by=world.people[by]
    )


class TestMaking:
    def test_the_token_is_kept_nowhere(self, made):
        counter, token = made

        assert taps.with_token(token) == counter
        assert token not in str(TapCounter.objects.values())
        assert token not in str(AuditEvent.objects.values())

    @pytest.mark.parametrize("key", ["outsider", "sponsor", "national", "coach"])
    def test_others_may_not(self, world, row, key):
        with pytest.raises(NotAllowed):
            make(world, row, key)

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("yes", {"yes": " "}),
            ("no", {"no": "x" * 61}),
            ("first", {"first": date(2020, 1, 1)}),
            ("last", {"last": date(2025, 6, 30)}),
            ("last", {"last": date(2031, 1, 1)}),
        ],
    )
    def test_what_cannot_stand_names_its_field(self, world, row, field, changes):
        with pytest.raises(Unsuitable) as refused:
            make(world, row, **changes)

        assert refused.value.field == field

    def test_those_outside_read_none(self, world, made):
        for key, number in (("lead", 1), ("colleague", 1), ("sponsor", 0), ("outsider", 0), ("national", 0)):
            assert TapCounter.objects.visible_to(world.viewer(key)).count() == number


class TestTapping:
    def test_taps_are_counted_by_month(self, made):
        tap(made[0], True, True, False)

        assert taps.tapped(made[0], Period("month", JULY)) == taps.Tapped(2, 3)
        assert taps.tapped(made[0], Period("month", date(2025, 8, 1))) == taps.Tapped(0, 0)

    def test_the_same_form_twice_is_one_tap(self, made):
        for _ in range(2):
            counting.tap(counter=made[0], yes=True, key="same")

        assert Tap.objects.count() == 1

    def test_a_tap_is_taken_back_and_stays_on_record(self, made):
        (one,) = tap(made[0], True)

        assert counting.undo_tap(counter=made[0], tap=one.pk)
        assert not counting.undo_tap(counter=made[0], tap=one.pk)
        assert taps.tapped(made[0], Period("month", JULY)).all == 0
        assert Tap.objects.count() == 1

    def test_not_after_a_while(self, made, settings):
        (one,) = tap(made[0], True)
        settings.CLOCK = Clock(date(2025, 7, 16))

        assert not counting.undo_tap(counter=made[0], tap=one.pk)

    @pytest.mark.parametrize("today", [date(2025, 6, 30), date(2025, 10, 1)])
    def test_outside_its_days_it_is_closed(self, made, settings, today):
        settings.CLOCK = Clock(today)

        with pytest.raises(Over):
            tap(made[0], True)

    def test_so_it_is_when_it_has_ended(self, world, made):
        counting.revoke_counter(counter=made[0], by=world.people["colleague"])
        counter = TapCounter.objects.get()

        with pytest.raises(Over, match="has ended"):
            tap(counter, True)

    def test_it_holds_only_so_many(self, made, monkeypatch):
        monkeypatch.setattr(counting, "MOST_TAPS", 2)

        with pytest.raises(Over, match="the most"):
            tap(made[0], True, True, True)


class TestTaking:
    def test_a_person_takes_it_into_the_month(self, world, made):
        tap(made[0], True, True, False)

        kept = take(world, made[0])
        value = Value.objects.get()

        assert kept.changed
        assert (value.numerator, value.known, value.period) == (2, 3, JULY)
        assert AuditEvent.objects.filter(action="improvement.take_into_month").count() == 1

    def test_staff_may_tap_and_not_take(self, world, made):
        tap(made[0], True)

        with pytest.raises(NotAllowed):
            take(world, made[0], "colleague")

    def test_what_a_colleague_typed_is_not_written_over(self, world, made):
        tap(made[0], True, True, False)
        take(world, made[0], "analyst")
        tap(made[0], True)

        with pytest.raises(Unsuitable, match="Analyst changed it"):
            take(world, made[0])
        take(world, made[0], seen=Value.objects.get().pk)
        assert Value.objects.count() == 2

    def test_nothing_tapped_is_no_zero(self, world, made):
        with pytest.raises(Unsuitable, match="Nothing was tapped"):
            take(world, made[0])

    def test_what_records_fill_in_is_not_typed(self, world, made):
        tap(made[0], True)

        with pytest.raises(Unsuitable, match="filled in from your records"):
            take(world, made[0], locked={("SFP-M15", "T1")})
        assert not AuditEvent.objects.filter(action="improvement.take_into_month").exists()
