"""A team's predictions in one sentence; counted by hand."""

from matneo.improvement.record import record


def test_predictions_are_counted_in_words():
    assert record([]).sentence.startswith("No test has a result yet")
    assert record(["as_expected"]).sentence == "1 of 1 test turned out about as expected."
    assert record(["as_expected", "better", "less", "less", "other"]).sentence == (
        "1 of 5 tests turned out about as expected, 1 better, 2 less than expected and 1 in a way that nobody expected."
    )
