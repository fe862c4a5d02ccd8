"""Labels of notes: numbers of tests beside words, and what stands in the key and in words."""

from datetime import date

from matneo.charts import labels
from matneo.charts.labels import SQUARE, Label
from matneo.charts.model import Mark


def numbered(x, number, words=""):
    return Label(Mark(date(2024, 8, 1), words, "test"), x, words, str(number))


def note(x, words):
    return Label(Mark(date(2024, 9, 1), words, "note"), x, words, "")


def extent(label):
    return (
        (label.x - SQUARE, label.x + SQUARE)
        if label.is_test
        else (label.at, label.at + labels.width_of(label.words, 13, bold=label.is_bold))
    )


def test_a_number_never_lies_on_the_words_of_a_note():
    for x in range(100, 420, 3):
        placed = labels.placed(
            [note(100.0, "Skin-to-skin in theatre for everyone"), numbered(float(x), 13)], 500, 13
        )
        rows = [label for label in placed if label.row == 0]
        for one in rows:
            for other in rows:
                if one is not other:
                    (left, right), (start, end) = extent(one), extent(other)
                    assert right <= start or end <= left, x


def test_a_number_without_words_needs_no_line_under_the_chart_and_no_words():
    crowded = [numbered(100.0 + place * 4, place + 1) for place in range(12)]
    placed = labels.placed(crowded, 500, 13)

    assert any(label.in_key for label in placed), "more than the rows hold"
    assert labels.key_of(placed, 500, 13).lines == ()
    assert labels.in_words(placed) == ""


def test_one_with_words_keeps_its_line():
    wide = "An hour that nobody interrupts, for everyone who is born here at any time"
    placed = labels.placed([numbered(100.0 + 5 * place, place + 1, wide) for place in range(4)], 500, 13)
    lines = labels.key_of(placed, 500, 13).lines

    assert len(lines) >= 2
    assert "August 2024" in labels.in_words(placed)
