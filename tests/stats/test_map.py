"""The map of the package is complete, and opening it costs next to nothing."""

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import matneo.stats

HEAVY = ("django", "polars", "pandas", "duckdb", "scipy.stats")
PUBLIC = {
    module.name for module in pkgutil.iter_modules(matneo.stats.__path__) if not module.name.startswith("_")
}


def loaded_by(statement):
    """The modules that are there after a statement, in a Python of its own."""
    ask = f"{statement}\nimport sys\nprint(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    )


def test_the_map_names_every_module():
    words = set(re.findall(r"\w+", matneo.stats.__doc__))

    assert words >= PUBLIC


def test_the_map_sends_nobody_to_a_module_that_is_not_there():
    entries = re.findall(r"^    ([a-z_0-9, ]+?)  +\S", matneo.stats.__doc__, re.MULTILINE)
    named = {name for entry in entries for name in entry.split(", ")}

    assert len(named) > 40
    assert named <= PUBLIC


def test_opening_the_package_loads_nothing():
    assert "numpy" not in loaded_by("import matneo.stats")


@pytest.mark.parametrize("names", [["spc"], sorted(PUBLIC)], ids=["control charts", "everything"])
def test_nothing_heavy_comes_along(names):
    there = loaded_by("\n".join(f"import matneo.stats.{name}" for name in names))

    assert f"matneo.stats.{names[0]}" in there
    assert there.isdisjoint(HEAVY)


def references():
    """`module.name` in the docstrings of the package, where the first word is (or was) a module of ours."""
    home = Path(matneo.stats.__file__).parent
    for file in sorted(home.glob("*.py")):
        for named in re.findall(
            r"`(?:matneo\.stats\.)?([a-z_0-9]+)\.([A-Za-z_]+)(?:\([^`]*)?`", file.read_text("utf-8")
        ):
            if (home / f"{named[0]}.py").exists() or f"`matneo.stats.{named[0]}" in file.read_text("utf-8"):
                yield pytest.param(*named, id=f"{file.stem}: {'.'.join(named)}")


@pytest.mark.parametrize(("module", "name"), list(references()))
def test_what_a_docstring_points_at_is_there(module, name):
    assert hasattr(importlib.import_module(f"matneo.stats.{module}"), name)
