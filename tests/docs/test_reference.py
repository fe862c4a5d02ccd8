"""The committed reference is what the code says today, and nothing is left out of it."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from matneo.accounts.permissions import Permission
from matneo.accounts.roles import ROLES
from matneo.commands.reference import pages as reference
from matneo.commands.reference import settings
from matneo.measures import collected, predicates

FOLDER = reference.HOME / "docs" / "reference"
BY_HAND = {"charts.md", "statistics.md"}
PAGES = reference.pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name):
    file = FOLDER / name

    assert file.exists(), "write it with `matneo write-reference`"
    assert file.read_text("utf-8") == PAGES[name], "write it anew with `matneo write-reference`"


def test_no_page_is_there_that_nothing_writes():
    assert {file.name for file in FOLDER.iterdir()} - BY_HAND == set(PAGES)


def test_every_variable_that_the_source_names_is_a_setting():
    source = reference.HOME / "src" / "matneo"
    named = {
        name
        for file in source.rglob("*.py")
        for name in re.findall(r"MATNEO_[A-Z_]*[A-Z]", file.read_text("utf-8"))
    }
    listed = {setting.name for setting in reference.all_settings()}

    assert named - {"MATNEO_X", "MATNEO_X_FILE"} == listed


def test_every_setting_has_a_meaning():
    assert [setting.name for setting in reference.all_settings() if not setting.meaning] == []


def test_every_option_has_a_meaning():
    without = reference.common_options()
    wordless = [
        (name, action.dest)
        for name, parser in reference.own_parsers().items()
        for action in parser._actions
        if action.dest not in without and not action.help
    ]

    assert wordless == []


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("permissions.md", [p.name for p in Permission] + list(ROLES)),
        ("measures.md", [*collected.known(), *collected.left_out()]),
        ("predicates.md", list(predicates.PREDICATES)),
    ],
)
def test_what_the_code_knows_is_listed(page, names):
    assert [name for name in names if name not in PAGES[page]] == []


def test_a_setting_is_read_with_its_default_and_the_comment_above_or_beside_it():
    text = '# The name\n# in the header.\nNAME = env.str("MATNEO_NAME", default="x")\nAGE = env.int("MATNEO_AGE", default=2 * 3)  # years\n'

    found = settings.found({"config/settings.py": text})

    assert [(s.name, s.kind, s.default, s.meaning) for s in found] == [
        ("MATNEO_NAME", "text", "x", "The name in the header."),
        ("MATNEO_AGE", "number", "6", "Years."),
    ]


def test_a_comment_above_a_group_of_settings_does_not_speak_for_the_second():
    text = '# First.\nA = env.str("MATNEO_A", default="")\nB = env.str("MATNEO_B", default="")\n'

    assert [s.meaning for s in settings.found({"m": text})] == ["First.", ""]


def test_checking_says_which_page_differs_and_writes_nothing(tmp_path, monkeypatch):
    from matneo.commands.management.commands import write_reference

    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(write_reference, "HOME", tmp_path)

    with pytest.raises(CommandError, match=r"settings\.md"):
        call_command("write_reference", check=True)
    assert not (tmp_path / "docs" / "reference").exists()

    call_command("write_reference")
    assert {file.name for file in (tmp_path / "docs" / "reference").iterdir()} == set(PAGES)
