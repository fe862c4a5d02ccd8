"""The births table: one row a baby. A blank is a missing answer, never zero.

Column meanings follow MSDS v2.0 where it has them (gestation in days, `PregOutcome`, `DeliveryMethodCode`); the rest are
the questions that the five clinical areas ask of a neonatal record.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """`kind` is text, date, bool, int or float; `low` and `high` bound what is possible; `allowed` lists the codes."""

    name: str
    kind: str
    words: str
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()
    required: bool = False


SMOKING = ("smoker", "ex_smoker", "non_smoker")
COLUMNS: tuple[Column, ...] = (
    Column("birth_date", "date", "day of birth", required=True),
    Column("trust", "text", "code of the trust of birth", required=True),
    Column("site", "text", "code of the site of birth", required=True),
    Column("birth_order", "int", "1 for the first baby of the pregnancy", 1, 8, required=True),
    Column("births_in_pregnancy", "int", "babies born of the pregnancy", 1, 8),
    Column("gestation_days", "int", "completed days of gestation", 100, 320),
    Column("birth_weight_g", "int", "birth weight in grams", 100, 8000),
    Column(
        "outcome",
        "text",
        "live (01) or stillborn (02 to 04)",
        allowed=("01", "02", "03", "04"),
        required=True,
    ),
    Column("death_age_days", "int", "age at death of a live-born baby, in completed days", 0, 400),
    Column("apgar_5", "int", "Apgar score at five minutes", 0, 10),
    Column("first_feed", "text", "breast milk (01, 02) or not (03)", allowed=("01", "02", "03")),
    Column("first_feed_minutes", "int", "minutes from birth to first feed", 0, 20000),
    Column("skin_to_skin_1h", "bool", "skin-to-skin contact within an hour"),
    Column("admitted_neonatal", "bool", "admitted to a neonatal unit"),
    Column("temperature_c", "float", "first temperature on admission, °C", 25, 43),
    Column("temperature_minutes", "int", "minutes from birth to that temperature", 0, 3000),
    Column("cord_clamped_seconds", "int", "seconds from birth to clamping of the cord", 0, 3600),
    Column("hypoglycaemia_risk", "bool", "at risk of low blood glucose"),
    Column("booking_gestation_days", "int", "gestation at booking, in days", 14, 310),
    Column("smoking_booking", "text", "smoking at booking", allowed=SMOKING),
    Column("smoking_delivery", "text", "smoking at the time of birth", allowed=SMOKING),
    Column("co_booking_ppm", "float", "carbon monoxide at booking, parts per million", 0, 100),
    Column("contact_36_weeks", "bool", "had a contact at 35+0 to 36+6 weeks"),
    Column("co_36_ppm", "float", "carbon monoxide at 36 weeks, parts per million", 0, 100),
    Column("steroid_doses", "int", "doses of antenatal steroids", 0, 10),
    Column("magnesium", "bool", "magnesium sulphate within 24 hours before birth"),
    Column("diabetes", "text", "diabetes in pregnancy", allowed=("none", "type_1", "type_2", "gestational")),
    Column(
        "joint_team_gestation_days",
        "int",
        "gestation at first contact with the joint diabetes team, in days",
        0,
        310,
    ),
    Column("cgm", "bool", "real-time continuous glucose monitoring used"),
    Column("gdm_risk_factor", "bool", "at least one risk factor for gestational diabetes"),
    Column("ogtt_done", "bool", "glucose tolerance test, or equivalent, done by 28+6 weeks"),
    Column("postnatal_glucose_13w", "bool", "glucose test result within 13 weeks after birth"),
    Column("delivery_method", "text", "method of delivery, MSDS code", allowed=tuple("0123456789")),
    Column("labour_onset", "text", "onset of labour, MSDS code", allowed=tuple("12345")),
    Column("blood_loss_ml", "int", "blood loss in millilitres", 0, 15000),
    Column("sepsis_suspected", "bool", "maternal sepsis suspected, antibiotics needed"),
    Column("sepsis_antibiotic_minutes", "int", "minutes from suspicion to antibiotics", 0, 3000),
    Column("triage_minutes", "int", "minutes from arrival to initial assessment", 0, 1500),
    Column("maternal_critical_care", "bool", "unplanned maternal critical care"),
    Column("previous_births", "int", "previous births", 0, 20),
    Column("previous_caesareans", "int", "previous caesareans", 0, 12),
    Column("ethnicity", "text", "ethnic category, one letter", allowed=tuple("ABCDEFGHJKLMNPRSZ")),
    Column("imd_decile", "int", "deprivation decile of residence, 1 most deprived", 1, 10),
    Column("mother_age", "int", "mother's age in years", 10, 70),
)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
DUCKDB_TYPES = {"text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN", "int": "SMALLINT", "float": "FLOAT"}
IBIS_TYPES = {"text": "string", "date": "date", "bool": "boolean", "int": "int16", "float": "float32"}
