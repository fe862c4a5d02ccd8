"""A country: everything counted and read anew, one month added, one sheet accepted, and the demonstration built."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure

ROOT = Path(__file__).resolve().parents[1]


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(dir=ROOT / "var" if (ROOT / "var").exists() else None) as folder:
        data = Path(folder) / "demo"
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "matneo.config.cli", "build-demo", "--data-dir", str(data)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        built = time.perf_counter() - begin
        done = subprocess.run(
            [sys.executable, "-m", "bench.rebuild"],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "MATNEO_DATA_DIR": str(data),
                "DJANGO_SETTINGS_MODULE": "matneo.config.settings",
            },
        )
    took = json.loads(done.stdout)
    whole, month, sheet = took["whole"], took["month"], took["sheet"]
    births = f"{took['births'] / 1e6:.1f} million births"
    return [
        Figure("demonstration England built", built, "s", births, None, "20 s", built < 20),
        Figure("whole rebuild, every measure and reading", whole, "s", births, None, "30 s", whole < 30),
        Figure(
            "count one month that was added", month, "s", "count everything", month / took["count"], "", None
        ),
        Figure("release after one sheet", sheet, "s", "whole rebuild", sheet / whole, "", None),
    ]
