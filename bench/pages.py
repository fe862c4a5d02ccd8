"""Pages: twenty people reading the whole demonstration England at once, the first visit's weight, start and memory."""

import contextlib
import gzip
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure

ROOT = Path(__file__).resolve().parents[1]
USERS, SECONDS = 20, 45
READING = [
    "/", "/england/", "/collaboratives/", "/trusts/", "/measures/", "/areas/", "/programme/",
    "/measures/PTO-M08/", "/england/measures/NAT-M01/", "/wall/?area=PTO", "/projects/", "/library/", "/library/sfp/",
    "/library/sfp/?open=SFP-P2&idea=SFP-C08", "/library/ideas/SFP-C08/",
]  # fmt: skip


def measure() -> list[Figure]:
    data = ROOT / "var" / "demo"
    _demo(data)
    with _server(data) as (address, process, started):
        pages = READING + [f"/trusts/DEMO-{n:03}/" for n in range(1, 40, 7)]
        pages += [
            f"/trusts/DEMO-{n:03}/measures/{m}/" for n in range(2, 60, 9) for m in ("PTO-M08", "NAT-M06")
        ]
        pages += sorted(set(re.findall(r"/projects/[0-9a-f]{16}/", get(address + "/projects/").decode())))[:6]
        for page in pages:
            get(address + page)  # a first look warms what a running product has warm
        figures = [Figure("second start to healthy", started, "s", "", None, "5 s", started < 5)]
        figures += _load(address, pages)
        figures += _wall(address) + _first_visit(address)
        memory = _resident_mb(process.pid)
        figures.append(Figure("web process memory", memory, "MB", "", None, "under 400 MB", memory < 400))
    return figures


def _demo(data: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    from house import serving

    serving.data(data, real=False)


@contextlib.contextmanager
def _server(data: Path) -> Iterator[tuple[str, subprocess.Popen, float]]:
    port = free_port()
    begin = time.perf_counter()
    command = [str(ROOT / "run"), "--no-browser", "--port", str(port), "--data-dir", str(data)]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            with contextlib.suppress(OSError):
                get(address + "/healthz")
                break
            time.sleep(0.05)
        yield address, run, time.perf_counter() - begin
    finally:
        run.terminate()
        run.wait(20)


def _load(address: str, pages: list[str]) -> list[Figure]:
    times: list[tuple[float, str]] = []
    until = time.monotonic() + SECONDS

    def person(seed: int) -> None:
        chance = random.Random(seed)
        time.sleep(chance.uniform(0, 3))
        while time.monotonic() < until:
            page = chance.choice(pages)
            begin = time.perf_counter()
            get(address + page)
            times.append((time.perf_counter() - begin, page))
            time.sleep(chance.uniform(1, 5))

    people = [threading.Thread(target=person, args=(seed,)) for seed in range(USERS)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    ordered = sorted(times)
    p95, _ = ordered[int(len(ordered) * 0.95)]
    median = ordered[len(ordered) // 2][0]
    return [
        Figure(f"page p95, {USERS} people, {len(times)} pages", p95 * 1e3, "ms", f"median {median * 1e3:.0f} ms",
               p95 / median, "under 300 ms", p95 < 0.3),
        Figure(f"slowest page ({ordered[-1][1]})", ordered[-1][0] * 1e3, "ms", "p95", ordered[-1][0] / p95, "", None),
    ]  # fmt: skip


def _wall(address: str) -> list[Figure]:
    page = address + "/wall/?kind=trust&measure=PTO-M08"
    body = get(page)
    seconds = min(_timed(page) for _ in range(5))
    size = len(gzip.compress(body, 6)) / 1000
    charts = body.count(b"<svg")
    return [
        Figure(
            f"chart wall, {charts} drawings", seconds * 1e3, "ms", "", None, "300 ms for 150", seconds < 0.3
        ),
        Figure("chart wall, compressed", size, "kB", "", None, "100 kB for 150", size < 100),
    ]


def _first_visit(address: str) -> list[Figure]:
    body = get(address + "/")
    linked = re.findall(rb'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', body)
    total = len(gzip.compress(body, 6)) + sum(
        len(gzip.compress(get(address + u.decode()), 6)) for u in set(linked)
    )
    kilobytes = total / 1000
    return [Figure("first visit, compressed", kilobytes, "kB", "", None, "200 kB", kilobytes < 200)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read()


def _timed(address: str) -> float:
    begin = time.perf_counter()
    get(address)
    return time.perf_counter() - begin


def _resident_mb(parent: int) -> float:
    """The largest process under `./run`: the web server's worker."""
    found = subprocess.run(
        ["ps", "-eo", "pid,ppid,pgid,rss,args"], capture_output=True, text=True, check=True
    )
    sizes = [int(line.split(None, 4)[3]) for line in found.stdout.splitlines()[1:]
             if "granian" in line and str(os.getpid()) not in line.split()[:1]]  # fmt: skip
    return max(sizes, default=0) / 1024
