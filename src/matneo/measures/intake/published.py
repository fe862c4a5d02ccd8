"""Published national files: recognised by their columns, taken as published, and what was left out is said.

Shapes and quirks: the annual MSDS CSV in both generations of columns, the monthly exp-data CSV, and the monthly
measures CSV (quality metrics and their gates). Each level keeps its own published row; nothing is ever a sum of rounded
figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import polars as pl

from matneo.measures.definitions import Definition
from matneo.measures.intake.findings import Finding
from matneo.measures.intake.readers import Table
from matneo.measures.periods import parse
from matneo.measures.points import State
from matneo.utils.content import parse_yaml

# Our name for a column -> the names it has had.
ANNUAL = {
    "period": ("period",),
    "dimension": ("dimension",),
    "level": ("org_level", "org level"),
    "code": ("org_code", "orgcode"),
    "name": ("org_name",),
    "label": ("measure", "measure1"),
    "count_of": ("count_of", "count of"),
    "value": ("value", "final_value"),
}
EXP_DATA = {
    **ANNUAL,
    "period": ("reportingperiodstartdate", "rpstartdate"),
    "end": ("reportingperiodenddate", "rpenddate"),
    "value": ("final_value", "value"),
}
MEASURES = {
    "period": ("rpstartdate", "reportingperiodstartdate"),
    "end": ("rpenddate", "reportingperiodenddate"),
    "level": ("org_level", "org level"),
    "code": ("org_code", "orgcode"),
    "name": ("org_name",),
    "dimension": ("indicator",),
    "label": ("currency",),
    "value": ("value", "final_value"),
}
KINDS = {"msds_exp_data": EXP_DATA, "msds_measures": MEASURES, "msds_annual": ANNUAL}
WORDS = {
    "msds_annual": "the annual maternity statistics of NHS England",
    "msds_exp_data": "the monthly maternity statistics of NHS England, data by dimension",
    "msds_measures": "the monthly maternity statistics of NHS England, quality metrics",
}
LEVELS = {
    "provider": "trust",
    "trust": "trust",
    "national": "england",
    "allsubmitters": "england",
    "region": "region",
    "nhsenglandregion": "region",
}
STATES = {
    "dns": State.NOT_YET_SENT,
    "-2": State.NOT_YET_SENT,
    "lowdq": State.FAILED_QUALITY,
    "-3": State.FAILED_QUALITY,
    "*": State.SUPPRESSED,
    "-1": State.SUPPRESSED,
    "": State.NOT_COLLECTED,
}
ENGLAND_CODES = {"all", "national", "e92000001", "eng"}


@dataclass(frozen=True)
class LeftOut:
    """Rows that were not taken, and why."""

    reason: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """Values as published: one row a measure, organisation and period (columns of `Value` in submissions)."""

    kind: str
    values: pl.DataFrame
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...]
    rows_read: int


def recognise(columns: tuple[str, ...]) -> str | None:
    """Which published file has these columns."""
    names = {column.strip().lower() for column in columns}
    for kind, wanted in KINDS.items():
        needed = {key: synonyms for key, synonyms in wanted.items() if key not in ("name", "count_of")}
        if all(any(name in names for name in synonyms) for synonyms in needed.values()):
            return kind
    return None


def read(
    table: Table,
    kind: str,
    *,
    definitions: Mapping[str, Definition],
    place: Callable[[str, str], tuple[str | None, str]],
) -> Published:
    """Take what the file gives. `place(level, code)` answers our code for an organisation, or None and the reason."""
    rows = _rename(table, KINDS[kind])
    left: list[LeftOut] = []
    rows = _keep_levels(rows, left)
    rows = _place(rows, place, left)
    rows = _periods(rows, kind, left)
    if kind == "msds_measures":
        values, findings = _metrics(rows, definitions, left)
    else:
        values, findings = _dimensions(rows, left)
    return Published(kind, values, tuple(left), tuple(findings), len(table.cells))


def plain(text: str) -> str:
    """Labels as they are compared: letters, digits and comparison signs only."""
    return "".join(
        character for character in text.lower() if character.isalnum() or character in "<>=+*-"
    ).strip()


@lru_cache(maxsize=1)
def dimension_table() -> pl.DataFrame:
    """The content table: dimension, label, measure and the part it plays."""
    text = (resources.files("matneo") / "content" / "published" / "msds_dimensions.yaml").read_text("utf-8")
    entries: list[dict[str, Any]] = parse_yaml(text)
    rows = [
        {"dimension": plain(dimension), "label": plain(str(label)), "measure": entry["measure"], "part": part}
        for entry in entries
        for dimension in entry["dimensions"]
        for part in ("numerator", "denominator", "missing")
        for label in entry.get(part, [])
    ]
    return pl.DataFrame(rows)


def _rename(table: Table, wanted: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    by_name = {column.strip().lower(): column for column in table.columns}
    chosen = {
        next(by_name[n] for n in names if n in by_name): key
        for key, names in wanted.items()
        if any(n in by_name for n in names)
    }
    frame = table.cells.select(list(chosen)).rename(chosen).with_row_index("row", offset=2)
    for key in ("name", "count_of", "end"):
        if key not in frame.columns:
            frame = frame.with_columns(pl.lit("").alias(key))
    return frame


def _leave(rows: pl.DataFrame, gone: pl.Expr, reason: str, example: str, left: list[LeftOut]) -> pl.DataFrame:
    out = rows.filter(gone)
    if len(out):
        examples = tuple(str(value) for value in out[example].unique(maintain_order=True).head(8))
        left.append(LeftOut(reason, len(out), examples))
    return rows.filter(~gone)


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.replace_all(r"[^a-z0-9<>=+*-]", "")


def _keep_levels(rows: pl.DataFrame, left: list[LeftOut]) -> pl.DataFrame:
    levelled = rows.with_columns(
        our_level=_plain("level").replace_strict(LEVELS, default=None, return_dtype=pl.String)
    )
    return _leave(levelled, pl.col("our_level").is_null(), "a level that MatNeo does not show", "level", left)


def _place(
    rows: pl.DataFrame, place: Callable[[str, str], tuple[str | None, str]], left: list[LeftOut]
) -> pl.DataFrame:
    pairs = rows.select("our_level", "code").unique().rows()
    answers = [(level, code, *(place(level, code))) for level, code in pairs]
    directory = pl.DataFrame(
        answers,
        schema={"our_level": pl.String, "code": pl.String, "subject": pl.String, "note": pl.String},
        orient="row",
    )
    placed = rows.join(directory, on=["our_level", "code"], how="left")
    for (note,), _ in placed.filter(pl.col("subject").is_null()).group_by(["note"], maintain_order=True):
        placed = _leave(
            placed, pl.col("subject").is_null() & (pl.col("note") == note), str(note), "code", left
        )
    return placed


def _periods(rows: pl.DataFrame, kind: str, left: list[LeftOut]) -> pl.DataFrame:
    texts = rows["period"].unique().to_list()
    found = {text: parse(text) for text in texts}
    kinds = {
        text: ("financial_year" if kind == "msds_annual" else "month")
        for text, period in found.items()
        if period
    }
    starts = {
        text: (period.start if kind == "msds_annual" else period.start.replace(day=1))
        for text, period in found.items()
        if period
    }
    dated = rows.with_columns(
        start=pl.col("period").replace_strict(starts, default=None, return_dtype=pl.Date),
        period_kind=pl.col("period").replace_strict(kinds, default=None, return_dtype=pl.String),
    )
    if kind == "msds_measures":  # a window of several months is named by its last one
        ends = {text: p.start.replace(day=1) for text in rows["end"].unique().to_list() if (p := parse(text))}
        dated = dated.with_columns(
            start=pl.col("end").replace_strict(ends, default=None, return_dtype=pl.Date)
        )
    return _leave(dated, pl.col("start").is_null(), "a period that cannot be read", "period", left)


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Numbers as numbers; marks such as DNS, Low DQ and * as the state they stand for."""
    text = pl.col("value").str.strip_chars()
    states = {key: state.value for key, state in STATES.items()}
    marked = (
        text.str.to_lowercase()
        .str.replace_all(r"[^a-z0-9*-]", "")
        .replace_strict(states, default=None, return_dtype=pl.String)
    )
    number = text.str.replace_all(",", "").cast(pl.Float64, strict=False)
    return rows.with_columns(
        state=marked.fill_null(pl.lit(State.OK.value)),
        number=pl.when(marked.is_null()).then(number).otherwise(None),
    )


