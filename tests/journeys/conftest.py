"""The whole product, started as a user starts it, on a small demonstration England; and a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

PLANTED = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "matneo.config.settings"
django.setup()
from datetime import timedelta
from django.conf import settings
from matneo.accounts.models import User
from matneo.improvement.actions import projects, testing
from matneo.improvement.actions.projects import Aim
from matneo.improvement.actions.testing import Plan, Study
lead = User.objects.get(email="lead@example.org")
trust = lead.memberships.get(role="improvement_lead").organisation
today = settings.CLOCK.today()
project = projects.start(organisation=trust, area="SFP", by=lead, key="journey", started=today - timedelta(days=60),
                         aim=Aim("Smoke-free at birth", "Fewer women smoking", today + timedelta(days=200)))
ideas = [testing.take_up(project=project, idea=name, by=lead) for name in ("SFP-C08", "SFP-C07")]
tests = [testing.plan(idea=idea, by=lead, key=f"journey{idea.idea}",
                      plan=Plan("Does it work?", "9 of 10", today - timedelta(days=20), today - timedelta(days=13))) for idea in ideas]
testing.study(test=tests[0], study=Study("8 of 10", "less", "adapt", "It got lost", "In the notes"), seen=1, by=lead, key="journey-study")
print(project.pk, tests[0].pk, tests[1].pk)
"""


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    """A demonstration of twelve trusts, built by the command that `./run` uses."""
    folder = tmp_path_factory.mktemp("journey") / "data"
    command = [sys.executable, "-m", "matneo.config.cli", "build_demo", "--trusts", "12"]
    subprocess.run(command, env=surroundings(folder), check=True, stdout=subprocess.DEVNULL)
    return folder


def surroundings(folder: Path) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MATNEO_")}
    return {
        **environment,
        "MATNEO_DATA_DIR": str(folder),
        "MATNEO_LOOPBACK": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }


@pytest.fixture(scope="session")
def product(demo):
    """The address of the running product."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--blocking-threads",
        "4",
    ]
    server = subprocess.Popen([*command, "matneo.config.wsgi:application"], env=surroundings(demo))
    try:
        yield _when_healthy(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(10)


def _when_healthy(address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address + "/healthz", timeout=2):
                return address
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the product did not answer within 30 seconds")


@pytest.fixture(scope="session")
def planted(demo, product) -> list[str]:
    """A project with a test that has a result and one that waits for it; answers their addresses."""
    done = subprocess.run(
        [sys.executable, "-c", PLANTED], env=surroundings(demo), check=True, capture_output=True, text=True
    )
    project, *tests = done.stdout.split()
    return [f"/projects/{project}/", *(f"/projects/{project}/tests/{test}/" for test in tests)]


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, product) -> Page:
    """A fresh visitor at a desktop width; anything the content security policy blocks is an error."""
    context = chromium.new_context(base_url=product, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    blocked = [text for text in complaints if "Content Security Policy" in text or "Error:" in text]
    assert blocked == [], blocked
