"""`matneo build_real`: an installation with the real register and no figures."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from matneo.utils.clock import Clock


class Command(BaseCommand):
    help = "Marks the data directory as real, makes the database and loads the register of organisations and the change packages."

    def handle(self, **options):
        # The database and the register come first: the marker says "finished", so a broken start begins again.
        settings.DATA_DIR.create()
        call_command("migrate", verbosity=0)
        call_command("load_organisations", stdout=self.stdout)
        call_command("load_content", stdout=self.stdout)
        settings.DATA_DIR.make(kind="real", today=None, seed=None, created=Clock().now().isoformat())
        self.stdout.write(f"Made an installation with the real register in {settings.DATA_DIR.path}.")
