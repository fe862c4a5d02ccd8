"""Which months wait for their numbers, and for whom."""

from datetime import date

import pytest

from matneo.improvement.actions import projects, story
from matneo.improvement.due import MonthDue, months_due
from matneo.submissions import actions as submissions
from matneo.submissions.cells import Cell

TODAY, JUNE = date(2025, 7, 15), date(2025, 6, 1)


@pytest.fixture
def followed(world, project):
    for measure in ("SFP-M07", "SFP-M08", "SFP-M01"):
        projects.follow(project=project, measure=measure, family="process", by=world.people["lead"])
    return project


def due(world, key="lead"):
    return months_due(world.viewer(key), TODAY, lambda measures, codes: frozenset({("SFP-M01", "T1")}))


def type_in(world, *cells):
    submissions.type_in(organisation=world.organisation("T1"), cells=cells, by=world.people["lead"])


def test_empty_cells_of_the_newest_month_are_due(world, followed):
    type_in(world, Cell("SFP-M07", "T1", "month", JUNE, 3, 9))

    assert due(world) == (
        MonthDue(followed.pk, "Smoke-free at birth", "St Mary's Vale", JUNE, 1, 2, numbers=2),
    )


def test_not_collected_is_an_answer(world, followed):
    type_in(
        world,
        Cell("SFP-M07", "T1", "month", JUNE, 3, 9),
        Cell("SFP-M08", "T1", "month", JUNE, state="not_collected"),
    )

    assert due(world) == ()


def test_a_cleared_cell_is_not(world, followed):
    type_in(world, Cell("SFP-M07", "T1", "month", JUNE, 3, 9))
    type_in(world, Cell("SFP-M07", "T1", "month", JUNE, state="cleared"))

    assert due(world)[0].empty == 2


def test_a_finished_month_is_not_due(world, followed):
    story.finish_month(project=followed, month=JUNE, by=world.people["lead"])

    assert due(world) == ()


def test_nor_is_a_paused_project(world, followed):
    projects.pause(project=followed, reason="Summer", by=world.people["lead"])

    assert due(world) == ()


@pytest.mark.parametrize("key", ["colleague", "analyst", "sponsor", "outsider", "coach", "national"])
def test_only_the_team_that_may_type_is_asked(world, followed, key):
    assert due(world, key) == ()


def test_in_two_questions(world, followed, django_assert_max_num_queries):
    viewer = world.viewer("lead")
    with django_assert_max_num_queries(3):
        months_due(viewer, TODAY)