def _dimensions(rows: pl.DataFrame, left: list[LeftOut]) -> tuple[pl.DataFrame, list[Finding]]:
    rows = _numbers(rows).with_columns(key_dimension=_plain("dimension"), key_label=_plain("label"))
    known = dimension_table()
    wanted = rows["key_dimension"].is_in(known["dimension"].unique().to_list())
    rows = _leave(
        rows.with_columns(wanted=wanted),
        ~pl.col("wanted"),
        "a dimension that gives no measure here",
        "dimension",
        left,
    )
    missing = pl.col("key_label").str.contains("missing")
    # Every measure of the dimension has a part for the label; the spellings of "missing" are missing in all of them.
    for_missing = (
        known.select("dimension", "measure")
        .unique()
        .with_columns(label=pl.lit("missing"), part=pl.lit("missing"))
    )
    parts = pl.concat([known, for_missing.select(known.columns)])
    labelled = rows.with_columns(
        key_label=pl.when(missing).then(pl.lit("missing")).otherwise(pl.col("key_label"))
    )
    unknown = labelled.join(
        parts, left_on=["key_dimension", "key_label"], right_on=["dimension", "label"], how="anti"
    )
    if len(unknown):
        shown = unknown.select(pl.format("{}: {}", "dimension", "label").alias("both"))["both"].unique(
            maintain_order=True
        )
        left.append(
            LeftOut("an answer that we cannot place in its measure", len(unknown), tuple(shown.head(8)))
        )
    joined = labelled.join(parts, left_on=["key_dimension", "key_label"], right_on=["dimension", "label"])
    keys = ["measure", "subject", "our_level", "period_kind", "start"]
    sums = {
        part: pl.col("number").filter(pl.col("part") == part).sum().alias(part)
        for part in ("numerator", "denominator", "missing")
    }
    broken = pl.col("state") != State.OK.value
    values = joined.group_by(keys, maintain_order=True).agg(
        *sums.values(),
        bad=broken.any(),
        bad_state=pl.col("state").filter(broken).first(),
        joined_codes=pl.col("code").n_unique(),
        row=pl.col("row").first(),
    )
    return _as_values(values), _joined(values)


