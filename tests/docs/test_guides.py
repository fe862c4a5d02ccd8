"""What the documentation names exists: files, headings, addresses, commands, options, settings, words on the screen."""

import argparse
import re
import subprocess
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from matneo.commands.reference import commands
from matneo.commands.reference import pages as reference
from matneo.commands.reference.markdown import anchor

HOME = reference.HOME
GUIDES = sorted((HOME / "docs" / "how-to").glob("*.md"))
WITH_NAMES = [
    *GUIDES,
    HOME / "README.md",
    HOME / "docs" / "README.md",
    HOME / "docs" / "reference" / "charts.md",
]
FOLDERS = ("/srv/",)  # places of a machine, not addresses of the product


def markdown_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=HOME, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [HOME / name for name in listed.stdout.splitlines() if (HOME / name).is_file()]


def named(files: list[Path]) -> list:
    return [pytest.param(file, id=str(file.relative_to(HOME))) for file in files]


def prose(text: str) -> str:
    """Without blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)


def spans(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(text))


def lines_of_code(text: str) -> list[str]:
    blocks = re.findall(r"^ *```[^\n]*\n(.*?)^ *```", text, flags=re.DOTALL | re.MULTILINE)
    return [line.strip() for block in blocks for line in block.splitlines()] + spans(text)


def broken_links(file: Path) -> list[str]:
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(file.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        other = (file.parent / path).resolve() if path else file
        if not other.exists() or (heading and heading not in headings(other)):
            wrong.append(target)
    return wrong


def headings(file: Path) -> set[str]:
    found = re.findall(r"^#+ (.+)$", prose(file.read_text("utf-8")), flags=re.MULTILINE)
    return {anchor(words) for words in found}


@pytest.mark.parametrize("file", named(markdown_files()))
def test_every_link_leads_somewhere(file):
    assert broken_links(file) == []


def test_a_broken_link_is_noticed(tmp_path):
    (tmp_path / "a.md").write_text(
        "# One two\n[x](b.md) [y](#one-two) [z](#three) [w](https://example.org)\n```\n[c](d)\n```\n"
    )

    assert broken_links(tmp_path / "a.md") == ["b.md", "#three"]


def test_every_guide_stands_in_the_index():
    index = (HOME / "docs" / "README.md").read_text("utf-8")
    reference_pages = (HOME / "docs" / "reference").glob("*.md")

    missing = [f.name for f in [*GUIDES, *reference_pages] if f"/{f.name}" not in index]
    assert missing == []


def addresses_in(text: str) -> list[str]:
    found = [span for span in spans(text) if re.match(r"/[\w<]", span) and not span.startswith(FOLDERS)]
    return found + [f"/{rest}" for rest in re.findall(r"\$HOST/([^\s\"']+)", text)]


@pytest.mark.parametrize("file", named(WITH_NAMES))
def test_every_address_is_one_of_the_product(file):
    wrong = []
    for address in addresses_in(file.read_text("utf-8")):
        try:
            resolve(re.sub(r"<\w+>", "x1", address.partition("?")[0]))
        except Resolver404:
            wrong.append(address)

    assert wrong == []


def calls_in(text: str) -> list[tuple[str, list[str]]]:
    """Program and words of each `./run …` and `matneo …`."""
    calls = []
    for line in lines_of_code(text):
        found = re.match(r"(?:\.venv/bin/)?(\./run|matneo)(?: (.*))?$", line)
        if found:
            calls.append((found[1], re.split(r"  +|\s", (found[2] or "").split("    ")[0])))
    return calls


def wrong_call(program: str, words: list[str]) -> str:
    """What is not known of a call, or nothing."""
    words = [word for word in words if word]
    given = [word.partition("=")[0] for word in words if word.startswith("--")]
    if program == "./run":
        run = reference.run_parser()
        verb = words[0] if words and not words[0].startswith("-") else ""
        parser = commands.verbs(run).get(verb) if verb else run
    else:
        name = words[0].replace("-", "_") if words else ""
        others = {name for names in reference.other_commands().values() for name in names}
        if name in others | {"help", ""}:
            return ""
        parser = reference.own_parsers().get(name)
    if parser is None:
        return words[0]
    known = {option for action in parser._actions for option in action.option_strings} | {"--data-dir", "--"}
    return ", ".join(option for option in given if option not in known)


@pytest.mark.parametrize("file", named(WITH_NAMES))
def test_every_command_and_option_exists(file):
    calls = calls_in(file.read_text("utf-8"))

    assert [(program, words) for program, words in calls if wrong_call(program, words)] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("`./run --real --port 8001`", ""),
        ("`./run fly`", "fly"),
        ("`./run test --slowly`", "--slowly"),
        ("`matneo submit FILE --look`", ""),
        ("`.venv/bin/matneo submit FILE --listen`", "--listen"),
        ("`.venv/bin/matneo load-organisations`", ""),
        ("`matneo changepassword a@example.org`", ""),
        ("`matneo dance`", "dance"),
    ],
)
def test_a_call_that_does_not_exist_is_noticed(line, wrong):
    assert [wrong_call(*call) for call in calls_in(line)] == [wrong]


@pytest.mark.parametrize("file", named([f for f in markdown_files() if "reference" not in f.parts]))
def test_every_setting_exists(file):
    listed = {setting.name for setting in reference.all_settings()}
    named_here = set(re.findall(r"MATNEO_[A-Z_]*[A-Z]", file.read_text("utf-8")))

    assert {name.removesuffix("_FILE") for name in named_here if name != "MATNEO_WRITE_MATRIX"} <= listed


def source_words() -> str:
    """Everything that the product may say, as one line of plain words."""
    files = [
        *(HOME / "src" / "matneo").rglob("*.py"),
        *(HOME / "src" / "matneo" / "web" / "templates").rglob("*.*"),
        *(HOME / "scripts").rglob("*.py"),
    ]
    texts = " ".join(file.read_text("utf-8") for file in files)
    return re.sub(r"\s+", " ", re.sub(r"</?[a-z][^<>]*>|\"\s+f?\"", "", texts))


SAID = source_words()


@pytest.mark.parametrize("file", named(GUIDES))
def test_bold_words_are_words_on_the_screen(file):
    bold = re.findall(r"\*\*([^*]+)\*\*", prose(file.read_text("utf-8")))
    ours = {"Send whole months."}

    assert [words for words in bold if words not in ours and words.rstrip(".") not in SAID] == []


def test_the_parsers_are_argparse():
    """What this file reads of them is not public; when it moves, here is where to look."""
    assert isinstance(reference.run_parser(), argparse.ArgumentParser)
    assert commands.verbs(reference.run_parser())
