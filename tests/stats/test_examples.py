"""Every public function says by example what it does, and the examples run."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import matneo.stats

MODULES = [module.name for module in pkgutil.iter_modules(matneo.stats.__path__)]
PUBLIC = [name for name in MODULES if not name.startswith("_")]


def loaded(name):
    return importlib.import_module(f"matneo.stats.{name}")


def functions_of(module):
    """The functions a module makes public, remembered answers (`lru_cache`) included."""
    for name, thing in vars(module).items():
        written_here = getattr(thing, "__module__", "") == module.__name__
        if written_here and not name.startswith("_") and inspect.isroutine(thing):
            yield name, thing


FUNCTIONS = [(name, label, function) for name in PUBLIC for label, function in functions_of(loaded(name))]


@pytest.mark.parametrize(
    "function", [pytest.param(function, id=f"{name}.{label}") for name, label, function in FUNCTIONS]
)
def test_a_public_function_has_an_example(function):
    assert ">>>" in (inspect.getdoc(function) or "")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    assert doctest.testmod(loaded(name)).failed == 0


def test_the_walk_finds_the_package():
    assert len(FUNCTIONS) > 100
    assert {"spc.chart", "funnel.funnel_limits", "runs.run_count_limits"} <= {
        f"{n}.{label}" for n, label, _ in FUNCTIONS
    }
    assert sum(doctest.testmod(loaded(name)).attempted for name in ("spc", "intervals")) > 20
