"""The examples in the docstrings run, and every public function has one."""

import doctest
import importlib
import inspect

import pytest

MODULES = [
    "_two_groups",
    "differencing",
    "disclosure",
    "gaps",
    "group_variation",
    "heterogeneity",
    "inequality",
    "meta",
    "meta_bayes",
    "meta_regression",
    "reliability",
    "suppression",
    "survey",
    "survey_rounds",
    "table_structure",
    "two_by_two",
]
# Shared by modules of the package, and no part of what an analyst calls.
TOOLS = {"checked", "tau2_of", "restricted_loglik", "checked_answers", "checked_counts"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(f"matneo.stats.{name}"))

    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("_")])
def test_every_public_function_has_an_example(name):
    module = importlib.import_module(f"matneo.stats.{name}")
    bare = [
        label
        for label, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not label.startswith("_")
        and label not in TOOLS
        and ">>>" not in (function.__doc__ or "")
        and ">>>" not in (module.__doc__ or "")
    ]

    assert bare == []
