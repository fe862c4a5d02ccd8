"""The Python environment: made once, brought up to date when the pinned requirements change."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from house.say import Stop, step, warn

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
REQUIREMENTS = ROOT / "requirements"
# Room for the environment, the demonstration's rows and its releases.
NEEDED_BYTES = 3 * 1024**3


def prepare(which: str = "print") -> None:
    """Make `.venv` hold the pinned packages of requirements/<which>.txt and the product itself.

    "dev" contains "print" contains "base": an environment that holds more goes on holding it, with the new pins.
    """
    levels = ["base", "print", "dev"]
    which = max([which, *(level for level in levels if _stamp(level).exists())], key=levels.index)
    if _stamp(which).exists() and _stamp(which).read_text() == _wanted(which):
        return
    _need_room()
    try:
        if not PYTHON.exists():
            step("Making the Python environment in .venv")
            _call([sys.executable, "-m", "venv", str(VENV)], "Python could not make .venv")
        step("Installing the pinned packages (once; later starts skip this)")
        _install(REQUIREMENTS / f"{which}.txt")
        _install_ourselves()
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise Stop(
                f"The disk is full. MatNeo needs about {NEEDED_BYTES // 1024**3} GB in {ROOT}."
            ) from problem
        raise
    for level in levels:
        _stamp(level).unlink(missing_ok=True)
    _stamp(which).write_text(_wanted(which))


def lock() -> None:
    """Write requirements/*.txt anew from the .in files: pinned, hashed, no registry address."""
    prepare("dev")
    for name in ("base", "print", "dev", "bench"):
        step(f"Locking requirements/{name}.in")
        _call(
            [
                str(BIN / "uv"),
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version",
                "3.11",
                "--generate-hashes",
                "--no-header",
                "--no-annotate",
                "--no-emit-index-url",
                str(REQUIREMENTS / f"{name}.in"),
                "-o",
                str(REQUIREMENTS / f"{name}.txt"),
            ],
            "uv could not lock",
        )
    _lock_uv()


def bench_environment() -> Path:
    """A second environment for the peers that `./run bench` measures us against; returns its Python."""
    prepare("dev")
    home = ROOT / ".venv-bench"
    python = home / BIN.name / PYTHON.name
    stamp = home / "stamp"
    wanted = hashlib.sha256((REQUIREMENTS / "bench.txt").read_bytes()).hexdigest()
    if not (stamp.exists() and stamp.read_text() == wanted):
        step("Making the environment of the peers in .venv-bench")
        _call([sys.executable, "-m", "venv", str(home)], "Python could not make .venv-bench")
        _call(
            [
                str(BIN / "uv"),
                "pip",
                "sync",
                "--quiet",
                "--require-hashes",
                "--python",
                str(python),
                str(REQUIREMENTS / "bench.txt"),
            ],
            "The peers could not be installed",
        )
        stamp.write_text(wanted)
    return python


def _install(requirements: Path) -> None:
    # uv installs ten times faster than pip; where it cannot be had, pip does the same work.
    trouble = (
        "The pinned packages could not be installed. Is the network there, and does pip reach its registry?"
    )
    pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--require-hashes"]
    if not (BIN / "uv").exists() and not (BIN / "uv.exe").exists():
        first = subprocess.run([*pip, "-r", str(REQUIREMENTS / "uv.txt")], check=False)
        if first.returncode:
            warn("uv could not be installed; pip will take about half a minute longer.")
    uv = shutil.which("uv", path=str(BIN))
    if uv:
        _call(
            [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON), str(requirements)],
            trouble,
        )
    else:
        _call([*pip, "-r", str(requirements)], trouble)


def _install_ourselves() -> None:
    """Put `src` on the path and `matneo` beside Python: no build step, nothing to download."""
    found = subprocess.run(
        [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    Path(found.stdout.strip(), "matneo.pth").write_text(f"{ROOT / 'src'}\n")
    if os.name == "nt":
        (BIN / "matneo.cmd").write_text(f'@"{PYTHON}" -m matneo.config.cli %*\r\n')
        return
    command = BIN / "matneo"
    command.write_text(f"#!{PYTHON}\nfrom matneo.config.cli import main\n\nmain()\n")
    command.chmod(0o755)


def _lock_uv() -> None:
    lines = (REQUIREMENTS / "base.txt").read_text().splitlines(keepends=True)
    start = next(i for i, text in enumerate(lines) if text.startswith("uv=="))
    end = next((i for i in range(start + 1, len(lines)) if "--hash" not in lines[i]), len(lines))
    (REQUIREMENTS / "uv.txt").write_text("".join(lines[start:end]))


def _need_room() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise Stop(
            f"The disk that holds {ROOT} has {free / 1024**3:.1f} GB free and MatNeo needs about "
            f"{NEEDED_BYTES // 1024**3} GB. Make room and start ./run again."
        )


def _stamp(level: str) -> Path:
    return VENV / f"matneo-{level}.stamp"


def _wanted(level: str) -> str:
    content = (REQUIREMENTS / f"{level}.txt").read_bytes() + str((sys.version_info[:2], ROOT)).encode()
    return hashlib.sha256(content).hexdigest()


def _call(command: list[str], trouble: str) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise Stop(
            f"{trouble} (`{' '.join(Path(part).name for part in command[:4])} …` ended with {done.returncode})."
        )
