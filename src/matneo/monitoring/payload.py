"""A series for programs."""

import json
from typing import Any

from matneo.charts import sentences
from matneo.monitoring import pictures
from matneo.monitoring.series import Series


def as_json(found: Series) -> dict[str, Any]:
    """A series as programs read it: the same figures and the same sentence as the page."""
    model = pictures.model_of(found)
    names = (
        "period",
        "value",
        "numerator_shown",
        "denominator_shown",
        "state",
        "provisional",
        "phase",
        "centre",
        "lcl",
        "ucl",
        "signal",
        "reason",
        "submission",
    )
    rows = [
        dict(zip(names, values, strict=True))
        for values in zip(*(found.columns[name] for name in names), strict=True)
    ]
    for row in rows:
        row["source"] = found.sources.get(row["submission"] or "", "")
        if found.audience != "inside":
            row["submission"] = None  # it opens nothing outside, and says who sends together
        row["numerator"], row["denominator"] = row.pop("numerator_shown"), row.pop("denominator_shown")
    return {
        "measure": found.definition.id,
        "version": found.definition.version,
        "name": found.definition.name,
        "organisation": found.subject.code,
        "organisation_name": found.subject.name,
        "audience": found.audience,
        "origin": found.origin,
        "ways": [way.key for way in found.ways],
        "period_kind": found.period_kind,
        "scale": found.definition.scale,
        "unit": found.definition.unit,
        "rounded": found.rounded,
        "release": found.release_id,
        "profile": "mdc-2023",
        "sentence": sentences.sentence(model),
        "variation": model.variation,
        "assurance": model.assurance,
        "target": model.target,
        "points": json.loads(json.dumps(rows, default=str)),
    }
