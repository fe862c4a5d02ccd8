"""`./run bench`: measure everything that design budgets speak of, or only what is named."""

import argparse
import sys
from pathlib import Path

from bench import control_charts, figures, measures, methods, national, pages, start


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", action="append")
    parser.add_argument("--peers", help="the Python that has the peers installed")
    options = parser.parse_args()
    benches = {
        "control-charts": lambda: control_charts.measure(options.peers),
        "methods": methods.measure,
        "measures": measures.measure,
        "national": national.measure,
        "pages": pages.measure,
        "start": start.measure,
    }
    unknown = set(options.only or []) - set(benches)
    if unknown:
        print(
            f"No benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(benches)}.",
            file=sys.stderr,
        )
        return 2
    found: list[figures.Figure] = []
    for name, measure in benches.items():
        if not options.only or name in options.only:
            print(f"· {name}", file=sys.stderr, flush=True)
            found += measure()
    print(figures.show(found))
    if options.json:
        figures.write_json(found, options.json)
    return 0


sys.exit(main())
