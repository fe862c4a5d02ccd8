"""The data directory: the only code that knows the names inside it (docs/architecture.md)."""

import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

Kind = Literal["demo", "real"]
FORMAT = 2  # of the files inside; a demonstration of another format is built anew


class WrongDataDirectory(Exception):
    """The directory is not what the command expects; the message says what to do."""


@dataclass(frozen=True)
class Marker:
    """What a data directory says of itself in `matneo.json`."""

    kind: Kind
    today: date | None
    seed: int | None
    created: str


@dataclass(frozen=True)
class DataDir:
    path: Path

    @property
    def database(self) -> Path:
        return self.path / "db.sqlite3"

    @property
    def submissions(self) -> Path:
        return self.path / "submissions"

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse"

    @property
    def releases(self) -> Path:
        return self.path / "releases"

    @property
    def outbox(self) -> Path:
        return self.path / "outbox"

    @property
    def truth(self) -> Path:
        return self.path / "truth.json"

    @property
    def marker_file(self) -> Path:
        return self.path / "matneo.json"

    def marker(self) -> Marker | None:
        """The marker, or None where the directory has not been made yet."""
        if not self.marker_file.exists():
            return None
        raw = json.loads(self.marker_file.read_text("utf-8"))
        if raw.get("format") != FORMAT:
            raise WrongDataDirectory(
                f"{self.marker_file} has format {raw.get('format')}; this version reads format {FORMAT}. "
                "Use the version of MatNeo that made it, or choose another --data-dir."
            )
        today = date.fromisoformat(raw["today"]) if raw.get("today") else None
        return Marker(kind=raw["kind"], today=today, seed=raw.get("seed"), created=raw["created"])

    def create(self) -> None:
        """The directory itself, open to its owner only, whatever the umask: rows about people will lie in it.

        One that is in use keeps the mode that its owner chose.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.marker_file.exists():
            with contextlib.suppress(PermissionError):  # a mounted volume may belong to somebody else
                self.path.chmod(0o700)

    def make(self, *, kind: Kind, today: date | None, seed: int | None, created: str) -> Marker:
        """Mark an empty directory as demo or real; refuses to re-mark one as the other kind."""
        found = self.marker()
        if found is not None:
            self.require(kind)
            return found
        self.create()
        content = {
            "kind": kind,
            "today": today.isoformat() if today else None,
            "seed": seed,
            "created": created,
            "format": FORMAT,
        }
        write_atomically(self.marker_file, json.dumps(content, indent=2).encode())
        return Marker(kind=kind, today=today, seed=seed, created=created)

    def require(self, kind: Kind) -> Marker:
        """The marker, if this directory is of that kind."""
        found = self.marker()
        if found is None:
            raise WrongDataDirectory(f"{self.path} holds no MatNeo data yet. Start ./run once to make it.")
        if found.kind != kind:
            raise WrongDataDirectory(
                f"{self.path} holds {found.kind} data and this needs {kind} data. "
                "Invented and real figures never share a directory: choose another --data-dir."
            )
        return found

    def secret_key(self) -> str:
        """The signing key of this installation, made on first use and readable by its owner only.

        Where there is no installation it is good for this process only: reading the settings leaves nothing behind.
        """
        file = self.path / "secret_key"
        if not file.exists():
            if not self.marker_file.exists():
                return secrets.token_urlsafe(50)
            try:
                handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:  # another process was first
                return file.read_text("utf-8")
            with os.fdopen(handle, "w") as stream:
                stream.write(secrets.token_urlsafe(50))
        return file.read_text("utf-8")


def write_atomically(file: Path, content: bytes) -> None:
    """Write the whole file or nothing: a temporary neighbour, flushed to disk, then renamed."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
