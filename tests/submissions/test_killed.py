"""kill -9 at any moment of a commit leaves either all of it or none of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRIALS = 12  # of each kind, spread evenly over the whole time that a commit takes


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this machine's system cannot fork")
def test_a_commit_that_is_killed_is_whole_or_not_there(tmp_path, own_database):
    environment = {
        **os.environ,
        "MATNEO_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "matneo.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        **own_database,
    }

    done = subprocess.run(
        [sys.executable, "-m", "tests.submissions.killed", str(TRIALS)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert f"{2 * TRIALS} killed" in done.stdout


@pytest.fixture
def own_database():
    """Settings of a database that nobody else uses: a file in the data directory, or a new one on the test server."""
    url = os.environ.get("MATNEO_DATABASE_URL", "")
    if not url:
        yield {}
        return
    import psycopg

    name = f"killed_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {"MATNEO_DATABASE_URL": f"{url.rsplit('/', 1)[0]}/{name}"}
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
