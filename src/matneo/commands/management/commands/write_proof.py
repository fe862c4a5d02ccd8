"""`matneo write-proof`: compare with every reference and write down how it went, for the page and for the docs."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from matneo.commands.verification import proof, proof_page

ROOT = Path(__file__).resolve().parents[5]
CONTENT = ROOT / "src" / "matneo" / "content" / "proof" / "statistics.json"
PAGE = ROOT / "docs" / "reference" / "statistics.md"


class Command(BaseCommand):
    help = "For developers, in a checkout: runs the vectors of tests/reference and writes content and docs from them."
    requires_system_checks = ()

    def handle(self, **options):
        reference = ROOT / "tests" / "reference"
        if not reference.is_dir():
            raise CommandError("This is no checkout: there are no reference vectors beside the package.")
        try:
            lines = proof.collect(reference)
        except ValueError as problem:
            raise CommandError(f"Nothing was written, because not all of it holds: {problem}") from problem
        CONTENT.write_text(json.dumps(proof.as_content(lines), indent=1) + "\n", "utf-8")
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(proof_page.text(), "utf-8")
        self.stdout.write(f"{sum(line.cases for line in lines)} cases of {len(lines)} methods.")
