"""The contracts of .importlinter hold, and each one catches a break that is planted for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# contract -> (file to write, the import planted there)
BREAKS = {
    "Imports go down, never up, never sideways": ("matneo/organisations/planted.py", "import matneo.web"),
    "The pure rooms know no Django and no network": ("matneo/charts/planted.py", "import django"),
    "Statistics take arrays, not tables": ("matneo/stats/planted.py", "import polars"),
    "Data frames stay inside measures and submissions": ("matneo/monitoring/planted.py", "import polars"),
    "No two neighbours import each other": ("matneo/utils/planted.py", "import matneo.accounts.access"),
    "Only the engine and the submission actions touch patient-level rows": (
        "matneo/web/planted.py",
        "import matneo.measures.warehouse",
    ),
}


def lint(source: Path) -> subprocess.CompletedProcess:
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--config",
        str(ROOT / ".importlinter"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(source), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(
        ROOT / "src" / "matneo",
        tmp_path / "matneo",
        ignore=shutil.ignore_patterns("__pycache__", "static", "content", "templates"),
    )
    return tmp_path


def test_every_contract_holds():
    result = lint(ROOT / "src")

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_a_planted_break_is_caught(contract, copy):
    file, statement = BREAKS[contract]
    (copy / file).write_text(f'"""Planted."""\n\n{statement}  # noqa: F401\n')

    result = lint(copy)

    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout


def test_a_room_that_is_not_listed_is_caught(copy):
    (copy / "matneo" / "attic").mkdir()
    (copy / "matneo" / "attic" / "__init__.py").write_text('"""Planted."""\n')

    result = lint(copy)

    assert result.returncode == 1
    assert "attic" in result.stdout


def test_every_contract_has_a_planted_break():
    text = (ROOT / ".importlinter").read_text()
    names = [line.removeprefix("name = ") for line in text.splitlines() if line.startswith("name = ")]

    assert sorted(names) == sorted(BREAKS)
