"""Ten years of invented births, made by one DuckDB query from a small table of chances by site and month.

Every uniform number is a hash of the row and the seed, so the rows do not depend on threads. Distributions: published
national rates and their spread between trusts (MSDS 2022-23), expected numbers for an average trust.
"""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from matneo.measures.periods import add_months
from matneo.measures.synthetic.england import FIRST_MONTH, LAST_MONTH, England, Trust
from matneo.measures.synthetic.truth import ADMISSIONS_RISE, NATIONAL_FALL, Plan, plan
from matneo.utils.sql import quoted

WAVE_START = {1: 2017.25, 2: 2018.25, 3: 2019.25}

# Chance: national level, spread between trusts (SD on the logit scale), drift a year, effect of the programme (logit).
RATES: dict[str, tuple[float, float, float, float]] = {
    "preterm": (0.071, 0.14, 0.0, -0.02),
    "apgar_low": (0.0115, 0.30, 0.0, 0.0),
    "smoker_booking": (0.128, 0.40, -0.045, 0.0),
    "quits": (0.24, 0.25, 0.0, 0.30),
    "co_booking": (0.70, 0.55, 0.0, 0.55),
    "co_36": (0.50, 0.60, 0.0, 0.60),
    "steroids": (0.89, 0.30, 0.0, 0.0),
    "magnesium": (0.84, 0.35, 0.0, 0.0),
    "cord": (0.44, 0.50, 0.0, 0.60),
    "warm": (0.63, 0.35, 0.0, 0.60),
    "joint_team": (0.56, 0.45, 0.0, 0.0),
    "cgm": (0.45, 0.50, 0.18, 0.0),
    "ogtt": (0.76, 0.40, 0.0, 0.40),
    "postnatal": (0.53, 0.40, 0.0, 0.0),
    "admit_term": (0.056, 0.20, 0.0, 0.0),
    "skin": (0.64, 0.60, 0.0, 0.40),
    "feed": (0.66, 0.45, 0.0, 0.40),
    "bleed": (0.029, 0.20, 0.0, 0.0),
    "triage": (0.57, 0.45, 0.0, 0.50),
    "antibiotics": (0.72, 0.35, 0.0, 0.0),
    "breast_milk": (0.72, 0.50, 0.0, 0.0),
    "induced": (0.31, 0.30, 0.01, 0.0),
    "emergency": (0.21, 0.20, 0.02, 0.0),
    "planned": (0.165, 0.22, 0.03, 0.0),
}
_RATES = np.array(list(RATES.values()))
_PLACE = {name: place for place, name in enumerate(RATES)}


def write(england: England, file: Path, *, threads: int | None = None) -> int:
    """Write all births to a Parquet file in the columns of the births table; returns how many."""
    table = chances(england)
    # Through a small file: neither pyarrow nor pandas is needed, and its many row groups are shared among the threads.
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        given = Path(folder) / "chances.parquet"
        table.sort("site", "month").with_row_index("place", offset=1).write_parquet(given, row_group_size=500)
        if threads:
            connection.execute(f"SET threads = {int(threads)}")
        connection.execute("SET preserve_insertion_order = false")
        for name, codes in {**_CODES, "trust": set(table["trust"]), "site": set(table["site"])}.items():
            listed = ", ".join(f"'{code}'" for code in sorted(codes))
            connection.execute(f"CREATE TYPE {name}_code AS ENUM ({listed})")
        sql = _SQL.replace("#seed", str(england.seed)).replace("#chances", f"read_parquet({quoted(given)})")
        connection.execute(
            f"COPY ({sql}) TO {quoted(file)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 200000)"
        )
    return int(table["births"].sum())


