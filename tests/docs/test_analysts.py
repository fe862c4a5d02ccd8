"""The examples for analysts run as they are printed: one session, from the first block to the last."""

import doctest
import re

import pytest

from matneo.commands.reference import pages as reference

PAGE = reference.HOME / "docs" / "how-to" / "statistics-for-analysts.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def run(blocks):
    """How many examples there are, and what is wrong with them."""
    told = []
    session = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, PAGE.name, str(PAGE), 0)
    result = doctest.DocTestRunner(verbose=False).run(session, out=told.append)
    return result.attempted, "".join(told)


def test_every_block_says_what_comes_out():
    attempted, wrong = run(BLOCKS)

    assert wrong == ""
    assert attempted > 50


@pytest.mark.parametrize("word", ["numpy", "polars", "pandas", "funnel", "shrinkage", "cusum", "its", "meta"])
def test_nothing_that_was_promised_is_left_out(word):
    assert any(re.search(rf"import .*\b{word}\b|from .*\b{word}\b", block) for block in BLOCKS)


def test_another_answer_would_be_noticed():
    assert "61.2" in run([BLOCKS[0].replace("61.1", "61.2")])[1]
