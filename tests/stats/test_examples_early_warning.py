"""The examples in the documentation of the early-warning modules run, and say the truth."""

import doctest
import importlib

import pytest

MODULES = (
    "attention",
    "cusum",
    "cusum_design",
    "cusum_limits",
    "detect",
    "dynamic_limits",
    "ewma",
    "moss",
    "multiplicity",
    "poisson_design",
    "vlad",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name):
    result = doctest.testmod(importlib.import_module(f"matneo.stats.{name}"))

    assert result.attempted > 0
    assert result.failed == 0
