"""Rule profiles: named, versioned sets of constants and rules, as data. Every result says which one it used."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from matneo.stats import _inputs as given

Manner = Literal["breaks", "skips"]


@dataclass(frozen=True)
class Profile:
    """How limits are made and which patterns count.

    Lengths are numbers of points. `rules` names what is looked for; where several fire, the first gives the reason.
    "skips" means: neither counts towards a pattern nor breaks it. Change one figure with
    `dataclasses.replace(PROFILES["mdc-2023"], shift=8)`; results then say what was changed.
    """

    name: str
    version: str
    sentence: str = ""

    # Limits
    mr_constant: float = 2.66  # limits = mean ± this × mean moving range
    screen: bool = True  # leave out moving ranges of `screen_at` × their mean or more, once
    screen_at: float = 3.267
    screen_fallback: bool = True  # screening that leaves nothing, or only zeros, is taken back
    constant_limits: bool = True  # a series that never moves has limits on its mean (else undefined)
    bridge_missing: bool = False  # moving ranges jump over missing points
    bridge_excluded: bool = True  # … and over points left out on purpose
    factor_floor: float = 0.0  # sigma_z of p′ and u′ is at least this (Laney 2002 lets it shrink: 0)
    prime_plain: bool = (
        True  # p′ and u′ of a series that never moves have the limits of p and u (else the centre)
    )
    pooled_spread: bool = False  # X-bar and S pool standard deviations even where subgroups are of one size
    prime_steps: Literal["baseline", "all"] = "baseline"  # which steps give the sigma of I′
    range_lines: Literal["sigma", "thirds"] = "sigma"  # inner lines of mr charts
    t_below_zero: Literal["zero", "inner_undefined", "undefined"] = (
        "zero"  # lines of t charts whose root is < 0
    )
    zero_time: bool = False  # a time of zero between events is taken, not refused
    clip: bool = True  # limits of counts stay at or above zero, of proportions at or below one
    limits_from: int = 0  # points a phase needs before any limit is shown
    baseline_minimum: int = 0  # a baseline asked for with fewer points is refused

    # Rules
    rules: tuple[str, ...] = ("outside", "trend", "two_three", "shift")
    range_rules: tuple[str, ...] = ("outside",)  # those fair to mr charts, whose neighbours share a point
    shift: int = 7
    trend: int = 7
    two_in_three: Literal["between", "beyond"] = "beyond"  # … two-sigma line and limit, or beyond the former
    third: Literal["same_side", "anywhere", "net"] = (
        "same_side"  # where the other points of a zone window lie
    )
    marks: Literal["pattern", "completing"] = "pattern"  # every point of a pattern, or those that complete it
    zone_marks: Literal["beyond", "window"] = "beyond"  # of a zone window: its outer points, or all
    centre: Manner = "breaks"  # what a point on the centre line does to a shift
    ties: Manner = "breaks"  # what equal neighbours do to a trend
    missing: Manner = "breaks"  # what a missing point does to any pattern
    runs_method: Literal["anhoej", "best_box", "cut_box"] = "anhoej"
    minimum_useful: int = 10  # points off the centre before runs are judged
    conflict: Literal["first", "improvement"] = "first"  # which rule speaks where directions differ

    # Icons
    minimum_points: int = 13  # of the current phase, before any icon is shown (0: even without any value)
    icon_row: Literal["valued", "any"] = "valued"  # the last row with a value, or the last row
    short_phase: int = 13  # phases of fewer rows carry a warning
    unlisted_target: Literal["none", "inconsistent"] = "none"  # assurance of a series left out of the targets


# Anhøj and Olesen (2014), PLoS ONE 9(11) e113825; boxes: Anhøj and Wentzel-Larsen (2020), PLoS ONE 15(6) e0233920.
_ANHOEJ = Profile(
    "anhoej",
    "1",
    "Anhøj: longest run and crossings, and outside a limit.",
    mr_constant=3 / 1.128,
    rules=("outside", "long_run", "few_crossings"),
    centre="skips",
    missing="skips",
)

_ALL = [
    # NHS Making Data Count as its team restated the two-of-three rule in November 2023
    # (NHSRplotthedots issue 194), with our own answers where screening would collapse the limits.
    Profile("mdc-2023", "1", "Making Data Count 2023: shift of 7, trend of 7, two of three."),
    # NHSRplotthedots 0.2.2, quirks included.
    Profile(
        "nhsr-0.2.2",
        "1",
        "NHSRplotthedots 0.2.2, as it answers.",
        screen_fallback=False,
        constant_limits=False,
        two_in_three="between",
        clip=False,
        bridge_excluded=False,
        baseline_minimum=12,
        minimum_points=0,
        icon_row="any",
        unlisted_target="inconsistent",
    ),
    # The official Excel tool does not screen moving ranges (package vignette on deviations), shows nothing before
    # thirteen points, and lets an improvement speak before a concern (issues 16 and 194).
    Profile(
        "excel-mdc",
        "1",
        "The Excel tool: no screening of ranges, limits from 13 points.",
        screen=False,
        limits_from=13,
        baseline_minimum=12,
        conflict="improvement",
    ),
    # qicharts2 0.8 with the package attached: sigma from 1.128, no rules on points but the limits; Anhøj's runs a phase.
    Profile(
        "qicharts2-0.8",
        "1",
        "qicharts2 0.8: outside, and Anhøj's runs.",
        mr_constant=3 / 1.128,
        screen_fallback=False,
        constant_limits=False,
        prime_steps="all",
        range_lines="thirds",
        t_below_zero="inner_undefined",
        rules=("outside",),
        minimum_points=1,
        minimum_useful=1,
    ),
    _ANHOEJ,
    replace(
        _ANHOEJ,
        name="anhoej-best-box",
        sentence="Anhøj's runs judged together: the best box.",
        runs_method="best_box",
    ),
    replace(
        _ANHOEJ,
        name="anhoej-cut-box",
        sentence="Anhøj's runs judged together: the cut box.",
        runs_method="cut_box",
    ),
    # Perla, Provost and Murray (2011), BMJ Qual Saf 20:46, for run charts.
    Profile(
        "ihi-run",
        "1",
        "IHI run chart: shift of 6, trend of 5, too few or too many runs.",
        mr_constant=3 / 1.128,
        rules=("shift", "trend", "run_count"),
        shift=6,
        trend=5,
        centre="skips",
        ties="skips",
        missing="skips",
        minimum_points=10,
    ),
    # Provost and Murray (2011), The Health Care Data Guide, chapter 4.
    Profile(
        "provost-murray",
        "1",
        "Provost and Murray: outside, shift of 8, trend of 6, two of three, fifteen near the centre.",
        mr_constant=3 / 1.128,
        rules=("outside", "shift", "trend", "two_three", "fifteen_inner"),
        shift=8,
        trend=6,
        third="anywhere",
        centre="skips",
        ties="skips",
    ),
    # Western Electric, Statistical Quality Control Handbook (1956); marking and priority as qcc 3.0.
    Profile(
        "western-electric",
        "1",
        "Western Electric: outside, two of three, four of five, eight on one side.",
        mr_constant=3 / 1.128,
        rules=("outside", "two_three", "four_five", "shift"),
        shift=8,
        third="anywhere",
        marks="completing",
    ),
    # Nelson (1984), Journal of Quality Technology 16:237; marking and priority as qcc 3.0.
    Profile(
        "nelson",
        "1",
        "Nelson's eight tests.",
        mr_constant=3 / 1.128,
        rules=(
            "outside",
            "shift",
            "trend",
            "alternating",
            "two_three",
            "four_five",
            "fifteen_inner",
            "eight_outer",
        ),
        shift=9,
        trend=6,
        third="anywhere",
        marks="completing",
    ),
    # The PowerBI-SPC visual with all four flags on, as controlchartspy 0.1.3 runs it.
    Profile(
        "powerbi",
        "1",
        "PowerBI-SPC: outside, shift of 7, trend of 5, two of three.",
        mr_constant=3 / 1.128,
        screen_fallback=False,
        bridge_missing=True,
        prime_plain=False,
        pooled_spread=True,
        range_lines="thirds",
        t_below_zero="undefined",
        zero_time=True,
        rules=("outside", "shift", "trend", "two_three"),
        range_rules=("outside", "shift", "trend", "two_three"),
        trend=5,
        third="net",
        centre="skips",
        ties="skips",
        missing="skips",
        minimum_points=1,
    ),
    # runcharter: the run that moves its medians (see `run_medians`); points on the median are skipped.
    Profile(
        "runcharter",
        "1",
        "runcharter: a sustained run of 9.",
        mr_constant=3 / 1.128,
        rules=("shift",),
        shift=9,
        centre="skips",
    ),
]
PROFILES: dict[str, Profile] = {profile.name: profile for profile in _ALL}


def profile_of(profile: str | Profile) -> Profile:
    """The profile by name, or the one given. Raises ValueError naming those there are.

    Rule: a name gives the published profile of that name; a profile gives itself.
    Source: ours; a look-up in `PROFILES`.

    >>> profile_of("nelson").shift
    9
    """
    if isinstance(profile, Profile):
        return profile
    given.one_of(profile, "profile", PROFILES)
    return PROFILES[profile]


def changes(profile: Profile) -> dict[str, Any]:
    """What differs from the published profile of that name; everything for a name that is not published.

    Rule: the fields whose value differs from that of the published profile of the same name.
    Source: ours; a comparison of fields.

    >>> from dataclasses import replace
    >>> changes(replace(PROFILES["mdc-2023"], shift=8))
    {'shift': 8}
    """
    published = PROFILES.get(profile.name)
    if published is None:
        return asdict(profile)
    return {
        entry.name: getattr(profile, entry.name)
        for entry in fields(profile)
        if getattr(profile, entry.name) != getattr(published, entry.name)
    }
