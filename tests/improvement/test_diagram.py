import pytest
from hypothesis import given
from hypothesis import strategies as st

from matneo.improvement import diagram
from matneo.improvement.actions import drivers
from matneo.improvement.diagram import Local, Tangled
from matneo.improvement.local import diagram_of
from matneo.improvement.saying import Changed, Unsuitable
from matneo.library import catalogue

SFP = catalogue.load().packages["SFP"]


def test_without_differences_it_is_the_national_one():
    plain = diagram.compose(SFP, [])

    assert [n.key for n in plain.primary] == [d.id for d in SFP.drivers if d.primary]
    assert not plain.differences
    assert [n.key for n in plain.under("SFP-P2")] == ["SFP-S2.1", "SFP-S2.2", "SFP-S2.3"]


def test_each_difference_is_said_in_words():
    local = [
        Local("SFP-S2.1", name="Referral the same day"),
        Local("SFP-S2.2", serves=("SFP-P1",)),
        Local("SFP-P5", hidden=True),
        Local("L1", name="Taxi home", serves=("SFP-P3",)),
    ]

    made = diagram.compose(SFP, local)

    assert {n.key: n.differs for n in made.differences} == {
        "SFP-S2.1": "reworded", "SFP-S2.2": "moved", "SFP-P5": "hidden", "L1": "ours",
    }  # fmt: skip
    assert [n.key for n in made.under("SFP-P1")][-1] == "SFP-S2.2"
    assert "L1" in [n.key for n in made.under("SFP-P3")]
    assert not {"SFP-P5", "SFP-S5.1", "SFP-S5.2"} & {n.key for n in made.shown}


def test_a_ring_is_refused_however_long_it_is():
    ring = [Local(f"L{i}", "x", (f"L{i + 1}",)) for i in range(1, 50)] + [Local("L50", "x", ("L1",))]

    with pytest.raises(Tangled, match="would serve itself"):
        diagram.check(diagram.compose(SFP, ring))


def test_a_hundred_thousand_drivers_are_refused_at_once():
    many = [Local(f"L{i}", "x", ("SFP-A1",)) for i in range(100_000)]

    with pytest.raises(Tangled, match="most that can be read"):
        diagram.check(diagram.compose(SFP, many))


@given(st.sets(st.sampled_from([d.id for d in SFP.drivers])))
def test_hiding_loses_nothing_and_showing_brings_all_back(hidden):
    less = diagram.compose(SFP, [Local(key, hidden=True) for key in hidden])

    assert len(less.nodes) == len(SFP.drivers)
    assert not {n.key for n in less.shown} & hidden
    assert diagram.compose(SFP, [Local(key) for key in hidden]).shown == diagram.compose(SFP, []).shown


def test_a_team_adds_rewords_moves_orders_and_hides(world, project):
    lead = world.people["lead"]
    own = drivers.add(project=project, title="Taxi home", serves=["SFP-P3"], by=lead)
    drivers.reword(project=project, key="SFP-S2.1", title="Same day", seen=0, by=lead)
    drivers.move(project=project, key="SFP-S2.2", serves=["SFP-P1", "SFP-P2"], seen=0, by=lead)
    drivers.order(project=project, key="SFP-S2.3", up=True, by=lead)
    drivers.hide(project=project, key="SFP-P5", hidden=True, seen=0, by=lead)

    made = diagram_of(project)

    assert own.key == "L1"
    assert [n.key for n in made.under("SFP-P2")] == ["SFP-S2.3", "SFP-S2.1"]
    assert made.node("SFP-S2.2").also == ("SFP-P2",)
    assert made.node("SFP-S2.1").reworded
    assert made.node("SFP-P5").hidden


def test_national_words_come_back(world, project):
    lead = world.people["lead"]
    drivers.reword(project=project, key="SFP-S2.1", title="Same day", seen=0, by=lead)

    drivers.reword(project=project, key="SFP-S2.1", title="", seen=1, by=lead)

    assert not diagram_of(project).differences


def test_two_editors_of_one_driver(world, project):
    drivers.reword(project=project, key="SFP-S2.1", title="Same day", seen=0, by=world.people["lead"])

    with pytest.raises(Changed) as changed:
        drivers.reword(project=project, key="SFP-S2.1", title="At once", seen=0, by=world.people["colleague"])

    assert changed.value.now.name == "Same day"


@pytest.mark.parametrize("serves", [[], ["SFP-S1.1"], ["PTO-P1"], ["<script>"], ["SFP-P1"]])
def test_a_driver_serves_an_aim_or_another_primary_driver(world, project, serves):
    with pytest.raises(Unsuitable):
        drivers.move(project=project, key="SFP-P1", serves=serves, seen=0, by=world.people["lead"])

    assert not diagram_of(project).differences


def test_a_hundred_thousand_drivers_in_a_chain_are_refused_at_once():
    chain = [Local(f"L{n}", name="x", serves=(f"L{n + 1}",)) for n in range(100_000)]

    with pytest.raises(Tangled, match="the most that can be read"):
        diagram.check(diagram.compose(SFP, [*chain, Local("L100000", name="x", serves=("L0",))]))
