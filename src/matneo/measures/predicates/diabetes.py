"""Detection and management of diabetes in pregnancy."""

import ibis.expr.types as ir


def diabetes_before_pregnancy(t: ir.Table) -> ir.BooleanValue:
    """Type 1 or type 2 diabetes."""
    return t.diabetes.isin(["type_1", "type_2"])


def diabetes_type_1(t: ir.Table) -> ir.BooleanValue:
    """Type 1 diabetes."""
    return t.diabetes == "type_1"


def diabetes_gestational(t: ir.Table) -> ir.BooleanValue:
    """Gestational diabetes."""
    return t.diabetes == "gestational"


def joint_team_known(t: ir.Table) -> ir.BooleanValue:
    """The first contact with the joint diabetes team was recorded."""
    return t.joint_team_gestation_days.notnull()


def joint_team_by_10_weeks(t: ir.Table) -> ir.BooleanValue:
    """Seen by the joint diabetes team by 10+0 weeks."""
    return t.joint_team_gestation_days <= 70


def cgm_known(t: ir.Table) -> ir.BooleanValue:
    """Whether continuous glucose monitoring was used was recorded."""
    return t.cgm.notnull()


def cgm_used(t: ir.Table) -> ir.BooleanValue:
    """Real-time continuous glucose monitoring was used."""
    return t.cgm == True  # noqa: E712


def risk_of_gestational_diabetes(t: ir.Table) -> ir.BooleanValue:
    """Has at least one risk factor for gestational diabetes."""
    return t.gdm_risk_factor == True  # noqa: E712


def glucose_test_known(t: ir.Table) -> ir.BooleanValue:
    """Whether a glucose tolerance test was done was recorded."""
    return t.ogtt_done.notnull()


def glucose_test_done(t: ir.Table) -> ir.BooleanValue:
    """A glucose tolerance test, or its equivalent, was done by 28+6 weeks."""
    return t.ogtt_done == True  # noqa: E712


def postnatal_test_known(t: ir.Table) -> ir.BooleanValue:
    """Whether glucose was tested after birth was recorded."""
    return t.postnatal_glucose_13w.notnull()


def postnatal_test_done(t: ir.Table) -> ir.BooleanValue:
    """A glucose test result within 13 weeks after birth."""
    return t.postnatal_glucose_13w == True  # noqa: E712
