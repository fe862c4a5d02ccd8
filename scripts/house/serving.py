"""Start the product: data, web server, worker; say where it is; stop everything that was started."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

from house import assets, environment
from house.environment import PYTHON, ROOT
from house.say import Stop, line, step

HOST = "127.0.0.1"
HEALTHY_WITHIN_SECONDS = 60


def serve(*, port: int, data_dir: Path, real: bool, browser: bool) -> int:
    """Run until Ctrl-C; returns the exit code."""
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    need_port(port)
    environment.prepare("print")
    assets.prepare()
    os.environ.update(_reached_at(port, data_dir))  # messages that the build queues lead here too
    data(data_dir, real=real)
    children = [_web(port, data_dir), _worker(port, data_dir)]
    try:
        _wait_until_healthy(port, children)
        _welcome(port, data_dir, real)
        if browser:
            webbrowser.open(f"http://{HOST}:{port}/")
        return _watch(children)
    except KeyboardInterrupt:
        line("\nStopping.")
        return 0
    finally:
        _stop(children)


def _as_ctrl_c(*_: object) -> None:
    raise KeyboardInterrupt


def data(data_dir: Path, *, real: bool) -> None:
    """Make the data directory on the first start; bring its database up to date after an upgrade."""
    kind = "real" if real else "demo"
    marker, stamp, wanted = data_dir / "matneo.json", data_dir / "migrations.stamp", _migrations()
    if not real and _is_older_demo(marker, stamp, wanted):
        aside = data_dir.with_name(f"{data_dir.name}-before-{time.strftime('%Y%m%d-%H%M%S')}")
        step(f"The demonstration is of another version; it goes to {shown(aside)} and a new one is built")
        data_dir.rename(aside)
    if not marker.exists():
        if real:
            step(f"Making an empty installation with the real register in {shown(data_dir)}")
            matneo(data_dir, "build_real")
        else:
            step(f"Building the demonstration England in {shown(data_dir)}")
            matneo(data_dir, "build_demo")
        stamp.write_text(wanted)
    elif f'"kind": "{kind}"' not in marker.read_text("utf-8"):
        raise Stop(
            f"{shown(data_dir)} holds {'demo' if real else 'real'} data and this start asks for {kind} data. "
            "Invented and real figures never share a directory: choose another --data-dir."
        )
    if not (stamp.exists() and stamp.read_text() == wanted):
        step("Bringing the database up to date")
        matneo(data_dir, "migrate", "--verbosity", "0")
        stamp.write_text(wanted)
    _content(data_dir)


def _content(data_dir: Path) -> None:
    """New software brings new change packages; where its files are those of the last start, nothing is asked."""
    digest = hashlib.sha256()
    for file in sorted((ROOT / "src" / "matneo" / "content" / "library").glob("*.yaml")):
        digest.update(file.name.encode() + file.read_bytes())
    stamp = data_dir / "content.stamp"
    if not (stamp.exists() and stamp.read_text() == digest.hexdigest()):
        matneo(data_dir, "load_content", "--verbosity", "0")
        stamp.write_text(digest.hexdigest())


def _is_older_demo(marker: Path, stamp: Path, wanted: str) -> bool:
    """Until version 0.1 an app's one migration is written anew, which no database can follow; invented data can be."""
    if not marker.exists() or '"kind": "demo"' not in marker.read_text("utf-8"):
        return False
    told = re.search(r'"format": (\d+)', marker.read_text("utf-8"))
    return told is None or told[1] != _data_format() or (stamp.exists() and stamp.read_text() != wanted)


def _data_format() -> str:
    """Which form of data directory this version reads; the product's own code says it."""
    source = (ROOT / "src" / "matneo" / "utils" / "datadir.py").read_text("utf-8")
    found = re.search(r"^FORMAT = (\d+)", source, re.MULTILINE)
    assert found is not None, "utils/datadir.py names its FORMAT"
    return found[1]


