"""`matneo check_templates`: every page template compiles."""

from pathlib import Path

import jinja2
from django.core.management.base import BaseCommand, CommandError
from django.template import engines


class Command(BaseCommand):
    help = "Compiles every Jinja template and names the file and line of the first mistake in each."

    def handle(self, **options):
        environment = engines["jinja2"].env
        names = environment.list_templates(filter_func=lambda name: name.endswith(".jinja"))
        wrong = [problem for name in names if (problem := _mistake(environment, name))]
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"{len(names)} templates compile.")


def _mistake(environment: jinja2.Environment, name: str) -> str:
    try:
        environment.get_template(name)
    except jinja2.TemplateSyntaxError as problem:
        return f"{Path(problem.filename or name).name} line {problem.lineno}: {problem.message}"
    return ""
