"""Each measure on births that a midwife can count by hand."""

from datetime import date

import pytest

from matneo.measures import definitions, predicates, reference

DAY = date(2024, 3, 5)
BASE = {
    "birth_date": DAY,
    "trust": "T1",
    "site": "S1",
    "birth_order": 1,
    "births_in_pregnancy": 1,
    "outcome": "01",
    "gestation_days": 280,
}

# measure: births (what differs from an ordinary birth at term), and numerator, known, population counted by hand
EXAMPLES = {
    "NAT-M01": ([{}, {"outcome": "02"}, {"outcome": "01", "gestation_days": 150}], (1, 3, 3)),
    "NAT-M02": ([{}, {"death_age_days": 27}, {"death_age_days": 28}, {"death_age_days": 1, "gestation_days": 160}], (1, 3, 3)),
    "NAT-M03": ([{}, {"death_age_days": 27}, {"death_age_days": 1, "gestation_days": 160}, {"outcome": "02"}], (2, 3, 3)),
    "NAT-M06": ([{"gestation_days": 258}, {"gestation_days": 259}, {"gestation_days": None}, {"births_in_pregnancy": 2}], (1, 2, 3)),
    "NAT-M07": ([{"apgar_5": 6}, {"apgar_5": 7}, {"apgar_5": None}, {"apgar_5": 2, "gestation_days": 250}], (1, 2, 3)),
    "SFP-M01": ([{"smoking_delivery": "smoker"}, {"smoking_delivery": "non_smoker"}, {}, {"smoking_delivery": "smoker", "birth_order": 2}], (1, 2, 3)),
    "SFP-M03": ([{"booking_gestation_days": 60, "smoking_booking": "smoker"}, {"booking_gestation_days": 60}, {"smoking_booking": "smoker"}], (1, 1, 2)),
    "SFP-M04": ([{"booking_gestation_days": 60, "co_booking_ppm": 0.0}, {"booking_gestation_days": 60}, {"co_booking_ppm": 2.0}], (1, 2, 2)),
    "SFP-M05": ([{"contact_36_weeks": True, "co_36_ppm": 3.0}, {"contact_36_weeks": True}, {"contact_36_weeks": False}], (1, 2, 2)),
    "PTO-M02": ([{"gestation_days": 237, "steroid_doses": 1}, {"gestation_days": 200, "steroid_doses": 0}, {"gestation_days": 200}, {"gestation_days": 238}], (1, 2, 3)),
    "PTO-M04": ([{"gestation_days": 209, "magnesium": True}, {"gestation_days": 209}, {"gestation_days": 210, "magnesium": True}], (1, 1, 2)),
    "PTO-M07": ([{"gestation_days": 230, "cord_clamped_seconds": 60}, {"gestation_days": 230, "cord_clamped_seconds": 59}, {"gestation_days": 230}], (1, 2, 3)),
    "PTO-M08": (
        [{"gestation_days": 230, "admitted_neonatal": True, "temperature_c": 36.5, "temperature_minutes": 60},
         {"gestation_days": 230, "admitted_neonatal": True, "temperature_c": 37.6, "temperature_minutes": 20},
         {"gestation_days": 230, "admitted_neonatal": True, "temperature_c": 37.0, "temperature_minutes": 61},
         {"gestation_days": 230, "admitted_neonatal": True}, {"gestation_days": 230, "admitted_neonatal": False}],
        (1, 3, 4),
    ),
    "DIP-M03": ([{"diabetes": "type_1", "joint_team_gestation_days": 70}, {"diabetes": "type_2", "joint_team_gestation_days": 71}, {"diabetes": "type_2"}, {"diabetes": "gestational"}], (1, 2, 3)),
    "DIP-M04": ([{"diabetes": "type_1", "cgm": True}, {"diabetes": "type_1"}, {"diabetes": "type_2", "cgm": True}], (1, 1, 2)),
    "DIP-M10": ([{"gdm_risk_factor": True, "ogtt_done": True}, {"gdm_risk_factor": True, "ogtt_done": False}, {"ogtt_done": True}], (1, 2, 2)),
    "DIP-M12": ([{"diabetes": "gestational", "postnatal_glucose_13w": True}, {"diabetes": "gestational"}, {"diabetes": "none"}], (1, 1, 2)),
    "NHG-M02": ([{"admitted_neonatal": True}, {"admitted_neonatal": False}, {}, {"admitted_neonatal": True, "gestation_days": 250}], (1, 2, 3)),
    "NHG-M05": ([{"hypoglycaemia_risk": True, "skin_to_skin_1h": True}, {"hypoglycaemia_risk": True}, {"skin_to_skin_1h": True}], (1, 1, 2)),
    "NHG-M06": ([{"hypoglycaemia_risk": True, "first_feed_minutes": 60}, {"hypoglycaemia_risk": True, "first_feed_minutes": 61}, {}], (1, 2, 2)),
    "DET-M09": ([{"labour_onset": "1", "triage_minutes": 15}, {"labour_onset": "3", "triage_minutes": 16}, {"labour_onset": "5", "triage_minutes": 1}], (1, 2, 2)),
    "DET-M13": ([{"sepsis_suspected": True, "sepsis_antibiotic_minutes": 60}, {"sepsis_suspected": True}, {"sepsis_suspected": False}], (1, 1, 2)),
    "DET-M15": ([{"blood_loss_ml": 1500}, {"blood_loss_ml": 1499}, {}], (1, 2, 3)),
    "DET-M21": ([{"outcome": "02"}, {"death_age_days": 6}, {"death_age_days": 7}, {}, {"outcome": "02", "gestation_days": 200}], (2, 4, 4)),
}  # fmt: skip


@pytest.mark.parametrize("measure", EXAMPLES)
def test_a_midwife_counts_the_same(measure):
    births, expected = EXAMPLES[measure]

    counts = reference.calculate([definitions.load()[measure]], [{**BASE, **birth} for birth in births])

    assert tuple(counts[(measure, "T1", DAY.replace(day=1))]) == expected


def test_every_counted_measure_has_an_example():
    counted = {name for name, d in definitions.load().items() if d.table == "births"}

    assert counted == set(EXAMPLES)


@pytest.mark.parametrize("name", predicates.PREDICATES)
def test_a_predicate_says_what_it_asks(name):
    words = predicates.words(name)

    assert words.endswith(".")
    assert len(words) > 10
