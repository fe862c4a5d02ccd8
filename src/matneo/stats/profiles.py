"""Rule profiles: named, versioned sets of constants and rules, as data. Every result says which one it used."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Profile:
    """How limits are made and which patterns count.

    Lengths are numbers of points. Sources stand beside each profile below.
    """

    name: str
    version: str
    mr_constant: float = 2.66  # limits = mean ± this × mean moving range
    screen: bool = True  # leave out moving ranges of 3.267 × their mean or more, once
    screen_fallback: bool = True  # screening that leaves nothing, or only zeros, is taken back
    constant_limits: bool = True  # a series that never moves has limits on its mean (else undefined)
    bridge_missing: bool = False  # moving ranges jump over missing points
    bridge_excluded: bool = True  # … and over points left out on purpose
    shift: int = 7
    trend: int = 7
    two_in_three: Literal["between", "beyond"] = (
        "beyond"  # of the two-thirds line and the limit, or beyond the former
    )
    centre: Literal["breaks", "skips"] = "breaks"  # what a point on the centre line does to a shift
    rules: tuple[str, ...] = (
        "outside",
        "trend",
        "two_three",
        "shift",
    )  # the first that fires gives the reason
    clip: bool = True  # limits of counts stay at or above zero, of proportions at or below one
    minimum_points: int = 13  # of the current phase, before any icon is shown
    sentence: str = ""


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in [
        # NHS Making Data Count as its team restated the two-of-three rule in November 2023
        # (NHSRplotthedots issue 194), with our own answers where screening would collapse the limits.
        Profile("mdc-2023", "1", sentence="Making Data Count 2023: shift of 7, trend of 7, two of three."),
        # NHSRplotthedots 0.2.2, quirks included.
        Profile(
            "nhsr-0.2.2",
            "1",
            screen_fallback=False,
            constant_limits=False,
            two_in_three="between",
            clip=False,
            bridge_excluded=False,
            minimum_points=1,
            sentence="NHSRplotthedots 0.2.2, as it answers.",
        ),
        # The official Excel tool does not screen moving ranges (package vignette on deviations).
        Profile("excel-mdc", "1", screen=False, sentence="The Excel tool: no screening of ranges."),
        # qicharts2 0.8: sigma from 1.128, no run rules of its own but Anhøj's.
        Profile(
            "qicharts2-0.8",
            "1",
            mr_constant=3 / 1.128,
            screen_fallback=False,
            constant_limits=False,
            rules=("outside",),
            minimum_points=1,
            sentence="qicharts2 0.8: outside, and Anhøj's runs.",
        ),
        Profile(
            "anhoej",
            "1",
            mr_constant=3 / 1.128,
            rules=("outside",),
            centre="skips",
            sentence="Anhøj: longest run and crossings, and outside a limit.",
        ),
    ]
}


def profile_of(profile: str | Profile) -> Profile:
    """The profile by name, or the one given. Raises ValueError naming those there are."""
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ValueError(f"There is no rule profile {profile!r}; there are {', '.join(PROFILES)}.")
    return PROFILES[profile]
