"""Detection and management of neonatal hypoglycaemia."""

import ibis.expr.types as ir


def admission_known(t: ir.Table) -> ir.BooleanValue:
    """Whether the baby was admitted to a neonatal unit was recorded."""
    return t.admitted_neonatal.notnull()


def at_risk_of_low_glucose(t: ir.Table) -> ir.BooleanValue:
    """At risk of low blood glucose."""
    return t.hypoglycaemia_risk == True  # noqa: E712


def skin_to_skin_known(t: ir.Table) -> ir.BooleanValue:
    """Whether there was skin-to-skin contact in the first hour was recorded."""
    return t.skin_to_skin_1h.notnull()


def skin_to_skin(t: ir.Table) -> ir.BooleanValue:
    """Skin-to-skin contact within an hour of birth."""
    return t.skin_to_skin_1h == True  # noqa: E712


def first_feed_time_known(t: ir.Table) -> ir.BooleanValue:
    """The time of the first feed was recorded."""
    return t.first_feed_minutes.notnull()


def fed_within_60_minutes(t: ir.Table) -> ir.BooleanValue:
    """The first feed came within 60 minutes of birth."""
    return t.first_feed_minutes <= 60
