"""All pages of the reference: file name -> text. The one place that knows where each thing is read from."""

import csv
import importlib
import json
import re
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from matneo.commands.reference import api, commands, measures, people, settings
from matneo.measures import collected, definitions
from matneo.measures.tables import births

HOME = Path(__file__).resolve().parents[4]  # the checkout: docs/, scripts/ and tests/ stand beside src/
READ_BY = ("config/settings.py", "config/wsgi.py")
OURS = "matneo.commands"


def pages(home: Path = HOME) -> dict[str, str]:
    """Every generated page of docs/reference/."""
    known = definitions.load()
    return {
        "settings.md": settings.markdown(all_settings(home)),
        "commands.md": commands.markdown(run_parser(home), own_parsers(), common_options(), other_commands()),
        "permissions.md": people.markdown(_matrix(home), addresses()),
        "measures.md": measures.measures(known, collected.load(), collected.left_out()),
        "predicates.md": measures.questions(known),
        "births.md": measures.births(births.COLUMNS),
        "api.md": api.markdown(_description()),
    }


def all_settings(home: Path = HOME) -> list[settings.Setting]:
    return settings.found({name: (home / "src" / "matneo" / name).read_text("utf-8") for name in READ_BY})


def run_parser(home: Path = HOME) -> ArgumentParser:
    """The parser of `./run`, whose modules stand outside the package."""
    folder = str(home / "scripts")
    sys.path.insert(0, folder)
    try:
        parser: ArgumentParser = importlib.import_module("house.cli")._parser()
    finally:
        sys.path.remove(folder)
    return parser


def own_parsers() -> dict[str, ArgumentParser]:
    names = [name for name, app in get_commands().items() if app == OURS]
    return {name: load_command_class(OURS, name).create_parser("matneo", name) for name in names}


def common_options() -> frozenset[str]:
    """Options that Django gives to every command."""
    return frozenset(action.dest for action in BaseCommand().create_parser("matneo", "any")._actions)


def other_commands() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, app in sorted(get_commands().items()):
        if app != OURS:
            found.setdefault(str(app).rpartition(".")[2], []).append(name)
    return dict(sorted(found.items()))


def addresses() -> dict[str, str]:
    """Name -> address with `<placeholders>`, for every named address of the product."""
    return dict(_walk(get_resolver(), "/", ""))


def _walk(resolver: URLResolver, before: str, space: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        address = before + _plain(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry, address, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield space + entry.name, address


def _plain(pattern: str) -> str:
    """`<str:code>` and `(?P<code>…)` become `<code>`."""
    text = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", pattern)
    return re.sub(r"<\w+:(\w+)>", r"<\1>", text).strip("^$").replace("\\", "")


def _matrix(home: Path) -> list[dict[str, str]]:
    with (home / "tests" / "web" / "access_matrix.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def _description() -> Any:
    """The OpenAPI description as it is served."""
    address = reverse("api:openapi-json")
    found = resolve(address)
    view: Callable[..., Any] = found.func
    return json.loads(view(RequestFactory().get(address), *found.args, **found.kwargs).content)
