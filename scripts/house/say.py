"""Words to the person at the terminal."""

import sys


class Stop(Exception):
    """Something a person can put right; the message says how."""


def line(text: str = "") -> None:
    print(text, flush=True)


def step(text: str) -> None:
    print(f"· {text}", flush=True)


def warn(text: str) -> None:
    print(f"! {text}", file=sys.stderr, flush=True)
