"""Run by test_killed.py in a process of its own: accept files, be killed while doing it, and look at what is left.

This process only forks, so that no thread pool is copied half-way. Each trial is three children: one receives a file,
one accepts and releases it and is killed with SIGKILL, one looks, and then finishes what was begun.
"""

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path

import django

TRIALS = int(sys.argv[1])
MONTHS = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]


def main() -> None:
    django.setup()
    import tests.universe  # noqa: F401  (imported here once, for every child)

    import matneo.monitoring.actions
    import matneo.submissions.actions  # noqa: F401

    child(build)
    whole = [timed(n) for n in (0, 1)]  # the first one warms the disk
    for kind in ("counts", "births"):
        longest = whole[1] if kind == "counts" else timed(2, kind)
        for trial in range(TRIALS):
            number = 10 + trial + (1000 if kind == "births" else 0)
            child(lambda n=number, k=kind: receive(n, k))
            child(lambda n=number: accept(n), kill_after=longest * (trial + 0.5) / TRIALS)
            child(lambda n=number: look(n))
    print(f"{2 * TRIALS} killed")


def timed(number: int, kind: str = "counts") -> float:
    child(lambda: receive(number, kind))
    start = time.perf_counter()
    child(lambda: accept(number))
    return time.perf_counter() - start


def child(work, kill_after: float | None = None) -> None:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return
    _, status = os.waitpid(pid, 0)
    assert status == 0, "a child that nobody killed failed; its words stand above"


def build() -> None:
    from django.conf import settings
    from django.core.management import call_command
    from tests import universe

    from matneo.monitoring import actions

    settings.DATA_DIR.path.mkdir()
    call_command("migrate", verbosity=0)
    universe.build()
    actions.publish(by=None, reason="empty")


def receive(number: int, kind: str) -> None:
    import tempfile

    from tests.universe import births, births_file

    from matneo.organisations.models import Organisation
    from matneo.submissions import actions

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sheet.csv"
        if kind == "counts":
            rows = [
                f"{measure},{month},{number % 40},{50 + number}"
                for measure in ("SFP-M01", "DIP-M03")
                for month in MONTHS
            ]
            file.write_text("\n".join(["measure,month,numerator,denominator", *rows]))
        else:
            file = births_file(Path(folder), births(300, seed=number))
        place = Organisation.objects.get(code="T1" if kind == "counts" else "ENG")
        row = actions.receive(file=file, name=f"{number}", organisation=place, by=None)
    assert row.state == "received", row.report
    note(number, row.pk)


def accept(number: int) -> None:
    from matneo.monitoring import actions as monitoring
    from matneo.submissions import actions

    actions.accept(submission=submission(number), by=None)
    monitoring.publish(by=None, reason=f"{number}")


def look(number: int) -> None:
    """All of it or none of it; every release that is named is whole; and what was begun can be finished."""
    from matneo.monitoring import actions as monitoring
    from matneo.submissions import actions

    whole(number)
    actions.sweep()
    whole(number)
    row = submission(number)
    if row.state == "received":
        actions.accept(submission=row, by=None)
    made = monitoring.publish(by=None, reason=f"{number} again")
    whole(number)
    assert submission(number).state == "accepted"
    assert row.pk in release_inputs(made.release)


def whole(number: int) -> None:
    import hashlib

    from django.conf import settings

    from matneo.measures import releases
    from matneo.monitoring.models import PointsRelease

    row = submission(number)
    brought = row.values.count()
    if row.kind == "counts":
        assert (row.state, brought) in {("received", 0), ("accepted", 2 * len(MONTHS))}, (row.state, brought)
    elif row.state == "accepted":
        from matneo.measures.engine import open_warehouse

        assert open_warehouse(settings.DATA_DIR.warehouse).months(row.pk)
    assert PointsRelease.objects.filter(is_current=True).count() == 1
    for release in PointsRelease.objects.all()[:3]:
        folder = settings.DATA_DIR.releases / release.pk
        manifest = releases.manifest(folder)
        assert manifest.digest == release.manifest
        for name, digest in manifest.content["files"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def release_inputs(release) -> set[str]:
    from django.conf import settings

    from matneo.measures import releases

    inputs = releases.manifest(settings.DATA_DIR.releases / release.pk).content["inputs"]
    return {*inputs["rows"], *inputs["counts"]}


def note(number: int, pk: str) -> None:
    from django.conf import settings

    (settings.DATA_DIR.path / f"trial-{number}.json").write_text(json.dumps(pk))


def submission(number: int):
    from django.conf import settings

    from matneo.submissions.models import Submission

    return Submission.objects.get(
        pk=json.loads((settings.DATA_DIR.path / f"trial-{number}.json").read_text())
    )


if __name__ == "__main__":
    main()
