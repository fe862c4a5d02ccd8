"""The data directory: closed to everybody else, and never made by a look at the settings."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from matneo.utils.datadir import DataDir

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_umask():
    """What most machines have: new files are readable by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def made(path: Path) -> DataDir:
    directory = DataDir(path)
    directory.make(kind="real", today=None, seed=None, created="2025-11-17T09:00:00+00:00")
    return directory


def test_only_its_owner_can_look_into_it(tmp_path, open_umask):
    directory = made(tmp_path / "srv" / "data")

    directory.secret_key()

    assert mode(directory.path) == 0o700
    assert mode(directory.path / "secret_key") == 0o600


def test_a_directory_that_was_there_is_closed_when_it_becomes_an_installation(tmp_path, open_umask):
    (tmp_path / "data").mkdir(mode=0o755)

    assert mode(made(tmp_path / "data").path) == 0o700


def test_a_mode_that_the_owner_chose_later_stays(tmp_path):
    directory = made(tmp_path / "data")
    directory.path.chmod(0o750)

    directory.create()

    assert mode(directory.path) == 0o750


def test_the_key_of_an_installation_stays_the_same(tmp_path):
    directory = made(tmp_path / "data")

    assert directory.secret_key() == directory.secret_key()


def test_without_an_installation_the_key_is_kept_nowhere(tmp_path):
    directory = DataDir(tmp_path / "none")

    assert len(directory.secret_key()) >= 50
    assert not directory.path.exists()


def test_reading_the_settings_makes_no_directory(tmp_path):
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("MATNEO_")}
    surroundings |= {"MATNEO_DATA_DIR": str(tmp_path / "none"), "PYTHONPATH": str(ROOT / "src")}
    code = "from matneo.config import settings; print(bool(settings.SECRET_KEY))"

    done = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True)

    assert done.stdout.strip() == "True", done.stderr
    assert not (tmp_path / "none").exists()
