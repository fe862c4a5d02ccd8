"""`matneo …`: Django's management commands with our settings."""

import os
import sys

from matneo.accounts.roles import NO_SUPERUSER
from matneo.utils.datadir import WrongDataDirectory


def main() -> None:
    arguments = _as_modules(_take_data_dir(sys.argv))
    if arguments[1:2] == [
        "createsuperuser"
    ]:  # before Django's own asks for a name, an address and a password
        sys.exit(NO_SUPERUSER)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matneo.config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:  # `pip install matneo` brings the statistics alone
        sys.exit("The product's commands need more than the statistics: pip install 'matneo[app]'")

    execute = execute_from_command_line
    if arguments[1:2] == [
        "build_demo"
    ]:  # before settings are read: it builds in another place than it is told
        from matneo.commands.management.commands.build_demo import run as execute
    try:
        execute(arguments)
    except WrongDataDirectory as reason:
        sys.exit(str(reason))


def _take_data_dir(arguments: list[str]) -> list[str]:
    """`--data-dir DIR` works with every command; settings read it before any command parses its own options."""
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--data-dir":
            os.environ["MATNEO_DATA_DIR"] = next(waiting, "") or sys.exit("--data-dir needs a directory.")
        elif argument.startswith("--data-dir="):
            os.environ["MATNEO_DATA_DIR"] = argument.partition("=")[2]
        else:
            rest.append(argument)
    return rest


def _as_modules(arguments: list[str]) -> list[str]:
    """`load-organisations` is what people type; the command's module cannot have a hyphen in its name."""
    program, *rest = arguments
    if rest and not rest[0].startswith("-"):
        rest[0] = rest[0].replace("-", "_")
    return [program, *rest]


if __name__ == "__main__":
    main()
