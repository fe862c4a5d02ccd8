"""Who may do what: permissions, roles, and the committed access matrix in words."""

from collections.abc import Iterable, Mapping

from matneo.accounts.permissions import Permission
from matneo.accounts.roles import ROLES, Role
from matneo.commands.reference.markdown import code, page, table

LEAD = (
    "Nothing is open unless a rule opens it. One function, `accounts.access.has_permission`, decides for pages, downloads "
    "and programs alike. Reading what is released needs no account. A command on the machine itself acts as the system, "
    "unless `--by` names a person."
)
REACH = {
    "own": "the organisation where the role is held, its sites and units, and the trusts that it carries on",
    "caseload": "the trusts of the person's caseload",
    "programme": "England",
}
PEOPLE = {
    "public": "the public, without an account",
    "national": "national programme",
    "coach": "coach whose caseload holds the trust",
    "lead": "improvement lead of the trust",
    "analyst": "analyst and administrator of the trust",
    "sponsor": "board sponsor of the trust",
    "colleague": "staff of the trust",
    "family": "family partner of the trust",
    "outsider": "improvement lead and analyst of another trust",
}
ANSWERS = {
    "200": "yes",
    "302": "sign in",
    "401": "sign in",
    "403": "no",
    "404": "hidden",
    "422": "yes",
}
MATRIX_WORDS = """The test asks every address as every person, for their own trust and for another one; the table is committed
(`tests/web/access_matrix.csv`), and a difference stops the tests. **yes**: the page or answer comes, or what was sent is
judged. **no**: refused with a sentence. **hidden**: as if it were not there. **sign in**: asked to sign in first, or to send a
token. For the outsider, "another trust" is the own one. In the test the other trust has signed nothing off, so its charts are
hidden; and the test is no demonstration, so what was planted is hidden too."""


def markdown(matrix: Iterable[Mapping[str, str]], addresses: Mapping[str, str]) -> str:
    """`matrix` holds the rows of the committed table, `addresses` leads from a name to its pattern."""
    rows = list(matrix)
    return page(
        "Permissions and roles",
        LEAD,
        "## Roles",
        table(("Role", "Key", "What for", "Where"), _roles()),
        "A role begins and ends on a day. A person may hold several.",
        "## Permissions",
        table(("May", "Code", "Who"), _permissions()),
        "## Every address and every person",
        MATRIX_WORDS,
        table(("Column", "Person"), PEOPLE.items()),
        "### Looking",
        _answers(rows, "GET", addresses),
        "### Changing",
        _answers(rows, "POST", addresses),
    )


def _roles() -> list[tuple[str, ...]]:
    return [(r.name, code(r.key), r.description, _where(r)) for r in ROLES.values()]


def _where(role: Role) -> str:
    wherever = ", ".join(sorted(permission.value for permission in role.everywhere))
    return f"{REACH[role.reach]}; everywhere: {wherever}" if wherever else REACH[role.reach]


def _permissions() -> list[tuple[str, ...]]:
    return [(str(p.value), code(p.name), _holders(p)) for p in Permission]


def _holders(permission: Permission) -> str:
    held = [role.name for role in ROLES.values() if permission in role.permissions]
    return "every role" if len(held) == len(ROLES) else ", ".join(held) or "nobody"


def _answers(rows: list[Mapping[str, str]], method: str, addresses: Mapping[str, str]) -> str:
    wanted = [row for row in rows if row["method"] == method]
    return table(
        ("Address", "Trust", *PEOPLE),
        [
            (code(addresses[row["address"]]), _whose(row, addresses), *map(_answer(row), PEOPLE))
            for row in wanted
        ],
    )


def _whose(row: Mapping[str, str], addresses: Mapping[str, str]) -> str:
    spoken = any(part in addresses[row["address"]] for part in ("<code>", "<pk>"))
    return {"own": "own", "other": "another"}[row["trust"]] if spoken else ""


def _answer(row: Mapping[str, str]):
    """The words for what each person gets; an address that leads everybody on, the signed-in too, is open."""
    leads_on = row["public"] == "302" and {row[person] for person in PEOPLE} == {"302"}
    return lambda person: "yes" if leads_on else ANSWERS[row[person]]
