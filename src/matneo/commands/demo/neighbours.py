"""Those beyond the home trust whom one meets: leads of other trusts, one who asks for twenty minutes, and the national
editor's newer version of a package, which the projects that stand on the earlier one may take."""

from collections.abc import Mapping
from datetime import date, datetime

from matneo.accounts import actions as accounts
from matneo.accounts.models import User
from matneo.commands.demo.writing import as_of
from matneo.improvement.actions import asking
from matneo.improvement.ladder import Rung
from matneo.improvement.models import Member, Project
from matneo.library import actions as library
from matneo.library import drafting
from matneo.library.models import LibraryVersion
from matneo.organisations.models import Organisation
from matneo.utils.viewer import ANONYMOUS

SINCE = date(2024, 4, 1)
REWORDED = {
    "  name: Structured triage\n": "  name: Triage that is structured and timed from the door\n",
    "  short: Risk judged, plan agreed\n": "  short: Risk judged again, plan agreed\n",
    "  name: Risk is judged at booking, in labour and after birth, and the plan is agreed with the woman\n": (
        "  name: Risk is judged at booking, in labour, after birth and whenever it changes, and the plan is agreed with the woman\n"
    ),
}


def settle(home: Organisation, people: Mapping[str, User], asked: datetime, published: datetime) -> None:
    """Leads first: only those can be asked."""
    leads = _leads(home)
    with as_of(asked):
        _ask(home, leads)
    with as_of(published):
        _new_version(people["national"])


def _leads(home: Organisation) -> dict[str, User]:
    """One at each trust with a project at work that everybody may read: whoever leads the first of them there."""
    rows = Member.objects.filter(leads=True, end=None, project__rung=Rung.PUBLIC, project__state="active")
    rows = rows.exclude(project__organisation=home).select_related("project__organisation")
    found: dict[str, User] = {}
    for row in rows.order_by("project__organisation__code", "project__started", "pk"):
        trust = row.project.organisation
        if trust.code in found:
            continue
        user = accounts.create_user(
            email=f"{trust.code.lower()}@example.org", name=row.name, by=None, is_invented=True
        )
        accounts.add_membership(user=user, organisation=trust, role="improvement_lead", start=SINCE, by=None)
        found[trust.code] = user
    return found


def _ask(home: Organisation, leads: Mapping[str, User]) -> None:
    """A project elsewhere wants to know how the home trust did it."""
    rows = Project.objects.filter(state="active", rung__gte=Rung.TRUST, organisation__code__in=leads)
    project = rows.select_related("organisation").order_by("started", "pk").first()
    if project is not None:
        asking.ask(
            project=project,
            of=home,
            text="Your first hour has held for a year. How did you begin in theatre, and who had to be asked?",
            by=leads[project.organisation.code],
        )


def _new_version(editor: User) -> None:
    row = LibraryVersion.objects.visible_to(ANONYMOUS).filter(package="DET").first()
    if row is None:
        return
    text = drafting.next_text(row.text, row.version + 1, date(2025, 11, 14))
    for before, after in REWORDED.items():
        text = text.replace(before, after)
    library.publish(
        text=text,
        note="Triage is timed from the door, and risk is judged again whenever it changes.",
        by=editor,
    )
