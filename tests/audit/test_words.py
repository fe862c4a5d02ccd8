"""Every action that the code records has plain words."""

import ast
from pathlib import Path

import matneo
from matneo.audit.words import WORDS, words

SOURCE = Path(matneo.__file__).parent


def recorded() -> set[str]:
    """Every text that a call of `record` gives as its action."""
    found = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
                given = [k.value for k in node.keywords if k.arg == "action"]
                assert given, f"{file}: line {node.lineno} records no action by name"
                texts = [n.value for n in ast.walk(given[0]) if isinstance(n, ast.Constant)]
                assert texts, (
                    f"{file}: line {node.lineno} records an action that cannot be read from the code"
                )
                found |= set(texts)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "done":  # a project's actions
                found.add(f"improvement.{ast.literal_eval(node.args[0])}")
    return found - {"improvement."}


def test_every_action_has_words_and_no_word_is_left_over():
    assert recorded() == set(WORDS)


def test_words_are_plain_and_an_unknown_action_keeps_its_code():
    assert all("." not in text and "_" not in text for text in WORDS.values())
    assert words("gone.since") == "gone.since"
