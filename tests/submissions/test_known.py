"""Every measure that an organisation may send or type counts of."""

from matneo.measures import collected
from matneo.submissions import actions
from matneo.submissions.known import definitions_for


def test_an_organisation_has_the_products_measures_and_its_own(universe):
    row = actions.add_local_measure(
        organisation=universe.organisation("T1"),
        name="Seen by the same midwife",
        counted="Women seen by one midwife",
        of="Women seen",
        direction="increase",
        family="process",
        by=universe.people["lead"],
    )

    own = definitions_for("T1")
    d = own[row.pk]
    assert set(own) == {*collected.known(), row.pk}
    assert (d.name, d.table, d.counts, d.period, d.chart) == (
        "Seen by the same midwife",
        "counts",
        "women",
        "month",
        "p_prime",
    )
    assert row.pk in definitions_for("S1")  # a site uses its trust's
    assert row.pk not in definitions_for("T2")
