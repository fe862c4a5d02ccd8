"""Commands that make an installation say what is true where there is one already."""

import os
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError


@pytest.mark.parametrize(
    ("kind", "advice"), [("real", "choose another --data-dir"), ("demo", "./run reset-demo")]
)
def test_a_demonstration_is_never_built_over_what_is_there(data_dir, kind, advice):
    data_dir.make(kind=kind, today=None, seed=None, created="2025-11-17T09:00:00+00:00")

    with pytest.raises(CommandError) as refused:
        call_command("build_demo")

    assert advice in str(refused.value)
    assert ("reset-demo" in str(refused.value)) == (kind == "demo")


def built(folder, *options):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MATNEO_")}
    command = [sys.executable, "-m", "matneo.config.cli", "build-demo", "--data-dir", str(folder), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("options", "reason"),
    [(["--trusts", "3"], "6 to 119 trusts"), (["--trusts", "many"], "invalid int value")],
)
def test_a_demonstration_that_is_not_built_leaves_nothing_behind(tmp_path, options, reason):
    done = built(tmp_path / "demo", *options)

    assert done.returncode != 0
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_demonstration_is_never_built_where_settings_speak_of_the_final_place(data_dir):
    with pytest.raises(CommandError, match="matneo build-demo"):
        call_command("build_demo")

    assert list(data_dir.path.iterdir()) == []


def test_a_demonstration_is_never_built_over_what_is_somebodys(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("kept")

    done = built(tmp_path / "demo", "--trusts", "6")

    assert done.returncode == 1
    assert "holds mine.txt; choose an empty directory" in done.stderr
    assert [file.name for file in tmp_path.rglob("*")] == ["demo", "mine.txt"]
