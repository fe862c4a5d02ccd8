"""Who is looking: a frozen value that lower rooms can ask without knowing accounts."""

from dataclasses import dataclass, field
from typing import Literal

Audience = Literal["inside", "outside"]


@dataclass(frozen=True)
class Viewer:
    """A person (or the public) as the reading rooms see them; built by `accounts.access.viewer_for`.

    `inside` holds the codes of organisations whose exact counts this person may see;
    everyone else's figures reach them released, signed off and disclosed.
    """

    user_id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    caseload: frozenset[str] = frozenset()
    national: bool = False
    # Pairs of (role, organisation code): what the one permission function reads.
    grants: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    # Pairs of (organisation code, code of a site, unit or predecessor that belongs to it).
    below: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    # (project, step of the ladder): the one project that this viewer sees, as if it stood on that step. Of previews alone.
    supposing: tuple[str, int] | None = None

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    def sees_inside(self, code: str) -> bool:
        return code in self.inside

    def audience(self, code: str) -> Audience:
        return "inside" if self.sees_inside(code) else "outside"


ANONYMOUS = Viewer()
