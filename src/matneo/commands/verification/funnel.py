"""Funnel plots beside FunnelPlotR's parts, and the limits that the reference works out from them."""

import re
from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats.funnel import funnel_limits
from matneo.stats.funnel_results import FunnelLimits, FunnelResult
from matneo.stats.intervals import garwood

KINDS = {"PR": "proportion", "SR": "standardised_ratio", "RC": "count_ratio"}
LEVELS = {"95": 0.95, "998": 0.998}
WORDS = {-1: "low", 0: "in", 1: "high"}


def check(case: dict[str, Any], answer: Answer) -> None:
    kind = re.sub(r"-(no)?OD$", "", str(case["kind"]))
    if kind not in ("PR", "SR-log", "SR-sqrt", "RC"):
        raise NotRun(str(case["kind"]))
    expected = case["expected"]
    ours = {name: _asked(case, kind, overdispersion=name) for name in ("none", "additive", "multiplicative")}
    _check_points(answer, ours["additive"], expected)
    _check_limits(answer, "approx", ours["none"].limits, expected)
    for name in ("additive", "multiplicative"):
        _check_limits(answer, f"od_{name}", ours[name].limits, expected)
    if kind != "RC":
        exact = _asked(case, kind, limits="exact")
        _check_limits(answer, "exact", exact.limits, expected)
    if "limits_chisq" in expected:
        _check_chi_square(answer, case["input"]["denominator"], expected["limits_chisq"])


def _asked(case: dict[str, Any], kind: str, **options: Any) -> FunnelResult:
    method = case["method"]
    return funnel_limits(
        case["input"]["numerator"],
        case["input"]["denominator"],
        kind=KINDS[kind[:2]],
        transform=method.get("sr_transform") or "log",
        trim=method.get("trim", "winsorise"),
        trim_by=method.get("trim_by", 0.1),
        **{"limits": "approximate", **options},
    )


def _check_points(answer: Answer, ours: FunnelResult, expected: dict[str, Any]) -> None:
    points, dispersion = ours.points, ours.overdispersion
    assert dispersion is not None
    said = {
        "target": ours.target,
        "rate": points.rate,
        "y": points.y,
        "s": points.s,
        "z": points.z,
        "z_trimmed": points.z_trimmed,
        "phi": ours.phi,
        "tau2": ours.tau2,
        "phi_2sigma_threshold": dispersion.threshold,
        "s_for_limits": points.s_target,
        "z_od_additive": points.z_adjusted,
        "target_transformed": points.y[0] - points.z[0] * points.s[0],
    }
    for name, value in said.items():
        answer.close(name, value, expected.get(name))
    answer.equal("n_used", dispersion.n_used, expected.get("n_used"))
    theirs = expected.get("z_trimmed")
    if theirs:
        dropped = np.isnan(points.z_trimmed).tolist()
        answer.equal("dropped by trimming", dropped, [value is None for value in theirs])


def _check_limits(answer: Answer, name: str, ours: Any, expected: dict[str, Any]) -> None:
    lines, flags = expected.get(f"limits_{name}") or {}, expected.get(f"flags_{name}") or {}
    for label, level in LEVELS.items():
        limits: FunnelLimits = ours[level]
        answer.close(f"{name} lower_{label}", limits.lower, lines.get(f"lower_{label}"))
        answer.close(f"{name} upper_{label}", limits.upper, lines.get(f"upper_{label}"))
        if f"out_{label}" in flags:
            answer.equal(f"{name} out_{label}", [WORDS[int(f)] for f in limits.flag], flags[f"out_{label}"])


def _check_chi_square(answer: Answer, expected_counts: list[float], theirs: dict[str, Any]) -> None:
    """What the peers draw: the interval that would belong to E if it had been observed."""
    for label, level in LEVELS.items():
        interval = garwood(expected_counts, expected_counts, level)
        answer.close(f"chi-square lower_{label}", interval.lower, theirs.get(f"lower_{label}"))
        answer.close(f"chi-square upper_{label}", interval.upper, theirs.get(f"upper_{label}"))
