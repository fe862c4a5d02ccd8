"""A newcomer's start: a fresh clone, `./run`, and how long until the first page and a trust's chart are there."""

import contextlib
import subprocess
import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from bench.pages import ROOT, free_port, get


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "matneo"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        begin = time.perf_counter()
        run = subprocess.Popen(
            [str(clone / "run"), "--no-browser", "--port", str(port)], stdout=subprocess.DEVNULL, cwd=clone
        )
        try:
            while True:
                with contextlib.suppress(OSError):
                    get(address + "/healthz")
                    break
                time.sleep(0.05)
            healthy = time.perf_counter() - begin
            pages = [_seconds(address + page) for page in ("/", "/trusts/DEMO-042/measures/NHG-M05/")]
        finally:
            run.terminate()
            run.wait(20)
    return [
        Figure("fresh clone to healthy", healthy, "s", "", None, "60 s", healthy < 60),
        Figure("then the front page", pages[0], "s", "", None, "1 s", pages[0] < 1),
        Figure("then a trust's chart", pages[1], "s", "", None, "1 s", pages[1] < 1),
    ]


def _seconds(address: str) -> float:
    begin = time.perf_counter()
    get(address)
    return time.perf_counter() - begin
