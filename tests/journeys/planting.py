"""Run beside a journey's product: a project of its improvement lead with eight typed measures, two years of them, and a
counter. Prints the project's address and the counter's."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "matneo.config.settings"
django.setup()

from datetime import date, timedelta  # noqa: E402

from matneo.accounts.models import Membership, User  # noqa: E402
from matneo.improvement.actions import counting, filling, projects  # noqa: E402
from matneo.measures.periods import add_months  # noqa: E402
from matneo.submissions import actions as submissions  # noqa: E402
from matneo.submissions.cells import Cell  # noqa: E402

MEASURES = ("SFP-M06", "SFP-M07", "SFP-M08", "SFP-M09", "SFP-M11", "SFP-M12", "SFP-M15", "SFP-M16")
LAST = date(2025, 9, 1)
NEWEST = date(2025, 11, 3)  # a Monday: the week after it is open


def main() -> None:
    lead = User.objects.get(email="lead@example.org")
    trust = Membership.objects.filter(user=lead).first().organisation
    aim = projects.Aim("Months on a grid", "Fewer women smoking when their baby is born", date(2026, 3, 31))
    project = projects.start(organisation=trust, area="SFP", aim=aim, by=lead, started=date(2025, 5, 1))
    for measure in (*MEASURES, "SFP-M01"):
        projects.follow(project=project, measure=measure, family="process", by=lead)
    cells = [
        Cell(measure, trust.code, "month", add_months(LAST, -back), 20 + back % 3, 40)
        for measure in MEASURES
        for back in range(24)
    ]
    by_week = projects.follow(project=project, measure="SFP-M14", family="process", by=lead)
    filling.count_by(row=by_week, rhythm="week", by=lead)
    cells += [
        Cell("SFP-M14", trust.code, "week", NEWEST - timedelta(weeks=back), 20 + back % 3, 40)
        for back in range(20)
    ]
    submissions.type_in(organisation=trust, cells=cells, by=None)
    row = project.measures.get(measure="SFP-M15")
    _, token = counting.make_counter(
        row=row, first=date(2025, 11, 1), last=date(2026, 1, 31), yes="Not judged", no="Judged", by=lead
    )
    print(f"/projects/{project.pk}/", f"/tap/{token}/")


main()
