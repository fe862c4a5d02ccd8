"""`matneo load_content`: bring the library's files in as versions."""

from django.core.management.base import BaseCommand

from matneo.library import actions


class Command(BaseCommand):
    help = "Adds what the software's change packages say anew as versions; running it twice changes nothing, and no version is edited."

    def handle(self, **options):
        loaded = actions.load(by=None)
        for sentence in loaded.left_out:
            self.stderr.write(f"Left out: {sentence}")
        if loaded.added:
            self.stdout.write(
                f"Change packages: {', '.join(loaded.added)} added, {len(loaded.same)} as they were."
            )
        elif options["verbosity"] > 0:
            self.stdout.write(f"Change packages: {len(loaded.same)} as they were.")
