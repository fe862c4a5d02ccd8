"""The verbs of `./run`."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from house import assets, checking, environment, serving, testing
from house.environment import ROOT
from house.say import Stop, line, step, warn


def main() -> int:
    options = _parser().parse_args()
    try:
        return options.verb(options) or 0
    except Stop as reason:
        warn(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run", description="Start MatNeo (no verb), or do one of these.")
    _serve_options(parser)
    parser.set_defaults(verb=_serve)
    verbs = parser.add_subparsers(title="verbs", metavar="")
    for name, function, words in [
        ("setup", _setup, "prepare everything and stop; the command line is then .venv/bin/matneo"),
        ("test", testing.run, "set up and run every test that this machine can run"),
        ("check", checking.run, "format, lint, types, import contracts, migrations, templates, pins"),
        ("bench", testing.bench, "measure, side by side"),
        ("reset-demo", _reset, "throw the demonstration's data away and build it anew"),
        ("lock", lambda _: environment.lock(), "pin requirements/*.in anew"),
    ]:
        verb = verbs.add_parser(name, help=words, description=words)
        verb.set_defaults(verb=function)
        if name == "test":
            verb.add_argument(
                "--quick",
                action="store_true",
                help="the unit tests alone: no database, no browser, no simulation",
            )
            verb.add_argument("--no-check", action="store_true", help="tests only, without ./run check")
            verb.add_argument("pytest", nargs="*", help="given to pytest instead of the whole suite")
        if name == "bench":
            verb.add_argument("--json", metavar="FILE", help="write the figures as a list of objects")
            verb.add_argument(
                "--only", metavar="NAME", action="append", help="measure this one (may be repeated)"
            )
        if name == "reset-demo":
            verb.add_argument(
                "--data-dir", type=Path, help="the demonstration's directory (default var/demo)"
            )
    return parser


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="default 8000")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--real", action="store_true", help="the real register and no invented data")
    parser.add_argument(
        "--data-dir", type=Path, help="where data are kept (default var/demo or var/real; or MATNEO_DATA_DIR)"
    )


def _data_dir(options: argparse.Namespace) -> Path:
    given = options.data_dir or os.environ.get("MATNEO_DATA_DIR")
    if given:
        return Path(given).resolve()
    return ROOT / "var" / ("real" if getattr(options, "real", False) else "demo")


def _serve(options: argparse.Namespace) -> int:
    return serving.serve(
        port=options.port,
        data_dir=_data_dir(options),
        real=options.real,
        browser=not options.no_browser and sys.stdout.isatty(),
    )


def _setup(options: argparse.Namespace) -> int:
    environment.prepare("print")
    assets.prepare()
    line("Ready. The command line is .venv/bin/matneo; ./run starts the product.")
    return 0


def _reset(options: argparse.Namespace) -> int:
    folder = _data_dir(options)
    marker = folder / "matneo.json"
    if folder.exists() and not marker.exists():
        raise Stop(f"{folder} is not a MatNeo data directory; nothing was removed.")
    if marker.exists() and '"kind": "demo"' not in marker.read_text("utf-8"):
        raise Stop(f"{folder} holds real data; reset-demo removes demonstrations only.")
    environment.prepare("print")
    if folder.exists():
        step(f"Removing {serving.shown(folder)}")
        shutil.rmtree(folder)
    serving.data(folder, real=False)
    return 0
