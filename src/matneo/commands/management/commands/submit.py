"""`matneo submit FILE`: bring a file in from the command line."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matneo.accounts.access import NotAllowed
from matneo.accounts.models import User
from matneo.measures.intake.findings import Refused
from matneo.monitoring import actions as monitoring
from matneo.organisations.models import Organisation
from matneo.submissions import actions, parsing
from matneo.submissions.actions import SameFile


class Command(BaseCommand):
    help = "Says what a file is, what would be taken and what was left out; accepts it where nothing is to be mended."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", type=Path, help="CSV, gzipped CSV, XLSX, or Parquet with rows about births"
        )
        parser.add_argument(
            "--organisation", help="code of the trust that sends it (published files belong to England)"
        )
        parser.add_argument("--by", help="e-mail of the person who sends it; without it the system does")
        parser.add_argument("--look", action="store_true", help="say everything and accept nothing")

    def handle(self, *, file: Path, organisation, by, look, **options):
        if settings.DATA_DIR.marker() is None:
            raise CommandError(
                f"{settings.DATA_DIR.path} holds no MatNeo data yet. Start ./run once, or name a --data-dir."
            )
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        person = User.objects.filter(email__iexact=by).first() if by else None
        if by and person is None:
            raise CommandError(f"Nobody here has the address {by}.")
        place = (
            Organisation.objects.filter(code=organisation.upper()).first()
            if organisation
            else Organisation.objects.filter(kind="england").first()
        )
        if place is None:
            raise CommandError(f"There is no organisation {organisation}.")
        try:
            submission = actions.receive(file=file, name=file.name, organisation=place, by=person)
            self._tell(submission)
            if look or submission.state != "received":
                return
            accepted = actions.accept(submission=submission, by=person)
            made = monitoring.publish(by=None, reason=f"{file.name} accepted")
        except SameFile as same:
            self.stdout.write(str(same))
            return
        except (Refused, NotAllowed) as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"Accepted as submission {accepted.pk}. Release {made.release.pk} is current.")

    def _tell(self, submission) -> None:
        report = submission.report
        if submission.state == "refused":
            places = ", ".join(
                f"row {p['row']} column {p['column']} ({p['kind']})" for p in report["identified"][:10]
            )
            raise CommandError(
                f"{submission.file_name} holds personal details and was not kept: {places}. Take them out and send it again."
            )
        self.stdout.write(f"{submission.file_name} is {submission.guess}.")
        figures = f", {report['values']:,} figures taken" if report["values"] is not None else ""
        self.stdout.write(f"{report['rows']:,} rows read{figures}, {report['organisations']} trusts matched.")
        for part in report["left_out"]:
            self.stdout.write(f"  left out: {parsing.left_out_words(part)}")
        for finding in report["listed"][:20]:
            where = f"row {finding['row']}, " if finding["row"] else ""
            self.stdout.write(
                f"  {finding['severity']}: {where}{finding['column']}: {finding['sentence']} {finding['suggestion']}"
            )
        self.stdout.write(
            f"To mend: {report['findings']['stop'] + report['findings']['fix']}. To check: {report['findings']['check']}."
        )
