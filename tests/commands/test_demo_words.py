"""The content of the demonstration's tests of change: each field is there and fits what will hold it."""

import re

import pytest

from matneo.commands.demo import words
from matneo.improvement.models import ChangeTest, Compared, Decision, Scale
from matneo.library import catalogue
from matneo.measures import collected
from matneo.measures.intake.identifiers import in_words

TESTS = words.load().tests
CYCLES = [pytest.param(cycle, id=f"{i}-{n}") for i, ramp in TESTS.items() for n, cycle in enumerate(ramp, 1)]
NEEDED = {"question", "prediction", "scale", "happened", "compared", "learned", "decision", "next"}
LONGEST = {"question": 200, "prediction": 200, "next": 200, "happened": 1000, "learned": 1000}
BANNED = re.compile(r"\b(fail|worst|breach|best|rank|RAG)\w*\b", re.IGNORECASE)


def test_each_idea_is_in_the_library_and_each_area_has_eight_or_more():
    unknown = [idea for idea in TESTS if catalogue.load().idea(idea) is None]

    assert unknown == []
    for area in ("SFP", "PTO", "DIP", "NHG", "DET"):
        assert sum(idea.startswith(area) for idea in TESTS) >= 8
    assert all(2 <= len(ramp) <= 4 for ramp in TESTS.values())


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_cycle_fits_the_record(cycle):
    assert set(cycle) - {"all", "share"} == NEEDED
    assert cycle["scale"] in Scale.values
    assert cycle["compared"] in Compared.values
    assert cycle["decision"] in Decision.values
    for field, most in LONGEST.items():
        assert len(cycle[field]) < most - 10, field
        assert not BANNED.search(cycle[field])
        assert not in_words(cycle[field])
    assert ("{all}" in cycle["happened"]) == ("all" in cycle) == ("share" in cycle)
    if "share" in cycle:
        assert 0 <= cycle["share"][0] <= cycle["share"][1] <= 1
        assert cycle["all"][0] < cycle["all"][1]
    assert ChangeTest._meta.get_field("question").max_length == LONGEST["question"]


def test_measures_of_each_area_are_calculated_or_can_be_typed_in():
    for area, rows in words.load().stories["measures"].items():
        assert all(
            row["id"] in collected.known() and row["id"].startswith(area) for row in rows["calculated"]
        )
        assert all(row["id"] in collected.load() for row in rows["typed"]), area
        assert rows["typed"][0]["family"] == "balancing", "what is shared has a balancing measure first"
