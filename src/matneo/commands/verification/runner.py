"""Find vector files below a folder, ask our functions the same, and say how it went."""

import importlib
import importlib.util
import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matneo.commands.verification.compare import Answer, NotRun

# What a file is about -> the module whose `check(case, answer)` asks our functions. Files of control charts name the
# program of each case, the others their topic.
PROGRAMS = {
    "NHSRplotthedots": "plotthedots",
    "qicharts2": "qicharts",
    "qcc": "zone_rules",
    "runcharter": "run_medians",
    "controlchartspy": "powerbi",
}
TOPICS = {
    name: name
    for name in (
        "funnel",
        "standardised_ratio",
        "shrinkage",
        "early_warning",
        "evaluation",
        "meta_analysis",
        "inequality",
        "survey",
    )
}
SPC_TOLERANCE = (1e-9, 1e-12)


@dataclass
class FileReport:
    """One vector file: how many cases passed, what went wrong in the others, what could not be asked."""

    name: str
    reference: str
    is_of_charts: bool = False  # control charts go by file, the other statistics by kind of case
    passed: int = 0
    failed: dict[str, list[str]] = field(default_factory=dict)
    not_run: list[str] = field(default_factory=list)
    largest: dict[str, float] = field(default_factory=dict)  # kind -> largest difference of its cases
    cases: dict[str, int] = field(default_factory=dict)  # kind -> cases asked

    def line(self) -> str:
        parts = [f"{self.passed} passed", f"{len(self.failed)} failed"]
        parts += (
            [f"{len(self.not_run)} not run ({', '.join(sorted(set(self.not_run)))})"] if self.not_run else []
        )
        return f"{self.name}: {', '.join(parts)} (reference: {self.reference})"


def verify(folder: Path) -> Iterator[FileReport]:
    """Every vector file below a folder, in the order of their names. Other JSON files are passed over."""
    for file in sorted(folder.rglob("*.json")):
        content = _content(file)
        if content is not None:
            yield _report(file, content)


def _content(file: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(file.read_text("utf-8"))
    except (ValueError, OSError):
        return None
    is_vectors = isinstance(content, dict) and (
        str(content.get("schema", "")).startswith("spc-vectors/") or "topic" in content
    )
    return content if is_vectors else None


def _report(file: Path, content: dict[str, Any]) -> FileReport:
    report = FileReport(file.name, _reference(content), "topic" not in content)
    for case in _cases(content):
        kind = str(case.get("kind") or case.get("chart"))
        answer = _answer(content)
        try:
            _module(content, case).check(case, answer)
        except NotRun as reason:
            report.not_run.append(str(reason) or kind)
            continue
        except Exception:  # a case that breaks us is a failed case, and the others go on
            answer.differences.append(traceback.format_exc(limit=-1).strip().splitlines()[-1])
        report.cases[kind] = report.cases.get(kind, 0) + 1
        report.largest[kind] = max(report.largest.get(kind, 0.0), answer.largest)
        if answer.passed:
            report.passed += 1
        else:
            report.failed[str(case["id"])] = answer.differences or ["nothing could be compared"]
    return report


def _cases(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The cases of a file; tables of constants become a case each."""
    if "cases" in content:
        return list(content["cases"])
    tables = [name for name in content if name not in ("schema", "file", "engine", "n_cases", "notes")]
    return [
        {
            "id": name,
            "chart": f"table {name}",
            "engine": content.get("engine", {}),
            "table": name,
            "expected": content[name],
        }
        for name in tables
    ]


def _answer(content: dict[str, Any]) -> Answer:
    if "topic" in content:
        tolerance = content.get("default_tolerance", {})
        return Answer(tolerance.get("rtol", 1e-6), tolerance.get("atol", 1e-9))
    return Answer(*SPC_TOLERANCE, null="undefined")


def _module(content: dict[str, Any], case: dict[str, Any]) -> Any:
    name = (
        TOPICS.get(content["topic"])
        if "topic" in content
        else PROGRAMS.get(case.get("engine", {}).get("name", ""))
    )
    if name is None:
        raise NotRun(content.get("topic") or case.get("engine", {}).get("name") or "unknown program")
    path = f"matneo.commands.verification.{name}"
    if importlib.util.find_spec(path) is None:
        raise NotRun(name)
    return importlib.import_module(path)


def _reference(content: dict[str, Any]) -> str:
    made = content.get("generated_with")
    if isinstance(made, dict):
        return ", ".join(
            f"{name} {version}" for name, version in made.items() if not isinstance(version, dict)
        )
    engines = [case.get("engine", {}) for case in content.get("cases", [])] or [content.get("engine", {})]
    names = {f"{engine.get('name', 'unknown')} {engine.get('version', '')}".strip() for engine in engines}
    return ", ".join(sorted(names))
