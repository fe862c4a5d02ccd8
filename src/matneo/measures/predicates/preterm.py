"""Optimisation and stabilisation of the very preterm infant."""

import ibis.expr.types as ir


def born_before_34_weeks(t: ir.Table) -> ir.BooleanValue:
    """Born from 22+0 to 33+6 weeks."""
    return t.gestation_days.between(154, 237)


def born_23_to_33_weeks(t: ir.Table) -> ir.BooleanValue:
    """Born from 23+0 to 33+6 weeks."""
    return t.gestation_days.between(161, 237)


def born_before_30_weeks(t: ir.Table) -> ir.BooleanValue:
    """Born from 22+0 to 29+6 weeks."""
    return t.gestation_days.between(154, 209)


def steroids_known(t: ir.Table) -> ir.BooleanValue:
    """Whether antenatal steroids were given was recorded."""
    return t.steroid_doses.notnull()


def steroids_given(t: ir.Table) -> ir.BooleanValue:
    """The mother had at least one dose of antenatal steroids."""
    return t.steroid_doses >= 1


def magnesium_known(t: ir.Table) -> ir.BooleanValue:
    """Whether magnesium sulphate was given was recorded."""
    return t.magnesium.notnull()


def magnesium_given(t: ir.Table) -> ir.BooleanValue:
    """The mother had magnesium sulphate in the 24 hours before birth."""
    return t.magnesium == True  # noqa: E712


def cord_clamping_known(t: ir.Table) -> ir.BooleanValue:
    """The time of clamping the cord was recorded."""
    return t.cord_clamped_seconds.notnull()


def cord_clamped_after_60_seconds(t: ir.Table) -> ir.BooleanValue:
    """The cord was clamped 60 seconds or more after birth."""
    return t.cord_clamped_seconds >= 60


def admitted_to_neonatal_unit(t: ir.Table) -> ir.BooleanValue:
    """Admitted to a neonatal unit."""
    return t.admitted_neonatal == True  # noqa: E712


def temperature_known(t: ir.Table) -> ir.BooleanValue:
    """The first temperature and its time were recorded."""
    return t.temperature_c.notnull() & t.temperature_minutes.notnull()


def warm_within_an_hour(t: ir.Table) -> ir.BooleanValue:
    """First temperature from 36.5 to 37.5 °C, taken within 60 minutes of birth."""
    return (t.temperature_c >= 36.5) & (t.temperature_c <= 37.5) & (t.temperature_minutes <= 60)
