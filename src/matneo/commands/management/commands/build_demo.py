"""`matneo build_demo`: the invented England, complete or not at all."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from matneo.measures.synthetic import SEED
from matneo.measures.synthetic.england import TODAY
from matneo.utils.clock import Clock
from matneo.utils.datadir import DataDir, WrongDataDirectory

STEPS = 5


class Command(BaseCommand):
    help = (
        "Builds the demonstration in an empty data directory; a build that is stopped leaves nothing behind."
    )

    requires_system_checks = []  # ./run check looks at the settings; here they would cost a second

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same England")
        parser.add_argument(
            "--trusts",
            type=int,
            default=119,
            help="fewer trusts make a smaller England, never smaller trusts",
        )

    def handle(self, *, seed, trusts, **options):
        """Build in the place that `run` made."""
        if not 6 <= trusts <= 119:
            raise CommandError("The demonstration has 6 to 119 trusts.")
        place: DataDir = settings.DATA_DIR
        if not _is_beside(place.path):
            raise CommandError(_taken(place) or "Build it with `matneo build-demo`, which makes room first.")
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


def run(arguments: list[str]) -> None:
    """The command as people start it. Settings are read once and for one place: so the place beside the final one is made
    before Django starts, where a process of its own for the building would start it a second time."""
    command = Command()
    command._called_from_command_line = True  # as Django says it: a wrong option is told in one sentence
    options = command.create_parser(*arguments[:2]).parse_args(arguments[2:])
    final = DataDir(Path(os.environ.get("MATNEO_DATA_DIR", "var/demo")).resolve())  # as settings would
    with _beside(final, options.seed) as building:
        os.environ["MATNEO_DATA_DIR"] = str(building.path)
        execute_from_command_line(arguments)  # closes the database when it ends
    print(f"The demonstration England stands in {final.path} (seed {options.seed}, today is {TODAY}).")


@contextmanager
def _beside(final: DataDir, seed: int) -> Iterator[DataDir]:
    """A marked data directory beside the final place, that stands there whole once the block has ended well; otherwise
    nothing is left of it, or, where the process was killed, nothing after the next start."""
    if taken := _taken(final):
        raise WrongDataDirectory(taken)
    _need_room(final.path)
    building = DataDir(final.path.with_name(f".{final.path.name}.building"))
    shutil.rmtree(building.path, ignore_errors=True)
    building.make(kind="demo", today=TODAY, seed=seed, created=Clock().now().isoformat())
    try:
        yield building
        _need_room(final.path)
        shutil.rmtree(final.path, ignore_errors=True)
        building.path.rename(final.path)
    except BaseException:
        shutil.rmtree(building.path, ignore_errors=True)
        raise


def _is_beside(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(".building")


def _taken(place: DataDir) -> str:
    """What to do where there is an installation already; nothing where there is none."""
    found = place.marker()
    if found is None:
        return ""
    if found.kind == "real":
        return f"{place.path} holds real data, which no demonstration replaces: choose another --data-dir."
    return f"{place.path} holds a demonstration already. Throw it away with ./run reset-demo first."


def _need_room(final: Path) -> None:
    """An empty database and a key may be there from a look at settings; anything else is somebody's."""
    strangers = [
        p.name
        for p in final.glob("*")
        if p.name not in ("secret_key", "db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm")
    ]
    if strangers:
        raise WrongDataDirectory(f"{final} holds {strangers[0]}; choose an empty directory.")
