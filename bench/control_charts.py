"""Control charts: 10,000 series of 60 points in one call, beside the fastest Python peer and one bare NumPy pass."""

import json
import subprocess
from pathlib import Path

import numpy as np

from bench.figures import Figure, best_of

SERIES, POINTS, PEER_SERIES = 10_000, 60, 400


def measure(peers: str | None) -> list[Figure]:
    from matneo.stats import spc

    values = np.random.default_rng(20251117).normal(100, 10, (SERIES, POINTS))
    series = np.repeat(np.arange(SERIES), POINTS)
    period = np.tile(np.arange(POINTS), SERIES)
    flat = values.ravel()
    ours = best_of(3, lambda: spc.chart(kind="xmr", series=series, period=period, value=flat))
    floor = best_of(3, lambda: (values.mean(axis=1), np.abs(np.diff(values, axis=1)).mean(axis=1)))
    population = np.full(flat.size, 400.0)
    counts = np.random.default_rng(1).binomial(400, 0.1, flat.size).astype(float)
    p_prime = best_of(
        3,
        lambda: spc.chart(
            kind="p_prime", series=series, period=period, numerator=counts, denominator=population
        ),
    )
    figures = [
        Figure(
            "XmR, all rules and icons, 10,000 x 60",
            ours,
            "s",
            "one NumPy pass",
            ours / floor,
            "under 1 s",
            ours < 1,
        ),
        Figure(
            "p' chart, the same", p_prime, "s", "one NumPy pass", p_prime / floor, "under 1 s", p_prime < 1
        ),
    ]
    if peers:
        theirs = _peer(peers, values[:PEER_SERIES])
        ratio = (theirs / PEER_SERIES) / (ours / SERIES)
        figures.append(
            Figure(
                "times faster a series than statprocon (XmR alone)", ratio, "x",
                f"statprocon {theirs / PEER_SERIES * 1e3:.3g} ms a series", ratio, "10 x, aim 20", ratio >= 10,
            )
        )  # fmt: skip
    return figures


def _peer(python: str, values: np.ndarray) -> float:
    script = Path(__file__).with_name("peer_statprocon.py")
    given = json.dumps(values.tolist())
    done = subprocess.run([python, str(script)], input=given, capture_output=True, text=True, check=True)
    return float(done.stdout)
