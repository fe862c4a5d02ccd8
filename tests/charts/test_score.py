"""Progress on one scale: a disc for the team, a diamond for the coach, a tick for what the records suggest."""

import xml.etree.ElementTree as ET

import pytest

from matneo.charts import score

SVG = "{http://www.w3.org/2000/svg}"


def test_the_disc_stands_at_its_value():
    root = ET.fromstring(score.draw(0.5, 5.0, 2.0, key="s"))

    assert float(root.find(f"{SVG}circle").get("cx")) == score.LEFT
    words = [t.text for t in root.iter(f"{SVG}text")]
    assert "team 0.5" in words
    assert "coach 5.0" in words


@pytest.mark.parametrize(
    ("team", "coach", "said"),
    [
        (3.5, 4.0, "The team says 3.5, the coach says 4.0. The records suggest 2.0."),
        (None, 4.0, "The coach says 4.0. The records suggest 2.0."),
        (None, None, "The records suggest 2.0."),
    ],
)
def test_it_says_who_says_what(team, coach, said):
    assert score.sentence(team, coach, 2.0) == said


def test_equal_values_keep_their_words_apart():
    root = ET.fromstring(score.draw(3.0, 3.0, 3.0, key="s"))
    placed = sorted(float(t.get("x")) for t in root.iter(f"{SVG}text") if t.get("font-weight") == "bold")

    assert placed[1] - placed[0] > 50


def test_whoever_sees_no_suggestion_sees_no_tick_and_no_word_of_it():
    shown, plain = score.draw(3.5, 4.0, 2.0, key="p"), score.draw(3.5, 4.0, None, key="p")

    assert shown.count("l4 7h-8Z") == 1
    assert "l4 7h-8Z" not in plain
    assert score.sentence(3.5, None, None) == "The team says 3.5."
    assert score.sentence(None, None, None) == "Nobody has said yet how far the project is."
