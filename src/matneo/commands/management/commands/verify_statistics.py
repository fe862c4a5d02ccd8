"""`matneo verify-statistics DIR`: ask our statistics what established programs were asked, and compare."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from matneo.commands.verification.runner import verify

SHOWN = 3  # differences said of each failed case


class Command(BaseCommand):
    help = "Runs every vector file found below a folder; the exit code is 1 if any case failed."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR", help="where the vector files are")

    def handle(self, *, folder: Path, **options):
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        passed = failed = 0
        for report in verify(folder):
            self.stdout.write(report.line())
            for name, differences in report.failed.items():
                for words in differences[:SHOWN]:
                    self.stdout.write(f"    {name}: {words}")
            passed, failed = passed + report.passed, failed + len(report.failed)
        self.stdout.write(f"{passed} passed, {failed} failed")
        if failed:
            raise SystemExit(1)
