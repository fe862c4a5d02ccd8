"""`matneo build_demo`: the invented England, complete or not at all."""

import os
import shutil
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from tqdm import tqdm

from matneo.measures.synthetic import SEED
from matneo.measures.synthetic.england import TODAY

STEPS = 5


class Command(BaseCommand):
    help = (
        "Builds the demonstration in an empty data directory; a build that is stopped leaves nothing behind."
    )

    requires_system_checks = []  # ./run check looks at the settings; here they would cost seconds, twice

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same England")
        parser.add_argument(
            "--trusts",
            type=int,
            default=119,
            help="fewer trusts make a smaller England, never smaller trusts",
        )

    def handle(self, *, seed, trusts, **options):
        final: Path = settings.DATA_DIR.path
        if not 6 <= trusts <= 119:
            raise CommandError("The demonstration has 6 to 119 trusts.")
        building = os.environ.get("MATNEO_BUILDING") == "1"
        found = settings.DATA_DIR.marker()
        if found is not None and not building:
            raise CommandError(_taken(final, found.kind))
        if not building:
            self._in_a_place_of_its_own(final, seed, trusts)
            return
        from matneo.commands.demo import builder

        bar = tqdm(
            total=STEPS,
            bar_format="  {desc:34} {bar:24} {elapsed}",
            file=sys.stderr,
            disable=not sys.stderr.isatty(),
        )

        def step(words: str) -> None:
            bar.set_description_str(words)
            bar.update(1)

        builder.build(seed=seed, trusts=trusts, step=step)
        bar.close()

    def _in_a_place_of_its_own(self, final: Path, seed: int, trusts: int) -> None:
        """Build beside the final place, then move it there whole: settings were read for the final place, so a child does it."""
        import json
        import subprocess

        building = final.with_name(f".{final.name}.building")
        shutil.rmtree(building, ignore_errors=True)
        from matneo.utils.clock import Clock
        from matneo.utils.datadir import DataDir

        DataDir(building).make(kind="demo", today=TODAY, seed=seed, created=Clock().now().isoformat())
        environment = {**os.environ, "MATNEO_DATA_DIR": str(building), "MATNEO_BUILDING": "1"}
        command = [
            sys.executable,
            "-m",
            "matneo.config.cli",
            "build_demo",
            "--seed",
            str(seed),
            "--trusts",
            str(trusts),
        ]
        done = subprocess.run(command, env=environment, check=False)  # noqa: S603
        if done.returncode:
            shutil.rmtree(building, ignore_errors=True)
            raise CommandError("The demonstration was not built; the reason stands above.")
        connections.close_all()
        if final.exists():
            _make_way(final)
        building.rename(final)
        about = json.loads((final / "matneo.json").read_text())
        self.stdout.write(
            f"The demonstration England stands in {final} (seed {about['seed']}, today is {about['today']})."
        )


def _taken(final: Path, kind: str) -> str:
    if kind == "real":
        return f"{final} holds real data, which no demonstration replaces: choose another --data-dir."
    return f"{final} holds a demonstration already. Throw it away with ./run reset-demo first."


def _make_way(final: Path) -> None:
    """An empty database and a key may be there from a look at settings; anything else is somebody's."""
    strangers = [
        p.name
        for p in final.iterdir()
        if p.name not in ("secret_key", "db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm")
    ]
    if strangers:
        raise CommandError(f"{final} holds {strangers[0]}; choose an empty directory.")
    shutil.rmtree(final)
