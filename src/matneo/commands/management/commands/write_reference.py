"""`matneo write-reference`: write docs/reference/ anew from the code."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from matneo.commands.reference.pages import HOME, pages


class Command(BaseCommand):
    help = "Writes the generated pages of docs/reference/ anew from the code; for a checkout, after a change of the code."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; say which pages differ")

    def handle(self, *, check, **options):
        folder = HOME / "docs" / "reference"
        if not folder.parent.is_dir():
            raise CommandError(f"{folder.parent} is not there: the reference is written in a checkout.")
        differing = [name for name, text in pages().items() if not _is(folder / name, text)]
        if check and differing:
            raise CommandError(f"Write these anew with matneo write-reference: {', '.join(differing)}.")
        folder.mkdir(exist_ok=True)
        for name in differing:
            (folder / name).write_text(pages()[name], "utf-8")
        self.stdout.write(
            f"{len(differing)} pages written." if differing else "Every page is as the code says."
        )


def _is(file: Path, text: str) -> bool:
    return file.exists() and file.read_text("utf-8") == text
