"""Runs in the peers' environment: seconds a series that each peer takes for the charts given on standard input.

Each is asked for what it gives: statprocon limits alone, abspc limits and rules, clinical-qikit a chart's result with
runs analysis, controlchartspy limits and its four flags. Nothing is drawn where a peer lets one leave that out.
"""

import json
import sys
import time
import warnings

import pandas as pd


def statprocon_xmr(values, _):
    from statprocon import XmR

    chart = XmR(values)
    chart.x_to_dict()
    chart.mr_to_dict()


def qikit(values, sizes):
    from qikit import qic

    if sizes is None:
        qic(y=values, chart="i")
    else:
        qic(y=values, n=sizes, chart="p")


def abspc(values, sizes):
    from abspc import calculate_control_limits, detect_special_causes

    if sizes is None:
        limits = calculate_control_limits(pd.DataFrame({"value": values}), "XmR")
    else:
        frame = pd.DataFrame({"value": sizes, "numerator": values, "subgroup_size": sizes})
        limits = calculate_control_limits(frame, "p", numerator_col="numerator")
    detect_special_causes(limits)


def controlchartspy(values, sizes):
    from controlchartspy import spc

    keys = [f"2020-{1 + place // 28:02}-{1 + place % 28:02}" for place in range(len(values))]
    spc(
        {"key": keys, "top": values, **({} if sizes is None else {"bottom": sizes})},
        keys="key",
        numerators="top",
        denominators=None if sizes is None else "bottom",
        spc_settings={"chart_type": "i" if sizes is None else "p"},
        outlier_settings={"astronomical": True, "shift": True, "trend": True, "two_in_three": True},
        return_objs=["limits"],
    )


PEERS = {
    "xmr": {
        "statprocon": statprocon_xmr,
        "clinical-qikit": qikit,
        "abspc": abspc,
        "controlchartspy": controlchartspy,
    },
    "p": {"clinical-qikit": qikit, "abspc": abspc, "controlchartspy": controlchartspy},
}


def seconds(peer, series) -> float:
    peer(*series[0])  # what it imports and prepares once is not counted
    start = time.perf_counter()
    for values, sizes in series:
        peer(values, sizes)
    return (time.perf_counter() - start) / len(series)


def main() -> None:
    warnings.simplefilter("ignore")
    given = json.load(sys.stdin)
    sizes = given.get("sizes") or [None] * len(given["values"])
    series = list(zip(given["values"], sizes, strict=True))
    took = {}
    for name, peer in PEERS[given["kind"]].items():
        try:
            took[name] = seconds(peer, series)
        except Exception as problem:  # a peer that cannot is said, and the others go on
            took[name] = f"{type(problem).__name__}: {problem}"[:200]
    json.dump(took, sys.stdout)


main()
