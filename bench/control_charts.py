"""Control charts: 10,000 series of 60 points in one call, beside every Python peer and one bare NumPy pass."""

import json
import subprocess
import tracemalloc
from pathlib import Path

import numpy as np

from bench.figures import Figure, best_of

SERIES, POINTS, PEER_SERIES = 10_000, 60, 100
# Milliseconds a series of 60 points with R 4.2.2 on one core of a shared two-core machine: quoted, not measured here.
IN_R = {
    "NHSRplotthedots 0.2.2, one call": 4.3,
    "qicharts2 0.8.1, one call": 39.0,
    "runcharter, with its plot": 8.0,
}


def measure(peers: str | None) -> list[Figure]:
    from matneo.stats import spc
    from matneo.stats.profiles import PROFILES

    values = np.random.default_rng(20251117).normal(100, 10, (SERIES, POINTS))
    counts = np.random.default_rng(1).binomial(400, 0.1, (SERIES, POINTS)).astype(float)
    sizes = np.full((SERIES, POINTS), 400.0)
    table = {"series": np.repeat(np.arange(SERIES), POINTS), "period": np.tile(np.arange(POINTS), SERIES)}
    phases = {"phase": np.tile(np.arange(POINTS) // 20, SERIES), "target": 110.0}

    def xmr(**more):
        return spc.chart(kind="xmr", value=values.ravel(), **table, **more)

    def shares(kind):
        return spc.chart(kind=kind, numerator=counts.ravel(), denominator=sizes.ravel(), **table)

    ours = best_of(3, xmr)
    p, p_prime = best_of(3, lambda: shares("p")), best_of(3, lambda: shares("p_prime"))
    floor = best_of(3, lambda: (values.mean(axis=1), np.abs(np.diff(values, axis=1)).mean(axis=1)))
    p_floor = best_of(
        3, lambda: (counts.sum(axis=1) / sizes.sum(axis=1), np.abs(np.diff(counts / sizes, axis=1)))
    )
    slowest = max((best_of(1, lambda name=name: xmr(profile=name, **phases)), name) for name in PROFILES)
    found = [
        Figure("XmR, all rules and icons, 10,000 x 60", ours, "s", "one NumPy pass", ours / floor, "", None),
        Figure("p chart, the same", p, "s", "one NumPy pass", p / p_floor, "", None),
        Figure("p' chart, the same", p_prime, "s", "one NumPy pass", p_prime / p_floor, "", None),
        Figure(
            f"phases, targets, every rule and column (slowest profile: {slowest[1]})",
            slowest[0], "s", "", None, "under 1 s", slowest[0] < 1,
        ),
        _memory(xmr),
        *[_quoted(program, each, ours) for program, each in IN_R.items()],
    ]  # fmt: skip
    if peers:
        found += _beside(peers, "xmr", ours, {"values": values[:PEER_SERIES].tolist()})
        few = {"values": counts[:PEER_SERIES].tolist(), "sizes": sizes[:PEER_SERIES].tolist()}
        found += _beside(peers, "p", p, few)
    return found


def _memory(work) -> Figure:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return Figure(
        "memory at the peak of the XmR call",
        peak,
        "MB",
        "its input, 14.4 MB",
        peak / 14.4,
        "1 GB",
        peak < 1000,
    )


def _quoted(program: str, each: float, ours: float) -> Figure:
    ratio = each / 1e3 / (ours / SERIES)
    against = f"{program}, {each:g} ms a series; quoted, on another machine"
    return Figure(
        f"times faster a series than {program.split()[0].rstrip(',')}", ratio, "x", against, ratio, "", None
    )


def _beside(python: str, kind: str, ours: float, given: dict) -> list[Figure]:
    script = Path(__file__).with_name("peers.py")
    text = json.dumps({"kind": kind, **given})
    done = subprocess.run([python, str(script)], input=text, capture_output=True, text=True, check=True)
    took = json.loads(done.stdout)
    each = ours / SERIES
    timed = {name: seconds for name, seconds in took.items() if isinstance(seconds, float)}
    fastest = min(timed, key=lambda name: timed[name])
    figures = []
    for name, seconds in took.items():
        if not isinstance(seconds, float):
            figures.append(Figure(f"{kind}: {name} could not", 0, "", seconds, None, "", None))
            continue
        ratio = seconds / each
        budget, met = ("10 x, aim 20", ratio >= 10) if name == fastest else ("", None)
        against = f"{name}, {seconds * 1e3:.3g} ms a series; ours {each * 1e3:.2g} ms"
        figures.append(
            Figure(f"{kind}: times faster a series than {name}", ratio, "x", against, ratio, budget, met)
        )
    return figures