def chances(england: England) -> pl.DataFrame:
    """Births and chances of every site and month that was sent."""
    chance = np.random.default_rng(england.seed + 1)
    truth = plan(england)
    base = np.array([chance.normal(0, spread, len(england.trusts)) for _, spread, _, _ in RATES.values()])
    response = chance.uniform(0.3, 1.7, len(england.trusts))
    still = chance.gamma(1 / 0.005, 0.005, len(england.trusts))
    neonatal = chance.gamma(1 / 0.02, 0.02, len(england.trusts))
    frames = []
    for number, trust in enumerate(england.trusts):
        deprived = float(np.clip(chance.normal(0.24, 0.12), 0.05, 0.6))
        drawn = _drawn(trust, truth, chance)
        shared = _shared(trust, drawn, base[:, number], response[number], truth).with_columns(
            deprived=pl.lit(deprived), still=pl.lit(still[number]), neonatal=pl.lit(neonatal[number])
        )
        for place, site in enumerate(trust.sites):
            doubled = (site.code == truth.doubled_site) & (pl.col("month") >= date(2024, 7, 1))
            frames.append(
                shared.with_columns(
                    site=pl.lit(site.code),
                    births=pl.Series(drawn.births[:, place]),
                    doubled=pl.when(doubled).then(2.0).otherwise(1.0),
                )
            )
    return pl.concat(frames)


@dataclass(frozen=True)
class _Drawn:
    """What chance says of the months that a trust sent: one row a month."""

    months: list[date]
    noise: np.ndarray  # months differ by more than chance: one column a rate, on the logit scale
    skin: np.ndarray
    births: np.ndarray  # one column a site


def _drawn(trust: Trust, truth: Plan, chance: np.random.Generator) -> _Drawn:
    """Month by month, so that a month more changes none before it; everything else is worked out for all months at once."""
    months, noise, skin, births = [], [], [], []
    for month in _months():
        if _not_sent(trust, month, truth, chance):
            continue
        months.append(month)
        noise.append(chance.normal(0, 0.06, len(RATES)))
        skin.append(chance.normal(0, 0.06) if trust.code == truth.true_effect else 0.0)
        of_trust = trust.births_a_year / 12
        trend = 1.02 - 0.004 * (_year(month) - 2015)
        births.append([int(chance.poisson(of_trust * s.share * _season(month) * trend)) for s in trust.sites])
    return _Drawn(months, np.array(noise), np.array(skin), np.array(births))


def _shared(trust: Trust, drawn: _Drawn, base: np.ndarray, response: float, truth: Plan) -> pl.DataFrame:
    """What the sites of a trust share: one row a month."""
    month = np.array(drawn.months, "datetime64[D]")
    year = np.array([_year(month) for month in drawn.months])
    programme = 1 / (1 + np.exp(-(year - WAVE_START[trust.wave] - 0.9) * 4.5)) * response
    level, _, drift, effect = _RATES.T
    logit = np.log(level / (1 - level)) + base + np.outer(year - 2020, drift) + np.outer(programme, effect)
    logit += drawn.noise
    if trust.code == truth.fake:
        logit[
            (month >= np.datetime64("2018-10-01")) & (month < np.datetime64("2019-07-01")), _PLACE["warm"]
        ] -= 1.0
    logit[month >= np.datetime64(NATIONAL_FALL), _PLACE["postnatal"]] -= 0.16
    if trust.code == truth.admissions:
        logit[month >= np.datetime64(ADMISSIONS_RISE), _PLACE["admit_term"]] += 0.40
    if trust.code == truth.true_effect:
        better = np.where(month >= np.datetime64("2024-09-01"), 0.94, 0)
        logit[:, _PLACE["skin"]] = np.log(0.64 / 0.36) + drawn.skin + better
    missing_apgar = np.clip(0.15 - 0.012 * (year - 2015.75), 0.05, 0.15)
    if trust.code == truth.system_change:
        missing_apgar[month >= np.datetime64("2022-10-01")] = 0.30
    return pl.DataFrame(
        {
            "trust": [trust.code] * len(month),
            "month": drawn.months,
            **dict(zip(RATES, (1 / (1 + np.exp(-logit))).T, strict=True)),
            "missing_smoking": np.clip(0.60 - 0.047 * (year - 2015.75), 0.06, 0.6),
            "missing_apgar": missing_apgar,
            "missing_other": np.clip(0.10 - 0.006 * (year - 2015.75), 0.03, 0.10),
            "paused": (month >= np.datetime64("2020-04-01")) & (month <= np.datetime64("2020-07-01")),
            "gap": (month >= np.datetime64("2023-01-01")) & (trust.code == truth.equity),
        }
    )


def _year(month: date) -> float:
    return month.year + (month.month - 1) / 12


def _months() -> list[date]:
    months, month = [], FIRST_MONTH
    while month <= LAST_MONTH:
        months.append(month)
        month = add_months(month, 1)
    return months


