"""Runs on a demonstration's data directory and prints, as JSON, how many seconds its parts of a release take."""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import django


def main() -> None:
    django.setup()
    from django.conf import settings

    from matneo.measures import engine, increments, national, releases
    from matneo.measures.definitions import load
    from matneo.monitoring import actions
    from matneo.organisations.models import Organisation
    from matneo.submissions import actions as submissions
    from matneo.submissions import values

    took: dict[str, float] = {}
    inputs, context = actions._inputs(), actions._context()
    warehouse = engine.open_warehouse(settings.DATA_DIR.warehouse)
    given = (
        list(load().values()),
        warehouse,
        values.active_rows(),
        actions._memberships(),
        actions._successors(),
    )

    begin = time.perf_counter()
    counted = national.recount(None, None, *given)
    took["count"] = time.perf_counter() - begin
    judged = increments.everything(counted, context)
    folder = Path(tempfile.mkdtemp(dir=settings.DATA_DIR.path))
    releases.write(folder / "release", counted, judged.readings, judged.lines, {"inputs": inputs})
    took["whole"] = time.perf_counter() - begin
    shutil.rmtree(folder)

    begin = time.perf_counter()
    national.recount(counted, [context.last_month], *given)
    took["month"] = time.perf_counter() - begin
    took["births"] = float(counted.filter(measure="NAT-M01", subject="DEMO-ENG")["population"].sum())

    with tempfile.TemporaryDirectory() as place:
        sheet = Path(place) / "sheet.csv"
        rows = "".join(f"SFP-M01,2025-{month:02},{month},60\n" for month in range(1, 10))
        sheet.write_text(f"measure,month,numerator,denominator\n{rows}")
        trust = Organisation.objects.get(code="DEMO-002")
        row = submissions.receive(file=sheet, name="sheet.csv", organisation=trust, by=None)
        submissions.accept(submission=row, by=None)
    begin = time.perf_counter()
    actions.publish(by=None, reason="one sheet")
    took["sheet"] = time.perf_counter() - begin
    json.dump(took, sys.stdout)


main()
