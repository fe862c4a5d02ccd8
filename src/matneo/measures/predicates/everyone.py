"""Who is counted: mothers, babies, the live-born, term and preterm; and the national outcomes."""

import ibis.expr.types as ir

TERM, PRETERM_FROM, TERM_TO = 259, 154, 315  # 37+0, 22+0 and 45+0 weeks in days


def mother(t: ir.Table) -> ir.BooleanValue:
    """Counted once a pregnancy: the row of its first baby."""
    return t.birth_order == 1


def total_birth(t: ir.Table) -> ir.BooleanValue:
    """Born alive at any gestation, or stillborn at 24+0 weeks or later."""
    return (t.outcome == "01") | (t.gestation_days >= 168) | t.gestation_days.isnull()


def stillborn(t: ir.Table) -> ir.BooleanValue:
    """Born at 24+0 weeks or later with no sign of life."""
    return t.outcome.isin(["02", "03", "04"])


def live_born(t: ir.Table) -> ir.BooleanValue:
    """Born with a sign of life."""
    return t.outcome == "01"


def born_from_24_weeks(t: ir.Table) -> ir.BooleanValue:
    """Born at 24+0 weeks or later."""
    return t.gestation_days >= 168


def died_before_28_days(t: ir.Table) -> ir.BooleanValue:
    """Died before 28 completed days of life."""
    return t.death_age_days < 28


def singleton(t: ir.Table) -> ir.BooleanValue:
    """The only baby of the pregnancy."""
    return t.births_in_pregnancy == 1


def gestation_known(t: ir.Table) -> ir.BooleanValue:
    """Gestation at birth was recorded, between 22+0 and 45+0 weeks."""
    return t.gestation_days.between(PRETERM_FROM, TERM_TO)


def preterm(t: ir.Table) -> ir.BooleanValue:
    """Born before 37+0 weeks."""
    return t.gestation_days < TERM


def term(t: ir.Table) -> ir.BooleanValue:
    """Born from 37+0 to 45+0 weeks."""
    return t.gestation_days.between(TERM, TERM_TO)


def apgar_known(t: ir.Table) -> ir.BooleanValue:
    """The Apgar score at five minutes was recorded."""
    return t.apgar_5.notnull()


def apgar_below_7(t: ir.Table) -> ir.BooleanValue:
    """Apgar score of 0 to 6 at five minutes."""
    return t.apgar_5 < 7
