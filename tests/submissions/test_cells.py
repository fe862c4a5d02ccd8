"""What one typed cell brings, and the sentence that says why it cannot be kept."""

from dataclasses import replace
from datetime import date

import pytest

from matneo.measures import collected
from matneo.submissions.cells import Cell, Counted, Rules, note, read

RULES = Rules(collected.known(), {"T1": "St Mary's Vale", "S1": "S1"}, {("SFP-M01", "T1")}, date(2025, 7, 15))
CELL = Cell("SFP-M07", "T1", "month", date(2025, 3, 1), 7, 41)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, Counted(7, 41, "ok")),
        ({"numerator": "1,007", "denominator": " 4 100 "}, Counted(1007, 4100, "ok")),
        ({"numerator": 0}, Counted(0, 41, "ok")),
        ({"numerator": "1,234", "denominator": "12 345"}, Counted(1234, 12345, "ok")),
        ({"numerator": 0, "denominator": 0}, Counted(0, 0, "no_cases")),
        ({"state": "not_collected"}, Counted(None, None, "not_collected")),
        ({"state": "cleared", "numerator": None}, Counted(None, None, "not_yet_sent")),
        ({"measure": "PTO-M03", "period_kind": "quarter", "period": date(2025, 4, 1)}, Counted(7, 41, "ok")),
    ],
)
def test_a_cell_becomes_counts_and_a_state(changes, counts):
    assert read(replace(CELL, **changes), RULES) == counts


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"numerator": -1}, "-1 is below zero"),
        ({"numerator": 3.5}, "3.5 is not whole"),
        ({"numerator": "seven"}, "'seven' is no number"),
        ({"denominator": "nan"}, "nan is no number"),
        ({"numerator": "1_0"}, "'1_0' is no number"),
        ({"numerator": "7 41"}, "'7 41' is no number"),
        ({"numerator": "7,41"}, "'7,41' is no number"),
        ({"numerator": "1,0"}, "'1,0' is no number"),
        ({"denominator": 10**12}, "too large for a count"),
        ({"numerator": 42}, "42 of 41 cannot be"),
        ({"denominator": None}, "7 of (blank) is half of it. Type out of how many too"),
        ({"numerator": ""}, "(blank) of 41 is half of it. Type how many there were too"),
        ({"numerator": None, "denominator": None}, "nothing was typed"),
        ({"period": date(2025, 8, 1)}, "August 2025: 7 of 41 cannot be known, it has not begun"),
        ({"period": date(1925, 3, 1)}, "March 1925: 7 of 41 is too long ago"),
        ({"period": date(2025, 3, 2)}, "2 March 2025 begins no month"),
        ({"period_kind": "quarter", "period": date(2025, 1, 1)}, "is typed by month"),
        ({"period_kind": "fortnight"}, "is typed by month"),
        ({"measure": "PTO-M03", "period_kind": "quarter", "period": date(2025, 2, 1)}, "begins no quarter"),
        ({"measure": "SFP-M99"}, "SFP-M99: 7 of 41 was not kept, for this is no measure we know"),
        ({"measure": "MSD-APGAR"}, "others publish this"),
        ({"subject": "T2"}, "March 2025: 7 of 41 is for T2, which is no place"),
        (
            {"measure": "SFP-M01"},
            "Smoking at birth, March 2025: 7 of 41 was not kept, for this is filled in from your records",
        ),
        ({"state": "maybe"}, "'maybe' says nothing"),
    ],
)
def test_a_bad_cell_is_told_what_is_wrong_and_what_to_do(changes, said):
    sentence = read(replace(CELL, **changes), RULES)

    assert isinstance(sentence, str)
    assert said in sentence
    assert sentence.endswith(".")
    assert not any(word in sentence.lower() for word in ("fail", "worst", "breach", "best", "rank", "error"))


def test_the_measure_and_the_month_are_named():
    assert str(read(replace(CELL, numerator=-1), RULES)).startswith(
        "Reached within one working day, March 2025: "
    )


def test_a_month_that_is_not_over_is_kept_and_that_is_said():
    words = note(replace(CELL, period=date(2025, 7, 1)), RULES, None)

    assert words == "July 2025 is not over: it is kept and not counted before 1 August 2025."


def test_a_signed_month_is_said():
    assert "signed off already" in note(CELL, RULES, date(2025, 3, 1))
    assert note(CELL, RULES, date(2025, 2, 1)) == ""
