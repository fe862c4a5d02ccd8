"""Counting: the SQL that Ibis compiles from the definitions, beside the same counts written by hand and a bare scan."""

import tempfile
from pathlib import Path

import duckdb

from bench.figures import Figure, best_of

TRUSTS = 24  # about a million births
# Numerator, known and population of each, as a person who knows DuckDB would write them.
SINGLE = "outcome = '01' AND births_in_pregnancy = 1"
TERM = f"{SINGLE} AND gestation_days BETWEEN 259 AND 315"
EARLY = "outcome = '01' AND gestation_days BETWEEN 154 AND 237"
WARM = f"{EARLY} AND admitted_neonatal"
RISK = "outcome = '01' AND hypoglycaemia_risk"
SEPSIS = "birth_order = 1 AND sepsis_suspected"
BOOKED = "birth_order = 1 AND booking_gestation_days IS NOT NULL"
BY_HAND = {
    "NAT-M06": (f"{SINGLE} AND gestation_days BETWEEN 154 AND 258", f"{SINGLE} AND gestation_days BETWEEN 154 AND 315", SINGLE),
    "NAT-M07": (f"{TERM} AND apgar_5 < 7", f"{TERM} AND apgar_5 IS NOT NULL", TERM),
    "SFP-M01": ("birth_order = 1 AND smoking_delivery = 'smoker'", "birth_order = 1 AND smoking_delivery IS NOT NULL", "birth_order = 1"),
    "SFP-M04": (f"{BOOKED} AND co_booking_ppm >= 0", BOOKED, BOOKED),
    "PTO-M07": (f"{EARLY} AND cord_clamped_seconds >= 60", f"{EARLY} AND cord_clamped_seconds IS NOT NULL", EARLY),
    "PTO-M08": (f"{WARM} AND temperature_c BETWEEN 36.5 AND 37.5 AND temperature_minutes <= 60",
                f"{WARM} AND temperature_c IS NOT NULL AND temperature_minutes IS NOT NULL", WARM),
    "NHG-M05": (f"{RISK} AND skin_to_skin_1h", f"{RISK} AND skin_to_skin_1h IS NOT NULL", RISK),
    "DET-M13": (f"{SEPSIS} AND sepsis_antibiotic_minutes <= 60", f"{SEPSIS} AND sepsis_antibiotic_minutes IS NOT NULL", SEPSIS),
}  # fmt: skip
COLUMNS = [
    "birth_date", "site", "trust", "outcome", "births_in_pregnancy", "gestation_days", "apgar_5", "birth_order",
    "smoking_delivery", "booking_gestation_days", "co_booking_ppm", "cord_clamped_seconds", "admitted_neonatal",
    "temperature_c", "temperature_minutes", "hypoglycaemia_risk", "skin_to_skin_1h", "sepsis_suspected",
    "sepsis_antibiotic_minutes",
]  # fmt: skip


def measure() -> list[Figure]:
    from matneo.measures import definitions, engine
    from matneo.measures.synthetic import SEED, births
    from matneo.measures.synthetic.england import build

    chosen = tuple(definitions.load()[name] for name in BY_HAND)
    compiled = engine.compiled(chosen).replace("'#breakdown'", "''")
    scan = f"SELECT {', '.join(f'max({name})' for name in COLUMNS)} FROM births"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "births.parquet"
        rows = births.write(build(SEED, TRUSTS), file)
        with duckdb.connect() as connection:
            connection.execute("SET preserve_insertion_order = false")
            connection.execute(f"CREATE VIEW births AS SELECT * FROM read_parquet('{file}')")
            _agree(connection, chosen, compiled)
            ours, hand, floor = (
                best_of(5, lambda sql=sql: connection.execute(sql).fetchnumpy())
                for sql in (compiled, _by_hand(), scan)
            )
    name = f"count {len(BY_HAND)} measures of {rows:,} births"
    return [
        Figure(name, ours, "s", "the same SQL by hand", ours / hand, "1.3 x", ours / hand <= 1.3),
        Figure(
            f"{name}, again", ours, "s", "a bare scan of its columns", ours / floor, "5 x", ours / floor <= 5
        ),
    ]


def _by_hand() -> str:
    counts = [
        f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END) AS n{place}"
        for place, condition in enumerate(dict.fromkeys(part for parts in BY_HAND.values() for part in parts))
    ]
    return f"SELECT date_trunc('month', birth_date) AS period, site, trust, {', '.join(counts)} FROM births GROUP BY ALL"


def _agree(connection: duckdb.DuckDBPyConnection, chosen: tuple, compiled: str) -> None:
    """Both ask the same: a comparison of speed between different answers would say nothing."""
    from matneo.measures import engine

    columns = engine.count_columns(chosen)
    for definition in chosen:
        lists = (definition.numerator, definition.known or definition.population, definition.population)
        ours = ", ".join(f"sum({columns[names]})" for names in lists)
        theirs = ", ".join(f"count(*) FILTER ({part})" for part in BY_HAND[definition.id])
        one = connection.execute(f"SELECT {ours} FROM ({compiled})").fetchone()
        other = connection.execute(f"SELECT {theirs} FROM births").fetchone()
        assert one == other, f"{definition.id}: {one} compiled, {other} by hand"
