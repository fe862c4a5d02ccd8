from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matneo.improvement.actions import story
from matneo.improvement.models import Score
from matneo.improvement.progress import FACTORS, Facts, suggest, sustainability
from matneo.improvement.saying import Unsuitable

NOTHING = Facts(False, 0, False, 0, 0, 0, 0, 0, False, False, None, None, 0, 0, None)
FULL = Facts(True, 3, True, 4, 1, 18, 6, 4, True, True, 1.0, 8, 2, 2, 70.0)

STEPS = [
    ({}, "0.5"),
    ({"has_aim": True, "parts_on_team": 3}, "1.0"),
    ({"has_diagram": True, "measures": 3}, "1.5"),
    ({"baseline_points": 6}, "2.0"),
    ({"tests_closed": 1, "charted": 3}, "2.5"),
    ({"tests_closed": 3, "gap_closed": 0.2}, "3.0"),
    ({"process_shift": True}, "3.5"),
    ({"outcome_shift": True}, "4.0"),
    ({"months_since_shift": 6}, "4.5"),
    ({"goals": 2, "goals_met": 2, "sustainability": 55.0}, "5.0"),
]


def test_the_records_open_one_step_after_the_other():
    facts, said = NOTHING, []
    for more, _ in STEPS:
        facts = replace(facts, **more)
        said.append(f"{suggest(facts).value:.1f}")

    assert said == [value for _, value in STEPS]


def test_a_shift_without_an_aim_suggests_no_more_than_a_start():
    assert suggest(replace(FULL, has_aim=False)).value == Decimal("0.5")


@given(st.integers(0, 40), st.integers(0, 9), st.booleans(), st.floats(0, 1))
def test_more_evidence_never_lowers_it(points, tests, shift, gap):
    some = replace(FULL, baseline_points=points, tests_closed=tests, process_shift=shift, gap_closed=gap)

    assert suggest(some).value <= suggest(FULL).value


def test_the_weights_make_a_hundred():
    assert sum(f.points[0] for f in FACTORS) == pytest.approx(100)
    assert all(list(f.points) == sorted(f.points, reverse=True) for f in FACTORS)


def test_two_people_are_averaged_and_their_distance_is_kept():
    made = sustainability([[0] * 10, [3] * 10])

    assert (made.people, made.total) == (2, 50.0)
    assert {apart for _, _, apart in made.factors} == {3}
    assert sustainability([]) is None


def test_a_score_beside_the_suggestion_needs_a_reason(world, project):
    lead, found = world.people["lead"], suggest(NOTHING)

    with pytest.raises(Unsuitable, match=r"records suggest 0\.5"):
        story.score(project=project, voice="team", value=Decimal("2.0"), suggestion=found, by=lead)
    story.score(
        project=project, voice="team", value=Decimal("2.0"), suggestion=found, by=lead, reason="Harbour began"
    )
    story.score(
        project=project, voice="coach", value=Decimal("0.5"), suggestion=found, by=world.people["coach"]
    )

    assert [(s.voice, s.value) for s in Score.objects.all()] == [("team", 2), ("coach", Decimal("0.5"))]


@pytest.mark.parametrize("value", ["0", "0.7", "5.5"])
def test_a_score_has_steps_of_a_half(world, project, value):
    with pytest.raises(Unsuitable):
        story.score(
            project=project,
            voice="team",
            value=Decimal(value),
            suggestion=suggest(NOTHING),
            by=world.people["lead"],
            reason="x",
        )


def test_ten_answers_are_needed(world, project):
    with pytest.raises(Unsuitable):
        story.answer_sustainability(project=project, levels=[0] * 9, by=world.people["lead"])


def test_a_month_is_finished_once(world, project):
    for _ in range(2):
        story.finish_month(project=project, month=date(2025, 6, 20), by=world.people["lead"])

    assert [m.month for m in project.months_done.all()] == [date(2025, 6, 1)]
