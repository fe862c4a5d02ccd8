"""The same model as a Vega-Lite dictionary, for people who want to explore or restyle it elsewhere."""

from typing import Any

from matneo.charts import palette
from matneo.charts.model import SpcChart
from matneo.charts.sentences import sentence


def dictionary(model: SpcChart) -> dict[str, Any]:
    """A Vega-Lite 5 specification with its data inside."""
    rows = [
        {
            "start": point.start.isoformat(),
            "period": point.label,
            "numerator": point.numerator,
            "denominator": point.denominator,
            "state": point.state,
            "provisional": point.provisional,
            "signal": point.signal,
            "phase": point.phase,
            **{
                name: None if (v := getattr(point, name)) is None else v * model.scale
                for name in ("value", "centre", "lcl", "ucl")
            },
        }
        for point in model.points
    ]
    time = {"field": "start", "type": "temporal", "title": None}

    def layer(mark: dict[str, Any], field: str) -> dict[str, Any]:
        return {
            "mark": mark,
            "encoding": {
                "x": time,
                "y": {"field": field, "type": "quantitative", "title": model.good_sentence},
                "detail": {"field": "phase"},
            },
        }

    points = layer({"type": "point", "filled": True, "size": 60}, "value")
    names = list(palette.SIGNALS)
    points["encoding"]["color"] = {
        "field": "signal",
        "scale": {"domain": names, "range": [palette.SIGNALS[n] for n in names]},
    }
    points["encoding"]["shape"] = {
        "field": "signal",
        "scale": {"domain": names, "range": ["triangle-up", "diamond", "square", "square", "circle"]},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": f"{model.title}, {model.subject}", "subtitle": sentence(model)},
        "description": sentence(model),
        "width": 720,
        "height": 320,
        "data": {"values": rows},
        "layer": [
            layer({"type": "line", "color": palette.JOIN}, "value"),
            layer({"type": "line", "color": palette.MEAN, "interpolate": "step"}, "centre"),
            *[
                layer(
                    {"type": "line", "color": palette.STEADY, "strokeDash": [5, 4], "interpolate": "step"}, n
                )
                for n in ("lcl", "ucl")
            ],
            points,
        ],
    }
