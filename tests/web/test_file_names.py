"""Whoever sends a file names it as they like, and nobody reads that name: it stays inside."""

from datetime import date

import pytest
from django.test import Client

from matneo.monitoring import actions as monitoring
from matneo.submissions import actions

NAME = "Ada Example of Ward 4.csv"
M = "/trusts/T1/measures/PTO-M08"
WAY = "?from=collected-quarter"


@pytest.fixture
def sent(released, tmp_path):
    universe, _, _ = released
    analyst, place = universe.people["analyst"], universe.organisation("T1")
    file = tmp_path / "quarters.csv"
    file.write_text("measure,quarter,numerator,denominator\nPTO-M08,Jan-Mar 2024,32,50\n")
    row = actions.receive(file=file, name=NAME, organisation=place, by=analyst)
    actions.accept(submission=row, by=analyst)
    actions.sign_off(organisation=place, through=date(2024, 8, 1), by=analyst)
    monitoring.publish(by=analyst, reason="quarters")
    return universe, row


def answers(client):
    addresses = [f"{M}/{WAY}", f"{M}.json{WAY}", f"{M}.csv{WAY}", f"{M}.svg{WAY}", f"{M}.vl.json{WAY}"]
    addresses += ["/api/v1/series/PTO-M08/T1/?way=collected-quarter"]
    return {address: client.get(address).content.decode() for address in addresses}


def test_outside_it_is_said_what_came_and_when_but_no_name_and_no_number_of_the_file(sent):
    _, row = sent
    found = answers(Client())

    for address, text in found.items():
        assert "Ada Example" not in text, address
        assert row.pk not in text, address
    for address in (f"{M}.json{WAY}", f"{M}.csv{WAY}"):
        assert "counts sent in, 15 July 2025" in found[address], address


def test_inside_keeps_the_name(sent):
    universe, row = sent
    client = Client()
    client.force_login(universe.people["lead"], backend="allauth.account.auth_backends.AuthenticationBackend")
    found = answers(client)

    assert "Ada Example" in found[f"{M}.csv{WAY}"]
    assert row.pk in found[f"{M}.json{WAY}"]


def test_of_rows_about_births_the_public_reads_no_name_either(released):
    text = Client().get("/england/measures/SFP-M01.json").content.decode()

    assert "b.parquet" not in text
