"""Roles list permissions. The description is the text an administrator reads."""

from dataclasses import dataclass, replace

from matneo.accounts.permissions import Permission


@dataclass(frozen=True)
class Role:
    """`reach` says for which organisations its permissions hold: the own one, or the trusts of a caseload or
    collaborative, or the whole programme (permissions that ask for no organisation). What stands in `everywhere` holds
    for every organisation."""

    key: str
    name: str
    description: str
    reach: str  # "own" | "caseload" | "programme"
    permissions: frozenset[Permission]
    everywhere: frozenset[Permission] = frozenset()


def _role(key: str, name: str, description: str, reach: str, *permissions: Permission) -> Role:
    return Role(
        key, name, description, reach, frozenset({Permission.VIEW_HOME, Permission.VIEW_OUTBOX, *permissions})
    )


ROLES: dict[str, Role] = {
    role.key: role
    for role in [
        _role(
            "national_programme",
            "National programme",
            "Sees everything released, brings published files in, puts notes and phases on England's charts, publishes "
            "new versions of change packages. Never sees a trust's rows or drafts.",
            "programme",
            Permission.ANNOTATE,
            Permission.REBASE,
            Permission.UPLOAD_PUBLISHED,
            Permission.VIEW_SUBMISSIONS,
            Permission.RELEASE,
            Permission.EDIT_LIBRARY,
            Permission.VIEW_AUDIT,
        ),
        _role(
            "psc_manager",
            "Collaborative manager",
            "Looks after a collaborative: sees the exact counts of its trusts to help them.",
            "caseload",
            Permission.VIEW_INSIDE,
            Permission.VIEW_SUBMISSIONS,
            Permission.ANNOTATE,
        ),
        _role(
            "coach",
            "Coach",
            "Supports the trusts of a caseload: sees their exact counts and projects, may put notes on charts.",
            "caseload",
            Permission.VIEW_INSIDE,
            Permission.VIEW_SUBMISSIONS,
            Permission.ANNOTATE,
            Permission.COACH_PROJECTS,
        ),
        _role(
            "improvement_lead",
            "Improvement lead",
            "Leads the trust's improvement work: its projects, the counts it sends in, notes and phases on charts.",
            "own",
            Permission.WORK_ON_PROJECTS,
            Permission.LEAD_PROJECTS,
            Permission.VIEW_INSIDE,
            Permission.VIEW_SUBMISSIONS,
            Permission.UPLOAD,
            Permission.WITHDRAW,
            Permission.ANNOTATE,
            Permission.REBASE,
            Permission.VIEW_AUDIT,
        ),
        _role(
            "staff",
            "Staff",
            "Works in the trust: sees its exact counts, and works on its projects.",
            "own",
            Permission.VIEW_INSIDE,
            Permission.WORK_ON_PROJECTS,
        ),
        _role(
            "trust_analyst",
            "Trust analyst",
            "Sends counts and rows in, signs figures off for outside viewers.",
            "own",
            Permission.WORK_ON_PROJECTS,
            Permission.VIEW_INSIDE,
            Permission.VIEW_SUBMISSIONS,
            Permission.UPLOAD,
            Permission.SUBMIT_ROWS,
            Permission.WITHDRAW,
            Permission.SIGN_OFF,
            Permission.ANNOTATE,
            Permission.REBASE,
            Permission.VIEW_AUDIT,
        ),
        _role(
            "trust_admin",
            "Trust administrator",
            "Invites the trust's people and reads its audit.",
            "own",
            Permission.MANAGE_MEMBERS,
            Permission.VIEW_AUDIT,
        ),
        _role("sponsor", "Board sponsor", "Sees what the trust has signed off, and removes barriers.", "own"),
        _role(
            "family_partner", "Family partner", "Sees what the trust has signed off, in plain words.", "own"
        ),
        replace(
            _role(
                "platform_operator",
                "Platform operator",
                "Keeps the system running and invites people everywhere. Sees no content; every use is recorded.",
                "programme",
                Permission.VIEW_AUDIT,
                Permission.MANAGE_MEMBERS,
            ),
            everywhere=frozenset({Permission.MANAGE_MEMBERS}),
        ),
    ]
}
HELD_AT = {"own": "trust", "caseload": "psc", "programme": "england"}
NO_SUPERUSER = (
    "There is no superuser in MatNeo: each person has roles, and nobody sees everything. Invite the first people with "
    "`matneo invite EMAIL --name NAME --role ROLE --at CODE`."
)


def roles_of(kind: str) -> dict[str, Role]:
    """The roles that somebody can have at an organisation of that kind."""
    return {key: role for key, role in ROLES.items() if HELD_AT[role.reach] == kind}
