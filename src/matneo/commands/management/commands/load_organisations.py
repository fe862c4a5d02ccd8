"""`matneo load_organisations`: bring the real register up to date."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matneo.organisations import actions, register


class Command(BaseCommand):
    help = "Loads the real register of organisations; running it twice changes nothing, and history is never edited."

    def handle(self, **options):
        if settings.IS_DEMO:
            raise CommandError(
                "This directory holds a demonstration; the real register belongs into a real one."
            )
        records, links = register.read()
        loaded = actions.load(records=records, links=links, on=settings.CLOCK.today(), by=None)
        self.stdout.write(
            f"{len(records)} organisations and {len(links)} links read: {loaded.added} added, {loaded.renamed} renamed, "
            f"{loaded.updated} corrected; {loaded.links_added} links added, {loaded.links_closed} ended."
        )
