"""`./run test` and `./run bench`."""

import argparse
import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from house import assets, checking, environment
from house.environment import PYTHON, ROOT
from house.say import Stop, line, step, warn

# These rooms never meet a database: testing them twice would show nothing new.
PURE = ["stats", "measures", "charts", "evaluation", "utils", "architecture", "reference"]

QUICK = "not slow and not database and not journey"


def run(options: argparse.Namespace) -> int:
    """Checks, unit tests, the same on PostgreSQL, journeys in a browser. What is left out is named at the end."""
    environment.prepare("dev")
    assets.prepare()
    if options.pytest:
        return _pytest(options.pytest)
    skipped: list[str] = []
    wrong: list[str] = []
    if not options.no_check:
        try:
            checking.run(options)
        except Stop as reason:
            line(str(reason))
            wrong.append("checks")
    step("Unit tests" if options.quick else "Tests on SQLite")
    chosen = QUICK if options.quick else "not journey"
    if _pytest(["tests", "-m", chosen, "-n", "2", "-q"]):
        wrong.append("unit tests" if options.quick else "tests on SQLite")
    if options.quick:
        skipped += ["slow tests, both databases and journeys: --quick was asked for"]
    else:
        wrong += _on_postgres(skipped)
        wrong += _journeys(skipped)
    for reason in skipped:
        warn(f"Skipped: {reason}")
    if skipped and os.environ.get("CI") and not options.quick:
        raise Stop("Nothing may be skipped in CI.")
    if wrong:
        raise Stop(f"To mend: {', '.join(wrong)}.")
    line("Everything that this machine can run has passed.")
    return 0


def bench(options: argparse.Namespace) -> int:
    environment.prepare("dev")
    assets.prepare()
    peers = environment.bench_environment()
    command = [str(PYTHON), "-m", "bench", "--peers", str(peers)]
    command += ["--json", str(Path(options.json).resolve())] if options.json else []
    for name in options.only or []:
        command += ["--only", name]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _pytest(arguments: list[str], **extra: str) -> int:
    done = subprocess.run(
        [str(PYTHON), "-m", "pytest", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **extra},
        check=False,
    )
    return 0 if done.returncode == 5 else done.returncode  # 5: nothing was selected


def _on_postgres(skipped: list[str]) -> list[str]:
    tools = _postgres_tools()
    if tools is None:
        skipped.append("tests on PostgreSQL: no PostgreSQL server programs (initdb, pg_ctl) were found")
        return []
    step("Tests on PostgreSQL")
    with _cluster(tools) as url:
        leave_out = [f"--ignore=tests/{room}" for room in PURE]
        failed = _pytest(["tests", *leave_out, "-m", "not journey", "-n", "2", "-q"], MATNEO_DATABASE_URL=url)
    return ["tests on PostgreSQL"] if failed else []


def _journeys(skipped: list[str]) -> list[str]:
    if not (shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")):
        skipped.append("journeys in a browser: no Chromium was found")
        return []
    step("Journeys in a browser")
    # Each of two browsers has its own product; the steps of one file belong together.
    failed = _pytest(["tests/journeys", "-m", "journey", "-n", "2", "--dist", "loadfile", "-q"])
    return ["journeys"] if failed else []


def _postgres_tools() -> Path | None:
    places = [Path(found).parent for found in [shutil.which("initdb")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next(
        (place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None
    )


@contextlib.contextmanager
def _cluster(tools: Path) -> Iterator[str]:
    """A throw-away PostgreSQL on loopback, under an unprivileged user (it refuses to run as root)."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.name != "nt" and os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="matneo-pg-"))
    port = _free_port()
    try:
        if as_user:
            shutil.chown(folder, "postgres")
        quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": "/"}
        subprocess.run(
            [
                *as_user,
                str(tools / "initdb"),
                "-D",
                str(folder / "data"),
                "-U",
                "matneo",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-sync",
            ],
            **quiet,
        )
        settings = (
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} "
            "-c fsync=off -c full_page_writes=off -c max_connections=200"
        )
        subprocess.run(
            [
                *as_user,
                str(tools / "pg_ctl"),
                "-D",
                str(folder / "data"),
                "-w",
                "-l",
                str(folder / "log"),
                "-o",
                settings,
                "start",
            ],
            **quiet,
        )
        yield f"postgres://matneo@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*as_user, str(tools / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/",
        )
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
