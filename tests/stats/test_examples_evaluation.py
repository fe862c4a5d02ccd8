"""The examples in the docstrings of the evaluation modules run and tell the truth."""

import doctest
import importlib

import pytest

MODULES = [
    "ar1", "did", "did_summary", "glm", "hac", "interruption", "its", "mixed_logit", "projection", "regression",
    "serial_correlation", "stepped_wedge", "two_way",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_its_examples_are_right(name):
    module = importlib.import_module(f"matneo.stats.{name}")

    result = doctest.testmod(module)

    assert result.attempted > 0
    assert result.failed == 0
