"""The examples in the docstrings run."""

import doctest
import importlib

import pytest

MODULES = (
    "calibration",
    "casemix",
    "distributions",
    "funnel",
    "gamma_poisson",
    "intervals",
    "overdispersion",
    "random_intercept",
    "ratios",
    "roots",
    "shrinkage",
    "standardisation",
    "variation",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_say_what_happens(name):
    found = doctest.testmod(importlib.import_module(f"matneo.stats.{name}"))

    assert found.attempted > 0
    assert found.failed == 0
