"""runcharter: run-chart medians that move to each sustained run."""

from typing import Any

import numpy as np

from matneo.commands.verification.compare import Answer, NotRun
from matneo.stats.run_medians import medians


def check(case: dict[str, Any], answer: Answer) -> None:
    """One case: every median with where it starts, ends and extends to."""
    if case["chart"] != "run":
        raise NotRun(str(case["chart"]))
    columns, params, expected = case["input"], case["params"], case["expected"]["medians"]
    days = np.array(columns["date"], "datetime64[D]")
    found = medians(
        series=[str(name) for name in columns["grp"]],
        period=days,
        value=[np.nan if value is None else value for value in columns["y"]],
        points=params["med_rows"],
        run=params["runlength"],
        direction=params["direction"],
        until=int(days.astype(int).max()),  # the peer draws every last median to the end of the picture
    )
    answer.equal("grp", found.series, expected["grp"])
    answer.close("median", found.median, expected["median"])
    answer.equal("start_date", _dates(found.first_period), expected["start_date"])
    answer.equal("end_date", _dates(found.last_period), expected["end_date"])
    answer.equal("extend_to", _dates(found.extends_to), expected["extend_to"])
    answer.equal("run_type", found.kind, expected["run_type"])


def _dates(days: np.ndarray) -> list[str]:
    return [str(day) for day in days.astype("datetime64[D]")]
