"""Measures, predicates and the columns of births, in words."""

from collections.abc import Iterable, Mapping

from matneo.commands.reference.markdown import anchor, code, page, sentence, table
from matneo.measures import predicates
from matneo.measures.definitions import AREAS, Definition
from matneo.measures.tables.births import Column

LEAD = (
    "Counted in the same way everywhere. Each is one file in `src/matneo/content/measures/`; the words here are its words. "
    "**Clinical sign-off: none**, for all of them that say so. *Confidence* says how sure the source is: seen, general knowledge, "
    "uncertain, or our design."
)
HEADLINE = {
    "known": "of those whose answer is known; missing answers are left out, and how many there are is said",
    "strict": "of everyone in question; a missing answer counts as not done",
    "completeness": "how many answers are known",
}
UNITS = {"percent": "%", "per_1000": " per 1,000", "per_100": " per 100", "count": "", "days": " days"}
BETTER = {"increase": "higher is better", "decrease": "lower is better", "neutral": "neither way is better"}
CHARTS = {
    "p_prime": "p′ (Laney)",
    "u_prime": "u′ (Laney)",
    "p": "p",
    "u": "u",
    "g": "g",
    "t": "t",
    "xmr": "XmR",
    "run": "run",
}
TYPED_LEAD = (
    "Nobody calculates these: a team types two counts for each month or quarter, or sends a sheet of them. Their words are "
    "those of the change packages in `src/matneo/content/library/`; a rule in `measures.collected` makes the definitions. Only "
    "those inside the organisation see the counts."
)
NEITHER_LEAD = "Measures of the change packages that are neither counted from records nor typed as counts."
PREDICATES_LEAD = (
    "A predicate is one yes-or-no question about a row of the births table. Measures name them; the engine counts with them. "
    "The words are the docstring, the code is one Ibis expression in `src/matneo/measures/predicates/`. Where the answer is not "
    "recorded, it is neither yes nor no. **Clinical sign-off: none.**"
)
BIRTHS_LEAD = (
    "One row a baby. Files of rows may be CSV, gzipped CSV, XLSX or Parquet; the order of columns does not matter, nor (outside "
    "Parquet) do capital letters in their names. Only the columns marked *needed* must be there. A blank is a missing answer, never zero. Other "
    "columns are left out, and that is said; columns that could point at a person stop the file."
)
KINDS = {
    "text": "text",
    "date": "date, such as 2025-10-31 or 31/10/2025",
    "bool": "true or false",
    "int": "whole number",
    "float": "number",
}


def measures(
    known: Mapping[str, Definition], typed: Mapping[str, Definition], left_out: Mapping[str, str]
) -> str:
    """The page of all measures: counted ones whole, then those that teams type, then those that are neither."""
    parts = [_overview(known.values())]
    for key, area in AREAS.items():
        own = [d for d in known.values() if d.area == key]
        parts += [f"## {area}", *map(_measure, own)] if own else []
    parts += [
        f"## Typed in by teams\n\n{TYPED_LEAD}\n\n{_typed(typed.values())}",
        f"## Neither\n\n{NEITHER_LEAD}\n\n{table(('Id', 'Why'), list(left_out.items()))}",
    ]
    return page("Measures", LEAD, *parts)


def questions(known: Mapping[str, Definition]) -> str:
    """The page of predicates, by the room they are in."""
    rooms: dict[str, list[str]] = {}
    for name, function in predicates.PREDICATES.items():
        rooms.setdefault(function.__module__, []).append(name)
    parts = [
        f"## {_title(module)}\n\n{table(('Name', 'Question', 'Asked by'), [_question(n, known) for n in names])}"
        for module, names in rooms.items()
    ]
    return page("Predicates", PREDICATES_LEAD, *parts)


def births(columns: Iterable[Column]) -> str:
    rows = [
        (code(c.name), KINDS[c.kind], "needed" if c.required else "", sentence(c.words), _allowed(c))
        for c in columns
    ]
    return page(
        "Births columns", BIRTHS_LEAD, table(("Column", "Kind", "", "What it holds", "Possible"), rows)
    )


def _overview(known: Iterable[Definition]) -> str:
    rows = [
        (
            f"[{d.id}](#{anchor(_heading(d))})",
            d.name,
            d.family,
            BETTER[d.direction],
            d.period.replace("_", " "),
        )
        for d in known
    ]
    return table(("Id", "Name", "Family", "Direction", "By"), rows)


def _typed(known: Iterable[Definition]) -> str:
    rows = [
        (
            d.id,
            d.name,
            d.numerator_words,
            d.denominator_words,
            f"{d.unit.replace('_', ' ')}; {BETTER[d.direction]}",
            f"{CHARTS[d.chart]}, by {d.period}",
        )
        for d in known
    ]
    return table(("Id", "Name", "Counted", "Of", "Unit", "Chart"), rows)


def _heading(d: Definition) -> str:
    return f"{d.id} {d.name}"


def _measure(d: Definition) -> str:
    rows = [
        ("Counted", d.numerator_words),
        ("Of", d.denominator_words),
        ("Left out", d.exclusions_words),
        ("Says", f"share or number of {d.good_sentence}; {BETTER[d.direction]}"),
        ("Headline", HEADLINE[d.headline]),
        (
            "Family, unit, period",
            f"{d.family}; {d.unit.replace('_', ' ')}; {d.period.replace('_', ' ')}{_rolling(d)}",
        ),
        ("Chart", CHARTS[d.chart]),
        ("Targets", "; ".join(map(_target(d), d.targets)) or "none set"),
        ("Why", d.rationale),
        ("Limits of use", d.limits_of_use),
        ("Source", f"{d.source} (confidence: {d.confidence})"),
        ("Other names", ", ".join(d.aliases)),
        ("Owner, review", f"{d.owner}; to be reviewed by {d.review_by:%-d %B %Y}"),
        ("Clinical sign-off", d.clinical_signoff),
        (
            "Versions",
            "; ".join(f"{v.version}, from {v.valid_from:%-d %B %Y}: {v.change}" for v in d.versions),
        ),
        *[(heading, ", ".join(map(_link, names))) for heading, names in _asked(d)],
    ]
    filled = [(name, words) for name, words in rows if words]
    return f"### {_heading(d)}\n\n{table(('', ''), filled)}"


def _asked(d: Definition) -> list[tuple[str, tuple[str, ...]]]:
    return [("Population", d.population), ("Known", d.known), ("Numerator", d.numerator)]


def _rolling(d: Definition) -> str:
    return f"; each point covers {d.rolling} months" if d.rolling > 1 else ""


def _target(d: Definition):
    return lambda t: (
        f"{t.value:g}{UNITS[d.unit]} from {t.since:%B %Y}: {t.source} (confidence: {t.confidence})"
    )


def _link(name: str) -> str:
    return f"[{name}](predicates.md)"


def _title(module: str) -> str:
    return module.rpartition(".")[2].capitalize()


def _question(name: str, known: Mapping[str, Definition]) -> tuple[str, str, str]:
    askers = [d.id for d in known.values() if name in (*d.population, *d.known, *d.numerator)]
    return code(name), predicates.words(name), ", ".join(askers) or "no measure yet"


def _allowed(column: Column) -> str:
    if column.allowed:
        return ", ".join(map(code, column.allowed))
    return "" if column.low is None else f"{column.low:g} to {column.high:g}"