def _joined(values: pl.DataFrame) -> list[Finding]:
    """Predecessors whose figures were added to their successor's, said once."""
    several = values.filter(pl.col("joined_codes") > 1)["subject"].unique().sort().to_list()
    if not several:
        return []
    return [
        Finding(
            "check",
            0,
            "Org_Code",
            "",
            "merged",
            f"{', '.join(several)}: figures of predecessors were added to their successor's.",
            "They were rounded before they were added.",
        )
    ]


def _as_values(values: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("numerator") + pl.col("denominator")
    state = (
        pl.when("bad")
        .then(pl.col("bad_state"))
        .when(known == 0)
        .then(pl.lit(State.NO_CASES.value))
        .otherwise(pl.lit(State.OK.value))
    )
    return values.with_columns(state=state, known=known, population=known + pl.col("missing")).select(
        "measure",
        "subject",
        "period_kind",
        pl.col("start").alias("period"),
        "state",
        "row",
        *[
            pl.when("bad").then(None).otherwise(pl.col(name)).alias(name)
            for name in ("numerator", "known", "population")
        ],
    )


def _metrics(
    rows: pl.DataFrame, definitions: Mapping[str, Definition], left: list[LeftOut]
) -> tuple[pl.DataFrame, list[Finding]]:
    aliases = {
        plain(alias): d.id for d in definitions.values() for alias in d.aliases if alias.startswith("CQIM")
    }
    rows = _numbers(rows).with_columns(
        measure=_plain("dimension").replace_strict(aliases, default=None, return_dtype=pl.String),
        part=_plain("label"),
    )
    rows = _leave(
        rows,
        pl.col("measure").is_null(),
        "a metric or a quality gate that gives no measure here",
        "dimension",
        left,
    )
    keys = ["measure", "subject", "our_level", "period_kind", "start"]
    broken = pl.col("state") != State.OK.value

    def one(*names: str) -> pl.Expr:
        return pl.col("number").filter(pl.col("part").is_in(names)).first()

    wide = rows.group_by(keys, maintain_order=True).agg(
        numerator=one("numerator"),
        denominator_all=one("denominator"),
        rate=one("rate", "rateperthousand"),
        thousand=(pl.col("part") == "rateperthousand").any(),
        row=pl.col("row").first(),
        bad=(broken & pl.col("part").is_in(["rate", "rateperthousand", "result"])).any(),
        bad_state=pl.col("state").filter(broken).first(),
    )
    findings = _compare_rates(wide)
    values = wide.with_columns(
        denominator=pl.col("denominator_all") - pl.col("numerator"),
        missing=pl.lit(0.0),
        bad=pl.col("bad") | pl.col("numerator").is_null() | pl.col("denominator_all").is_null(),
        bad_state=pl.col("bad_state").fill_null(State.NOT_COLLECTED.value),
    )
    return _as_values(values), findings


def _compare_rates(wide: pl.DataFrame) -> list[Finding]:
    """The rate is worked out again from numerator and denominator; what rounding cannot explain is said."""
    scale = pl.when("thousand").then(1000.0).otherwise(100.0)
    again = pl.col("numerator") / pl.col("denominator_all") * scale
    slack = (
        scale * 2.5 / pl.col("denominator_all") * (1 + pl.col("numerator") / pl.col("denominator_all")) + 0.06
    )
    off = wide.filter(
        pl.col("rate").is_not_null() & ~pl.col("bad") & ((pl.col("rate") - again).abs() > slack)
    ).with_columns(again=again)
    return [
        Finding(
            "check",
            row["row"],
            "Value",
            f"{row['rate']:g}",
            "rate",
            f"{row['subject']}, {row['measure']}: the published rate is {row['rate']:g}, its counts give {row['again']:.1f}.",
            "The counts were taken; ask the publisher about the rate.",
        )
        for row in off.iter_rows(named=True)
    ]
