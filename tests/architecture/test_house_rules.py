"""Rules that no linter knows: who reads how, who writes how, what a repository may hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "matneo"


def modules(*rooms: str) -> list[Path]:
    return [file for room in rooms for file in sorted((SOURCE / room).rglob("*.py"))]


def named(files: list[Path]) -> list:
    return [pytest.param(file, id=str(file.relative_to(SOURCE))) for file in files]


SCOPED = {"visible_to", "listed_to"}  # both take the viewer


def unscoped_reads(tree: ast.AST) -> list[int]:
    """Lines where `.objects` is followed by anything but `.visible_to(`, or `.listed_to(`: the cards of projects."""
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    managers = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and n.attr in {"objects", "_default_manager"}
    ]
    return [
        node.lineno
        for node in managers
        if not (isinstance(parents[node], ast.Attribute) and parents[node].attr in SCOPED)
    ]


@pytest.mark.parametrize("file", named(modules("web", "api", "emails")))
def test_doors_read_only_what_the_viewer_may_see(file):
    lines = unscoped_reads(ast.parse(file.read_text("utf-8")))

    assert not lines, f"{file.name} reads .objects without .visible_to(viewer) on lines {lines}"


def test_an_unscoped_read_is_noticed():
    planted = ast.parse("Trust.objects.all()\nTrust.objects.visible_to(viewer).all()")

    assert unscoped_reads(planted) == [1]


def public_functions(file: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(file.read_text("utf-8"))
    return [n for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


ACTIONS = [
    pytest.param(function, id=f"{file.relative_to(SOURCE).parts[0]}.{function.name}")
    for file in [*sorted(SOURCE.glob("*/actions.py")), *sorted(SOURCE.glob("*/actions/*.py"))]
    for function in public_functions(file)
]


@pytest.mark.parametrize("function", ACTIONS)
def test_an_action_is_keyword_only_and_says_who_acts(function):
    positional = [argument.arg for argument in function.args.posonlyargs + function.args.args]
    keywords = {argument.arg for argument in function.args.kwonlyargs}

    assert not positional, f"make {positional} keyword-only"
    assert "by" in keywords, "an action says by whom it is done"


@pytest.mark.parametrize("file", named(modules("web", "api", "emails", "commands")))
def test_doors_hold_no_models(file):
    bases = [
        ast.unparse(b)
        for n in ast.walk(ast.parse(file.read_text()))
        if isinstance(n, ast.ClassDef)
        for b in n.bases
    ]

    assert "models.Model" not in bases


@pytest.mark.parametrize(
    "file", named(sorted(SOURCE.glob("*/models.py")) + sorted(SOURCE.glob("*/models/*.py")))
)
def test_models_have_no_save_of_their_own_and_name_their_table(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef) and any(
            ast.unparse(b) in {"models.Model", "AbstractUser"} for b in node.bases
        ):
            text = ast.unparse(node)
            assert "db_table" in text or "abstract = True" in text, f"{node.name} needs an explicit db_table"


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_committed_file_names_a_registry_or_a_path_of_one_machine():
    registry = re.compile(r"https?://[^ \"']*/(simple|packages|-/)")
    machine = re.compile(r"(?<![\w./-])/(work|farm|root|Users)/")
    own = Path(__file__)
    wrong = []
    for file in tracked(
        "*.txt", "*.in", "*.toml", "*.py", "*.md", "*.yaml", "*.yml", "*.cfg", "run", ".ci/*"
    ):
        text = file.read_text("utf-8")
        if file != own and (registry.search(text) or machine.search(text)):
            wrong.append(str(file.relative_to(ROOT)))

    assert wrong == []


def test_every_dependency_has_its_reason_beside_it():
    lines = [
        (file.name, line)
        for file in sorted((ROOT / "requirements").glob("*.in"))
        for line in file.read_text().splitlines()
        if line.strip() and not line.startswith(("#", "-r"))
    ]

    assert [entry for entry in lines if "  # " not in entry[1]] == []


def test_the_clock_is_asked_in_one_place_only():
    """Nothing but utils.clock reads the machine's date: a demonstration's today stands still."""
    asked = re.compile(r"date\.today\(|timezone\.now\(|datetime\.now\(|datetime\.utcnow\(|localdate\(")
    wrong = [
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if file != SOURCE / "utils" / "clock.py" and asked.search(file.read_text("utf-8"))
    ]

    assert wrong == []


def test_ci_installs_what_the_tests_would_otherwise_skip():
    script = (ROOT / ".ci" / "run").read_text()

    assert all(
        name in script for name in ("chromium", "postgresql", "libpango", "fonts-liberation", "./run test")
    )


def test_what_scrolls_sideways_can_be_reached_and_named_with_a_keyboard():
    opening = re.compile(r"<div class=\"[^\"]*mn-scroll[^>]*>")
    wrong = [
        f"{file.name}: {tag}"
        for file in sorted((SOURCE / "web" / "templates").rglob("*.jinja"))
        for tag in opening.findall(file.read_text("utf-8"))
        if not ('tabindex="0"' in tag and 'role="region"' in tag and "aria-label=" in tag)
    ]

    assert wrong == []
