"""Every `matneo` command and every verb of `./run`, read from their parsers."""

import argparse
from collections.abc import Mapping, Sequence

from matneo.commands.reference.markdown import code, page, sentence, table

LEAD = (
    "`./run` needs nothing but Python 3.11 or newer; it prepares the rest. `matneo` is the command line of an installation: "
    "`.venv/bin/matneo` after `./run setup`. Both say one sentence and end with a code other than 0 when something "
    "cannot be done."
)
EVERYWHERE = (
    "`--data-dir DIR` works with every command, before or after its own options, and wins over `MATNEO_DATA_DIR`. Hyphens "
    "and underscores are the same in the name of a command."
)


def markdown(
    run: argparse.ArgumentParser,
    own: Mapping[str, argparse.ArgumentParser],
    common: frozenset[str],
    others: Mapping[str, Sequence[str]],
) -> str:
    """`own` commands with their options without the `common` ones; `others` by the program that brings them."""
    return page(
        "Commands",
        LEAD,
        "## `./run`",
        _options(run, frozenset({"help"})),
        *_verbs(run),
        "## `matneo`",
        EVERYWHERE,
        *[_command(name, parser, common) for name, parser in sorted(own.items())],
        "## Commands that other programs bring",
        "They work on the same installation; `matneo help NAME` tells what they do. Most are for developers.",
        table(("From", "Commands"), [(of, ", ".join(map(code, names))) for of, names in others.items()]),
    )


def verbs(run: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The verbs of `./run` with their parsers."""
    groups = [a for a in run._actions if isinstance(a, argparse._SubParsersAction)]
    return {name: parser for group in groups for name, parser in group.choices.items()}


def options(parser: argparse.ArgumentParser, without: frozenset[str]) -> list[argparse.Action]:
    actions = (a for a in parser._actions if not isinstance(a, argparse._SubParsersAction))
    return [action for action in actions if action.dest not in without]


def _verbs(run: argparse.ArgumentParser) -> list[str]:
    return [
        f"### `./run {name}`\n\n{sentence(parser.description or '')}\n\n{_options(parser, frozenset({'help'}))}"
        for name, parser in verbs(run).items()
    ]


def _command(name: str, parser: argparse.ArgumentParser, common: frozenset[str]) -> str:
    words = sentence(parser.description or "")
    return f"### `matneo {name.replace('_', '-')}`\n\n{words}\n\n{_options(parser, common)}"


def _options(parser: argparse.ArgumentParser, without: frozenset[str]) -> str:
    listed = options(parser, without)
    if not listed:
        return "No options."
    rows = [(code(_called(action)), sentence(action.help or ""), _without(action)) for action in listed]
    return table(("Option", "Meaning", "Without it"), rows)


def _called(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    if not action.option_strings:
        return f"[{value}]" if action.nargs in ("*", "?") else value
    return f"{', '.join(action.option_strings)} {value}".strip()


def _without(action: argparse.Action) -> str:
    if action.required and action.nargs not in ("*", "?"):
        return "it is needed"
    return "" if action.default in (None, False, [], argparse.SUPPRESS) else code(action.default)
