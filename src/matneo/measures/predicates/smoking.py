"""Smoke-free pregnancy."""

import ibis.expr.types as ir


def smoking_at_birth_known(t: ir.Table) -> ir.BooleanValue:
    """Smoking at the time of birth was recorded."""
    return t.smoking_delivery.notnull()


def smoker_at_birth(t: ir.Table) -> ir.BooleanValue:
    """Recorded as a smoker at the time of birth."""
    return t.smoking_delivery == "smoker"


def smoking_at_booking_known(t: ir.Table) -> ir.BooleanValue:
    """Smoking at booking was recorded."""
    return t.smoking_booking.notnull()


def smoker_at_booking(t: ir.Table) -> ir.BooleanValue:
    """Recorded as a smoker at booking."""
    return t.smoking_booking == "smoker"


def booked(t: ir.Table) -> ir.BooleanValue:
    """Has a booking appointment on record."""
    return t.booking_gestation_days.notnull()


def co_at_booking(t: ir.Table) -> ir.BooleanValue:
    """A carbon monoxide reading, of 0 ppm or more, was taken at booking."""
    return t.co_booking_ppm >= 0


def contact_at_36_weeks(t: ir.Table) -> ir.BooleanValue:
    """Had a contact at 35+0 to 36+6 weeks."""
    return t.contact_36_weeks == True  # noqa: E712  (an expression, compared for Ibis)


def co_at_36_weeks(t: ir.Table) -> ir.BooleanValue:
    """A carbon monoxide reading was taken at that contact."""
    return t.co_36_ppm >= 0
