"""The visibility ladder: who may see a project. A step up is a named act of the owner; it can be taken back."""

from enum import IntEnum


class Rung(IntEnum):
    DRAFT = 0
    TEAM = 1
    TRUST = 2
    COLLABORATIVE = 3
    PROGRAMME = 4
    PUBLIC = 5


NAMES = {
    Rung.DRAFT: "Draft",
    Rung.TEAM: "Team",
    Rung.TRUST: "Trust",
    Rung.COLLABORATIVE: "Collaborative",
    Rung.PROGRAMME: "Programme",
    Rung.PUBLIC: "Public",
}
WHO = {
    Rung.DRAFT: "the person who began it and those on its team",
    Rung.TEAM: "its team",
    Rung.TRUST: "everyone at the trust, and its coach",
    Rung.COLLABORATIVE: "everyone at the trusts of its collaborative, and those who support them",
    Rung.PROGRAMME: "everyone in the programme who has signed in",
    Rung.PUBLIC: "everyone, without signing in",
}
# From here on the title, area, state and dates of a project are known to the whole programme.
LISTED_FROM = Rung.TRUST
# From here on others may see a project's charts, so it needs a measure that would show harm done elsewhere.
SHARED_FROM = Rung.COLLABORATIVE
