"""What was planted in the invented England, so that our own detection can be marked."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from matneo.measures.synthetic.england import England, Trust

# What the three waves of the programme improve, later by wave.
PROCESS = ("PTO-M08", "PTO-M07", "SFP-M04", "SFP-M05", "NHG-M05", "NHG-M06", "DIP-M10", "DET-M09")
NATIONAL_FALL, ADMISSIONS_RISE = date(2025, 1, 1), date(2025, 3, 1)


@dataclass(frozen=True)
class Planted:
    """One truth. `detector` names what should find it; "none yet" where nothing can, so far."""

    id: str
    kind: str
    subject: str  # organisation code, "" for many
    measures: tuple[str, ...]
    since: date
    size: str
    what_to_see: str
    detector: str  # "signal", "late", "none yet"
    direction: str = ""  # improvement or concern, where a signal is expected

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "since": self.since.isoformat(), "measures": list(self.measures)}


@dataclass(frozen=True)
class Plan:
    """Which invented trust carries which truth."""

    merged: str
    successor: str
    late: str
    doubled_site: str
    doubled_trust: str
    fake: str
    equity: str
    system_change: str
    true_effect: str
    admissions: str
    idle: str  # the trust whose project nobody touches


def plan(england: England) -> Plan:
    """Trusts by size, so that a small England has every truth too."""
    by_size = sorted(england.open_trusts, key=lambda trust: -trust.births_a_year)
    taken = {england.trusts[3].code}
    free = [trust for trust in by_size if trust.code not in taken]
    order = (0, 3, 1, 4, 6, 2, 5)
    biggest, fake, equity, system, late, true_effect, admissions = (free[i % len(free)] for i in order)
    return Plan(
        "DEMO-120",
        england.trusts[3].code,
        late.code,
        biggest.sites[0].code,
        biggest.code,
        fake.code,
        equity.code,
        system.code,
        true_effect.code,
        admissions.code,
        _neighbour(england, true_effect).code,
    )


def _neighbour(england: England, of: Trust) -> Trust:
    """A trust of the same collaborative, or else any other one."""
    others = [trust for trust in england.open_trusts if trust.code != of.code]
    return min(others, key=lambda trust: trust.collaborative != of.collaborative)


def planted(england: England) -> list[Planted]:
    """Every truth, in words."""
    p = plan(england)
    return [
        Planted(
            "true-effect",
            "true effect",
            p.true_effect,
            ("NHG-M05",),
            date(2024, 9, 1),
            "64% to 82%",
            "a lasting rise from September 2024",
            "signal",
            "improvement",
        ),
        Planted(
            "waves",
            "effect of the programme, by wave",
            "DEMO-ENG",
            PROCESS,
            date(2017, 4, 1),
            "about 8 to 14 points over a year, later by wave",
            "a rise in England that began with wave 1 and spread",
            "signal",
            "improvement",
        ),
        Planted(
            "national-fall",
            "a slow fall everywhere",
            "DEMO-ENG",
            ("DIP-M12",),
            NATIONAL_FALL,
            "53% to 49%",
            "fewer women tested after birth since January 2025",
            "signal",
            "concern",
        ),
        Planted(
            "admissions",
            "more term admissions in one trust",
            p.admissions,
            ("NHG-M02",),
            ADMISSIONS_RISE,
            "up by nearly half",
            "a rise since March 2025",
            "signal",
            "concern",
        ),
        Planted(
            "term-deaths",
            "deaths at term double at one site",
            p.doubled_site,
            ("DET-M21",),
            date(2024, 7, 1),
            "twice as many",
            "more losses at term from July 2024",
            "signal",
            "concern",
        ),
        Planted(
            "regression",
            "a fake effect: back to its usual self",
            p.fake,
            ("PTO-M08",),
            date(2019, 7, 1),
            "none",
            "nothing: a bad year was followed by usual ones, without any test",
            "no signal",
            "improvement",
        ),
        Planted(
            "equity",
            "a gap that the average hides",
            p.equity,
            ("SFP-M01",),
            date(2023, 1, 1),
            "smoking up by half in the most deprived fifth, down elsewhere",
            "a widening gap while the average stands still",
            "none yet",
        ),
        Planted(
            "late",
            "a trust that sends late",
            p.late,
            (),
            date(2025, 8, 1),
            "three months missing",
            "nothing since July 2025, shown as not yet sent",
            "late",
        ),
        Planted(
            "pause",
            "the pause of 2020",
            "",
            ("DET-M09", "DIP-M03"),
            date(2020, 4, 1),
            "four months",
            "a gap, not a zero, from April to July 2020",
            "gap",
        ),
        Planted(
            "merger",
            "a merger",
            p.successor,
            (),
            date(2023, 4, 1),
            "one trust joins another",
            "one series with the join marked",
            "join",
        ),
        Planted(
            "system",
            "a new record system",
            p.system_change,
            ("NAT-M07",),
            date(2022, 10, 1),
            "missing Apgar scores from 6% to 30%",
            "a step in missing answers, not in care",
            "none yet",
        ),
        Planted(
            "idle",
            "a project that nobody touches",
            p.idle,
            (),
            date(2025, 3, 1),
            "",
            "no test for months",
            "none yet",
        ),
    ]
