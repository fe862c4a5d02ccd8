"""qcc: Western Electric and Nelson rules around a given centre, each rule alone."""

from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats import spc

KINDS = {"xmr": "xmr", "p": "p", "u": "u", "c": "c"}
RULES = {
    "western-electric": ("outside", "two_three", "four_five", "shift"),
    "nelson": (
        "outside", "shift", "trend", "alternating", "two_three", "four_five", "fifteen_inner", "eight_outer"
    ),
}  # fmt: skip


def check(case: dict[str, Any], answer: Answer) -> None:
    """One case: limits, and the positions each rule flags by itself."""
    if case["chart"] not in KINDS:
        raise NotRun(str(case["chart"]))
    columns, params, expected = case["input"], case["params"], case["expected"]
    rows = len(columns["y"])
    for name, rules in RULES.items():
        made = spc.chart(
            kind=KINDS[case["chart"]],
            series=np.repeat("one", rows),
            period=np.arange(rows),
            value=[np.nan if value is None else value for value in columns["y"]],
            denominator=columns.get("n"),
            centre=params["center"],
            sigma=params["sigma"],
            profile=name,
        )
        for limit, ours in {"lcl": made.points.lcl, "ucl": made.points.ucl}.items():
            answer.close(limit, ours[: len(expected[limit])], expected[limit])
            if len(expected[limit]) == 1:  # one limit for all
                answer.equal(f"{limit} is level", np.ptp(ours) == 0, True)
        theirs = expected[name.replace("-", "_")]
        for place, rule in enumerate(rules, 1):
            if f"rule{place}" in theirs:
                flagged = np.flatnonzero(made.points.rules[rule])
                answer.equal(f"{name} {place}", sorted(flagged.tolist()), sorted(theirs[f"rule{place}"]))
