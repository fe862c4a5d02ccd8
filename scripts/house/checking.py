"""`./run check`: what a machine can see without running the product."""

import argparse
import re
import subprocess
import tempfile

from house import environment
from house.environment import BIN, PYTHON, ROOT
from house.say import Stop, line, step


def run(options: argparse.Namespace) -> int:
    """Every check runs, so that one call shows everything there is to mend."""
    environment.prepare("dev")
    checks = {
        "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
        "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
        "types of the pure rooms": [str(BIN / "mypy")],
        "import contracts": [str(BIN / "lint-imports"), "--no-cache"],
        "templates": [str(PYTHON), "-m", "matneo.config.cli", "check_templates"],
        "migrations": [
            str(PYTHON),
            "-m",
            "matneo.config.cli",
            "makemigrations",
            "--check",
            "--dry-run",
            "--verbosity",
            "1",
        ],
        "Django's own": [str(PYTHON), "-m", "matneo.config.cli", "check", "--fail-level", "WARNING"],
    }
    with tempfile.TemporaryDirectory() as folder:
        from house.serving import surroundings

        env = surroundings(ROOT / folder)
        wrong = [name for name, command in checks.items() if not _passes(name, command, env)]
    wrong += [name for name, found in [("pins", _registry_addresses())] if found]
    if wrong:
        raise Stop(f"To mend: {', '.join(wrong)}.")
    line("All checks pass.")
    return 0


def _passes(name: str, command: list[str], env: dict[str, str]) -> bool:
    step(name)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        line(done.stdout[-8000:] + done.stderr[-8000:])
    return done.returncode == 0


def _registry_addresses() -> list[str]:
    """Committed requirement files name packages and hashes, never where one machine fetched them."""
    step("pins")
    found = []
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        text = file.read_text()
        if re.search(r"https?://|--index-url|--extra-index-url|--find-links", text):
            found.append(f"{file.name} holds an address")
        pinned = re.findall(r"^[a-z0-9][^\s#]*", text, re.MULTILINE)
        found += [f"{file.name}: {name} is not pinned" for name in pinned if "==" not in name]
    for text in found:
        line(text)
    return found
