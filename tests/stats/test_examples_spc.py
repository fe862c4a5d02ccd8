"""The examples in the docstrings of the control-chart modules run, and give what they say."""

import doctest
import importlib

import pytest

MODULES = (
    "bernoulli", "boxes", "constants", "exact", "false_alarms", "phases", "profiles", "rebases", "run_medians", "runs", "spc",
    "targets",
)  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name):
    result = doctest.testmod(importlib.import_module(f"matneo.stats.{name}"))

    assert result.attempted > 0
    assert result.failed == 0
