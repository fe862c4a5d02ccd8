"""Early recognition and management of deterioration of mother or baby."""

import ibis.expr.types as ir


def triaged(t: ir.Table) -> ir.BooleanValue:
    """Began labour by herself or was induced, and so came through triage."""
    return t.labour_onset.isin(["1", "2", "3", "4"])


def triage_time_known(t: ir.Table) -> ir.BooleanValue:
    """The time from arrival to initial assessment was recorded."""
    return t.triage_minutes.notnull()


def assessed_within_15_minutes(t: ir.Table) -> ir.BooleanValue:
    """Initial assessment within 15 minutes of arrival."""
    return t.triage_minutes <= 15


def sepsis_suspected_in_mother(t: ir.Table) -> ir.BooleanValue:
    """Sepsis was suspected and antibiotics were needed."""
    return t.sepsis_suspected == True  # noqa: E712


def antibiotic_time_known(t: ir.Table) -> ir.BooleanValue:
    """The time from suspicion to antibiotics was recorded."""
    return t.sepsis_antibiotic_minutes.notnull()


def antibiotics_within_an_hour(t: ir.Table) -> ir.BooleanValue:
    """Antibiotics within 60 minutes of suspicion."""
    return t.sepsis_antibiotic_minutes <= 60


def blood_loss_known(t: ir.Table) -> ir.BooleanValue:
    """Blood loss was recorded."""
    return t.blood_loss_ml.notnull()


def blood_loss_1500_or_more(t: ir.Table) -> ir.BooleanValue:
    """Blood loss of 1,500 ml or more."""
    return t.blood_loss_ml >= 1500


def died_before_7_days_or_stillborn(t: ir.Table) -> ir.BooleanValue:
    """Stillborn, or live-born and died before 7 completed days of life."""
    return t.outcome.isin(["02", "03", "04"]) | (t.death_age_days < 7).fill_null(False)
