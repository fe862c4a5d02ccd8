"""Where the app is in use, the catalogue reads published versions from the database."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "matneo.library"

    def ready(self) -> None:
        from matneo.library import catalogue, shelf

        catalogue.stand_on(shelf)
