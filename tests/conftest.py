"""What every test stands on: a throw-away data directory, no network, seeded chance."""

import os
import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
import rich.style  # noqa: F401  (draws one number when a library imports it late; here it is early)

# Settings are read at import: point them at an empty directory before Django wakes up.
_HOME = tempfile.TemporaryDirectory(prefix="matneo-tests-")
os.environ["MATNEO_DATA_DIR"] = str(Path(_HOME.name) / "data")
os.environ.setdefault("MATNEO_SECRET_KEY", "only-for-tests")
# Playwright's event loop shares the thread of the live server's database set-up.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(autouse=True)
def _global_randomness_is_forbidden(request):
    """Fails a test that draws from a global generator: chance must be passed in, with a seed."""
    if request.node.get_closest_marker("writes_mail"):
        yield  # Python's own library numbers each message by chance
        return
    python, numpy = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    yield
    assert random.getstate() == python, "this test used the global random generator; pass a seeded one"
    after = np.random.get_state()[1].tolist()  # noqa: NPY002
    assert after == numpy, "this test used NumPy's global generator; pass a seeded one"


def pytest_collection(session):
    """While tests are collected there is no database to ask: modules that look at the library read its files."""
    from matneo.library import catalogue

    catalogue.stand_on(catalogue.NOTHING)


def pytest_collection_modifyitems(items):
    """Marks what asks a database: `--quick` is what is left, and takes less than a minute."""
    for item in items:
        if _asks_a_database(item):
            item.add_marker(pytest.mark.database)


def _asks_a_database(item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


@pytest.fixture(autouse=True)
def _library_stands_where_the_test_may_look(request):
    """With a database the library is read as the product reads it, else from its files."""
    from matneo.library import catalogue

    if not _asks_a_database(request.node):
        yield
        return
    from matneo.library import shelf

    before = catalogue.stand_on(shelf)
    yield
    catalogue.stand_on(before)


@pytest.fixture
def universe(db, data_dir, settings):
    """The small world of tests/universe.py in the test's own database."""
    from django.core.cache import cache
    from tests.universe import build

    # Argon2 is slow on purpose; no test here is about its strength.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()  # wrong passwords and requests are counted there

    return build()


@pytest.fixture
def data_dir(tmp_path, settings):
    """A data directory of the test's own."""
    from matneo.utils.datadir import DataDir

    settings.DATA_DIR = DataDir(tmp_path / "data")
    settings.DATA_DIR.path.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def released(universe, tmp_path, settings):
    """The small world with births, a sign-off and a release; answers (universe, release, its folder)."""
    from datetime import date

    from tests.universe import births, births_file

    from matneo.monitoring import actions
    from matneo.submissions import actions as submissions
    from matneo.utils.clock import Clock

    settings.CLOCK = Clock(date(2025, 7, 15))
    file = births_file(tmp_path, births(6000))
    submission = submissions.receive(
        file=file, name="b.parquet", organisation=universe.organisation("ENG"), by=None
    )
    submissions.accept(submission=submission, by=None)
    submissions.sign_off(
        organisation=universe.organisation("T1"), through=date(2025, 3, 1), by=universe.people["analyst"]
    )
    # England's exact sums are shown of three trusts and more.
    submissions.sign_off_many(through={code: date(2025, 6, 1) for code in ("T2", "T3")}, by=None)
    made = actions.release(by=None, reason="first")
    return universe, made.release, settings.DATA_DIR.releases / made.release.pk
