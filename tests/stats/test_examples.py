"""Every public function says what it computes, after whom, and by an example that runs."""

import doctest
import importlib
import inspect
import pkgutil
import re
from functools import cached_property

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


# What is computed: a formula; where there is none, the rule that decides, or the method that finds the answer.
WHAT = re.compile(r"^(Formula|Rule|Method): \S", re.MULTILINE)
WHENCE = re.compile(r"^Source: \S", re.MULTILINE)
every_public_function = pytest.mark.parametrize(
    "function", [pytest.param(function, id=f"{name}.{label}") for name, label, function in FUNCTIONS]
)


@every_public_function
def test_a_public_function_has_an_example(function):
    assert ">>>" in (inspect.getdoc(function) or "")


@every_public_function
def test_a_public_function_says_what_it_computes(function):
    assert len(WHAT.findall(inspect.getdoc(function) or "")) == 1


@every_public_function
def test_a_public_function_names_its_source(function):
    assert len(WHENCE.findall(inspect.getdoc(function) or "")) == 1


def public_classes():
    for name in PUBLIC:
        for label, thing in vars(loaded(name)).items():
            written_here = getattr(thing, "__module__", "") == f"matneo.stats.{name}"
            if written_here and not label.startswith("_") and inspect.isclass(thing):
                yield pytest.param(thing, id=f"{name}.{label}")


@pytest.mark.parametrize("cls", list(public_classes()))
def test_a_public_class_and_its_methods_have_a_sentence(cls):
    own = {label: thing for label, thing in vars(cls).items() if not label.startswith("_")}
    said = {cls.__name__: cls.__doc__} | {
        label: inspect.getdoc(getattr(cls, label))
        for label, thing in own.items()
        if inspect.isroutine(thing)
        or isinstance(thing, (property, cached_property, classmethod, staticmethod))
    }

    # A dataclass without a docstring gets its own signature for one.
    assert not [label for label, text in said.items() if not text or text.startswith(f"{cls.__name__}(")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    assert doctest.testmod(loaded(name)).failed == 0


def test_the_walk_finds_the_package():
    assert len(FUNCTIONS) > 100
    assert {"spc.chart", "funnel.funnel_limits", "runs.run_count_limits"} <= {
        f"{n}.{label}" for n, label, _ in FUNCTIONS
    }
    assert sum(doctest.testmod(loaded(name)).attempted for name in ("spc", "intervals")) > 20
