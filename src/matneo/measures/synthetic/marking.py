"""Our own work, marked: what was planted against what the charts say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Signal = tuple[str, str, str, date]  # organisation, measure, kind, since
LATEST = timedelta(days=730)
EARLIEST = timedelta(
    days=200
)  # a stretch of points takes in months that lay on its side by chance before the change


@dataclass(frozen=True)
class Marked:
    """One planted truth and what became of it."""

    kind: str
    where: str
    measures: str
    since: str
    what_to_see: str
    verdict: str  # found, missed, false alarm, kept quiet, rightly, no detector yet
    why: str


def mark(
    truth: Mapping[str, Any],
    signals: Sequence[Signal],
    names: Mapping[str, str],
    titles: Mapping[str, str],
) -> Marked:
    """Found: a signal of the planted kind on the planted series that began when the truth did, or later."""
    start = date.fromisoformat(truth["since"])
    mine = [
        s
        for s in signals
        if s[0] == truth["subject"] and s[1] in truth["measures"] and s[2] == truth["direction"]
    ]
    detector = truth["detector"]
    if detector == "none yet":
        verdict, why = "no detector yet", "Nothing here looks for it so far."
    elif detector in ("late", "gap", "join"):
        verdict, why = (
            "found",
            {
                "late": "Shown as not yet sent on the England page.",
                "gap": "Shown as a gap with its reason.",
                "join": "The join stands on the chart.",
            }[detector],
        )
    elif detector == "no signal":
        fooled = [s for s in mine if start - EARLIEST <= s[3] <= start + LATEST]
        verdict = "false alarm" if fooled else "kept quiet, rightly"
        why = (
            f"A signal since {fooled[0][3]:%B %Y} mistakes a return to usual for a change."
            if fooled
            else "No lasting signal was raised."
        )
    else:
        later = sorted(s[3] for s in mine if s[3] >= start - EARLIEST)
        verdict = "found" if later else "missed"
        why = (
            f"Signal since {later[0]:%B %Y}."
            if later
            else "No signal of that kind stands today: the numbers are small, or the effect is."
        )
    where = names.get(truth["subject"], "everywhere") if truth["subject"] else "everywhere"
    return Marked(
        truth["kind"],
        where,
        ", ".join(titles.get(measure, measure) for measure in truth["measures"]) or "–",
        f"{start:%B %Y}",
        truth["what_to_see"],
        verdict,
        why,
    )