def matneo(data_dir: Path, *arguments: str) -> None:
    """Run one `matneo` command on that data directory; it has said its own sentence when it stops."""
    done = subprocess.run(
        [str(PYTHON), "-m", "matneo.config.cli", *arguments], env=surroundings(data_dir), check=False
    )
    if done.returncode:
        raise Stop(f"`matneo {arguments[0]}` did not finish; the reason stands above.")


def surroundings(data_dir: Path) -> dict[str, str]:
    return {
        **os.environ,
        "MATNEO_DATA_DIR": str(data_dir),
        "MATNEO_LOOPBACK": "1",
        "DJANGO_SETTINGS_MODULE": "matneo.config.settings",
        # Compiled modules are kept, whatever the machine's habit: without them every start compiles everything anew.
        "PYTHONDONTWRITEBYTECODE": "",
    }


def need_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise Stop(
                f"Port {port} is taken by another program. Choose another one: ./run --port {port + 1}"
            ) from problem


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _migrations() -> str:
    digest = hashlib.sha256()
    for file in sorted((ROOT / "src").rglob("migrations/0*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    digest.update(
        (environment.REQUIREMENTS / "base.txt").read_bytes()
    )  # Django and allauth bring migrations too
    return digest.hexdigest()


def _web(port: int, data_dir: Path) -> subprocess.Popen:
    # One process with threads: on two cores it answers more evenly than two processes, and uses half the memory.
    command = [
        str(PYTHON),
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        HOST,
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        str(min(8, 2 * (os.cpu_count() or 1))),
        "--backpressure",
        "64",
        # Should one request ever kill the process that answers, the next one finds another.
        "--respawn-failed-workers",
        "--log-level",
        "warning",
        "matneo.config.wsgi:application",
    ]
    return subprocess.Popen(command, env=_reached_at(port, data_dir), start_new_session=True)


def _worker(port: int, data_dir: Path) -> subprocess.Popen:
    command = [str(PYTHON), "-m", "matneo.config.cli", "work"]
    return subprocess.Popen(command, env=_reached_at(port, data_dir), start_new_session=True)


def _reached_at(port: int, data_dir: Path) -> dict[str, str]:
    """This start listens on loopback without https, whatever address a server's settings in the shell may name; the
    links in messages lead here too."""
    return {**surroundings(data_dir), "MATNEO_BASE_URL": f"http://{HOST}:{port}"}


def _wait_until_healthy(port: int, children: list[subprocess.Popen]) -> None:
    until = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while time.monotonic() < until:
        if children[0].poll() is not None:
            raise Stop("The web server stopped while starting; its message stands above.")
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Stop(f"The web server did not answer within {HEALTHY_WITHIN_SECONDS} seconds.")


def _welcome(port: int, data_dir: Path, real: bool) -> None:
    line()
    line(f"  MatNeo is ready:  http://{HOST}:{port}/")
    if real:
        line("  The real register is loaded and no figures yet. Bring a published file in:")
        line(f"    .venv/bin/matneo submit FILE --data-dir {shown(data_dir)}")
    else:
        line(
            "  Demonstration: every trust, person and figure is invented. Look as one of them in the header:"
        )
        for who in PEOPLE:
            line(f"    {who}")
    line("  Ctrl-C stops it.")
    line()


PEOPLE = [
    "national programme lead",
    "collaborative manager and coach",
    "improvement lead",
    "trust analyst",
    "board sponsor",
    "frontline staff",
    "family partner",
]


def _watch(children: list[subprocess.Popen]) -> int:
    names = {0: "web server", 1: "worker"}
    while True:
        for index, child in enumerate(children):
            if child.poll() is not None:
                raise Stop(f"The {names[index]} stopped by itself (exit code {child.returncode}).")
        time.sleep(0.5)


def _stop(children: list[subprocess.Popen]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=8)
        except subprocess.TimeoutExpired:
            child.kill()
