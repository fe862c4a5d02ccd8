"""The register: real facts, loaded once or ten times, and history that stays."""

from dataclasses import replace
from datetime import date

import pytest

from matneo.organisations import actions, lookup, register
from matneo.organisations.models import Link, Organisation
from matneo.utils.viewer import ANONYMOUS

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 1)


def load(records, links, on=DAY):
    return actions.load(records=records, links=links, on=on, by=None)


@pytest.fixture(scope="module")
def real():
    return register.read()


def test_the_real_register_is_whole(real):
    records, links = real
    kinds = [record.kind for record in records]

    assert [kinds.count(kind) for kind in ("trust", "site", "icb", "psc", "region", "england")] == [
        131,
        156,
        42,
        15,
        7,
        1,
    ]
    assert (
        sum(record.kind == "trust" and record.closed is None for record in records) == 120
    )  # 119 with births, and one without
    assert not any("mbrrace" in key for record in records for key in record.facts)
    loaded = load(records, links)
    assert loaded.added == len(records)
    assert load(records, links).changed is False


def test_a_closed_code_answers_with_its_successor(real):
    load(*real)

    assert lookup.resolve("RA4").organisation.code == "RH5"
    assert lookup.resolve("ra4").note == "RA4 joined RH5."


def test_a_split_and_an_unknown_code_are_reported_and_not_guessed(real):
    load(*real)

    split, unknown = lookup.resolve("RW6"), lookup.resolve("ZZZ")
    assert (split.organisation, unknown.organisation) == (None, None)
    assert "split between R0A and RM3" in split.note
    assert unknown.note == "ZZZ is not in the register."


@pytest.mark.parametrize(
    "text", ["RA4", "yeovil", "Yeovil district", "st peters", "st peter's", "UHS", "imperial coll"]
)
def test_a_trust_is_found_by_name_initials_or_code(real, text):
    load(*real)

    found = Organisation.objects.visible_to(ANONYMOUS).of_kind("trust").search(text)

    assert 1 <= found.count() <= 6


def test_a_changed_name_keeps_the_old_one(universe):
    row = Organisation.objects.get(code="T2")
    record = actions.Record("T2", "Lighthouse NHS Trust", "Lighthouse", "trust")
    load([record], [])

    row.refresh_from_db()
    assert row.name == "Lighthouse NHS Trust"
    assert row.former_names == [{"name": "Beacon NHS Trust", "until": "2024-06-01"}]
    assert Organisation.objects.search("beacon").get() == row


def test_a_move_ends_the_old_link_and_opens_a_new_one(universe):
    load([], [actions.Edge("T3", "C1", "in_psc")])

    c1, c2 = Organisation.objects.get(code="C1"), Organisation.objects.get(code="C2")
    assert [
        o.code for o in Organisation.objects.members_of(c2, "in_psc", date(2024, 5, 31)).order_by("code")
    ] == ["T2", "T3"]
    assert [o.code for o in Organisation.objects.members_of(c1, "in_psc", DAY).order_by("code")] == [
        "T1",
        "T3",
    ]
    assert Link.objects.filter(source__code="T3", kind="in_psc").count() == 2


def test_a_fact_is_corrected_in_place(universe):
    record = actions.Record("T2", "Beacon NHS Trust", "Beacon", "trust", neonatal_level="LNU")

    assert load([record], []).updated == 1
    assert load([replace(record)], []).changed is False