def _season(month: date) -> float:
    """A mild year: most births in September, fewest in February."""
    return 1 + 0.04 * float(np.cos((month.month - 9) / 12 * 2 * np.pi))


def _not_sent(trust: Trust, month: date, truth: Plan, chance: np.random.Generator) -> bool:
    forgotten = bool(chance.random() < 0.003) and month < date(2025, 1, 1)
    late = trust.code == truth.late and month >= date(2025, 8, 1)
    return forgotten or late or (trust.closed is not None and month >= trust.closed)


def _u(k: int) -> str:
    """The k-th uniform number of a row."""
    return f"((hash(id, {k}, #seed) >> 11)::DOUBLE / 9007199254740992.0)"


# Words as codes: a file is written from numbers and its small dictionaries, a third faster than from ten million texts.
_CODES = {
    "outcome": ("01", "02"),
    "feed": ("01", "03"),
    "smoking": ("smoker", "ex_smoker", "non_smoker"),
    "diabetes": ("type_1", "type_2", "gestational", "none"),
    "method": ("7", "8", "3", "0"),
    "onset": ("5", "3", "1"),
    "ethnicity": ("A", "D", "H", "N", "S", "Z"),
}
_SQL = f"""
WITH rows AS (
    SELECT c.* EXCLUDE (trust, site), c.trust::trust_code AS trust, c.site::site_code AS site,
           c.place::BIGINT * 100000 + r.i AS id, r.i AS i
    FROM #chances c, unnest(range(c.births)) AS r(i)),
drawn AS (
    SELECT *, {_u(1)} AS u_g, {_u(2)} AS u_multi, {_u(3)} AS u_day, {_u(4)} AS u_week, {_u(5)} AS u_dead,
           {_u(6)} AS u_nnd, {_u(7)} AS u_miss, {_u(8)} AS u_imd, {_u(9)} AS u_eth, {_u(10)} AS u_smoke,
           {_u(11)} AS u_quit, {_u(12)} AS u_mode, {_u(13)} AS u_diab, {_u(14)} AS u_a, {_u(15)} AS u_b,
           {_u(16)} AS u_c, {_u(17)} AS u_d, {_u(18)} AS u_e, {_u(19)} AS u_f, {_u(20)} AS u_h
    FROM rows),
shaped AS (
    SELECT *, u_multi < 0.030 AS twin,
           CASE WHEN u_multi < 0.030 THEN least(0.95, preterm * 8) ELSE preterm END AS p_early,
           CASE WHEN u_imd < deprived THEN 1 + floor(u_imd / deprived * 2)::SMALLINT
                ELSE 3 + floor((u_imd - deprived) / (1 - deprived) * 8)::SMALLINT END AS imd
    FROM drawn),
aged AS (
    SELECT *, CASE
        WHEN u_g < p_early * 0.063 THEN 161 + floor(u_week * 35)::SMALLINT
        WHEN u_g < p_early * 0.175 THEN 196 + floor(u_week * 28)::SMALLINT
        WHEN u_g < p_early * 0.300 THEN 224 + floor(u_week * 14)::SMALLINT
        WHEN u_g < p_early THEN 238 + floor(u_week * 21)::SMALLINT
        WHEN u_week < 0.09 THEN 259 + floor(u_week / 0.09 * 7)::SMALLINT
        WHEN u_week < 0.25 THEN 266 + floor((u_week - 0.09) / 0.16 * 7)::SMALLINT
        WHEN u_week < 0.58 THEN 273 + floor((u_week - 0.25) / 0.33 * 7)::SMALLINT
        WHEN u_week < 0.84 THEN 280 + floor((u_week - 0.58) / 0.26 * 7)::SMALLINT
        ELSE 287 + floor((u_week - 0.84) / 0.16 * 11)::SMALLINT END AS days
    FROM shaped),
fated AS (
    SELECT *, days >= 259 AS is_term, days < 238 AS very_early,
        u_dead < still * CASE WHEN days >= 259 THEN 0.0014 * doubled WHEN days >= 238 THEN 0.010
                              WHEN days >= 196 THEN 0.040 WHEN days >= 168 THEN 0.100 ELSE 0 END AS is_still,
        u_nnd < neonatal * CASE WHEN days >= 259 THEN 0.0006 * doubled WHEN days >= 238 THEN 0.003
                                WHEN days >= 196 THEN 0.015 ELSE 0.180 END AS dies,
        least(0.9, smoker_booking * CASE WHEN imd <= 2 THEN 1.8 WHEN imd >= 8 THEN 0.45 ELSE 0.95 END) AS p_smoke,
        CASE WHEN u_diab < 0.0045 THEN 'type_1'::diabetes_code WHEN u_diab < 0.0095 THEN 'type_2'::diabetes_code
             WHEN u_diab < 0.085 THEN 'gestational'::diabetes_code ELSE 'none'::diabetes_code END AS sugar
    FROM aged),
smoked AS (
    SELECT *, u_smoke < p_smoke AS smokes,
        CASE WHEN gap AND imd <= 2 THEN u_smoke < p_smoke * 1.35
             WHEN gap THEN u_smoke < p_smoke AND u_quit > least(0.97, quits * 1.9)
             ELSE u_smoke < p_smoke AND u_quit > quits END AS still_smokes
    FROM fated)
SELECT (month::DATE + (floor(u_day * date_diff('day', month::DATE, (month::DATE + INTERVAL 1 MONTH)::DATE)))::INTEGER)::DATE AS birth_date,
    trust, site,
    CASE WHEN twin AND i % 2 = 1 THEN 2 ELSE 1 END::SMALLINT AS birth_order,
    CASE WHEN twin THEN 2 ELSE 1 END::SMALLINT AS births_in_pregnancy,
    CASE WHEN u_miss > 0.008 THEN days::SMALLINT END AS gestation_days,
    greatest(310, 420 + (days - 154) * 23.5 + (u_a - 0.5) * (days - 100) * 5)::SMALLINT AS birth_weight_g,
    CASE WHEN is_still THEN '02'::outcome_code ELSE '01'::outcome_code END AS outcome,
    CASE WHEN NOT is_still AND dies THEN floor(u_nnd * 1e7)::BIGINT % 28 END::SMALLINT AS death_age_days,
    CASE WHEN NOT is_still AND u_b > missing_apgar THEN
        CASE WHEN u_c < apgar_low * CASE WHEN days < 238 THEN 12 ELSE 1 END THEN 4 + (u_d * 3)::INTEGER ELSE 9 END END::SMALLINT AS apgar_5,
    CASE WHEN is_still OR u_d < missing_other THEN NULL WHEN u_e < breast_milk THEN '01'::feed_code ELSE '03'::feed_code END AS first_feed,
    CASE WHEN is_still OR u_f < missing_other THEN NULL WHEN u_h < feed THEN 10 + (u_h / feed * 50)::INTEGER
         ELSE 61 + (u_c * 120)::INTEGER END::SMALLINT AS first_feed_minutes,
    CASE WHEN is_still OR u_e < missing_other THEN NULL ELSE u_a < skin END AS skin_to_skin_1h,
    CASE WHEN is_still THEN NULL WHEN very_early THEN true WHEN NOT is_term THEN u_c < 0.35 ELSE u_f < admit_term END AS admitted_neonatal,
    CASE WHEN is_still OR NOT very_early OR u_e < missing_other THEN NULL
         WHEN u_a < warm THEN 36.5 + u_b ELSE CASE WHEN u_b < 0.75 THEN 35.2 + u_b * 1.7 ELSE 37.6 + u_b * 0.5 END END::FLOAT AS temperature_c,
    CASE WHEN is_still OR NOT very_early OR u_e < missing_other THEN NULL ELSE 15 + (u_c * 45)::INTEGER END::SMALLINT AS temperature_minutes,
    CASE WHEN is_still OR NOT very_early OR u_f < missing_other THEN NULL WHEN u_h < cord THEN 60 + (u_b * 60)::INTEGER
         ELSE (u_b * 55)::INTEGER END::SMALLINT AS cord_clamped_seconds,
    CASE WHEN is_still THEN NULL ELSE sugar <> 'none'::diabetes_code OR days BETWEEN 238 AND 258 OR u_b > 0.92 END AS hypoglycaemia_risk,
    (45 + u_c * u_c * 90)::SMALLINT AS booking_gestation_days,
    CASE WHEN u_miss < missing_smoking THEN NULL WHEN smokes THEN 'smoker'::smoking_code
         WHEN u_e < 0.2 THEN 'ex_smoker'::smoking_code ELSE 'non_smoker'::smoking_code END AS smoking_booking,
    CASE WHEN u_d < missing_smoking * 0.4 THEN NULL WHEN still_smokes THEN 'smoker'::smoking_code ELSE 'non_smoker'::smoking_code END AS smoking_delivery,
    CASE WHEN u_f < co_booking THEN CASE WHEN smokes THEN 4 + u_a * 20 ELSE u_a * 3 END END::FLOAT AS co_booking_ppm,
    days >= 252 AS contact_36_weeks,
    CASE WHEN days >= 252 AND u_h < co_36 THEN CASE WHEN still_smokes THEN 4 + u_b * 18 ELSE u_b * 3 END END::FLOAT AS co_36_ppm,
    CASE WHEN NOT very_early OR u_d < missing_other * 0.5 THEN NULL WHEN u_h < steroids THEN 1 + (u_b * 1.4)::INTEGER ELSE 0 END::SMALLINT AS steroid_doses,
    CASE WHEN days >= 210 OR u_d < missing_other * 0.5 THEN NULL ELSE u_c < magnesium END AS magnesium,
    sugar AS diabetes,
    CASE WHEN sugar NOT IN ('type_1'::diabetes_code, 'type_2'::diabetes_code) OR paused OR u_d < missing_other THEN NULL
         WHEN u_f < joint_team THEN 35 + (u_a * 35)::INTEGER ELSE 71 + (u_a * 60)::INTEGER END::SMALLINT AS joint_team_gestation_days,
    CASE WHEN sugar = 'type_1'::diabetes_code AND u_e > missing_other * 0.5 THEN u_h < cgm END AS cgm,
    sugar = 'gestational'::diabetes_code OR u_b < 0.30 AS gdm_risk_factor,
    CASE WHEN (sugar = 'gestational'::diabetes_code OR u_b < 0.30) AND u_f > missing_other * 0.5 THEN u_e < ogtt END AS ogtt_done,
    CASE WHEN sugar = 'gestational'::diabetes_code AND u_f > missing_other THEN u_h < postnatal END AS postnatal_glucose_13w,
    CASE WHEN u_mode < planned THEN '7'::method_code WHEN u_mode < planned + emergency THEN '8'::method_code
         WHEN u_mode < planned + emergency + 0.105 THEN '3'::method_code ELSE '0'::method_code END AS delivery_method,
    CASE WHEN u_mode < planned THEN '5'::onset_code WHEN u_quit < induced THEN '3'::onset_code ELSE '1'::onset_code END AS labour_onset,
    CASE WHEN u_e < missing_other THEN NULL WHEN u_d < bleed + missing_other AND u_d >= missing_other * 0.9 AND u_f < 0.97 THEN 1500 + (u_a * 1500)::INTEGER
         ELSE 200 + (u_a * 800)::INTEGER END::SMALLINT AS blood_loss_ml,
    u_nnd > 0.988 AS sepsis_suspected,
    CASE WHEN u_nnd > 0.988 AND u_d > missing_other THEN CASE WHEN u_b < antibiotics THEN 10 + (u_a * 50)::INTEGER
        ELSE 61 + (u_a * 120)::INTEGER END END::SMALLINT AS sepsis_antibiotic_minutes,
    CASE WHEN paused OR u_c < missing_other THEN NULL WHEN u_f < triage THEN (u_a * 15)::INTEGER ELSE 16 + (u_a * 60)::INTEGER END::SMALLINT AS triage_minutes,
    u_nnd < 0.0012 AS maternal_critical_care,
    (u_b * u_b * 4)::SMALLINT AS previous_births,
    CASE WHEN u_b > 0.5 AND u_c < 0.28 THEN 1 ELSE 0 END::SMALLINT AS previous_caesareans,
    CASE WHEN u_eth < 0.70 THEN 'A'::ethnicity_code WHEN u_eth < 0.73 THEN 'D'::ethnicity_code WHEN u_eth < 0.85 THEN 'H'::ethnicity_code
         WHEN u_eth < 0.90 THEN 'N'::ethnicity_code
         WHEN u_eth < 0.94 THEN 'S'::ethnicity_code ELSE 'Z'::ethnicity_code END AS ethnicity,
    imd::SMALLINT AS imd_decile,
    (18 + u_h * 14 + u_f * 11)::SMALLINT AS mother_age
FROM smoked"""
