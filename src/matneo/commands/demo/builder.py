"""The demonstration England, built through the same actions that people use."""

import json
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from matneo.accounts import actions as accounts
from matneo.accounts.models import User
from matneo.accounts.personas import PERSONAS
from matneo.commands.demo import neighbours, projects, words, writing
from matneo.emails import week
from matneo.library import actions as library
from matneo.measures.synthetic import births, truth
from matneo.measures.synthetic.england import COLLABORATIVES, ENGLAND, FIRST_MONTH, England, Trust
from matneo.measures.synthetic.england import build as build_england
from matneo.monitoring import actions as monitoring
from matneo.organisations import actions as organisations
from matneo.organisations.actions import Edge, Record
from matneo.organisations.models import Organisation
from matneo.programme import actions as programme
from matneo.submissions import actions as submissions

AFTER_THE_WAVES = date(2021, 7, 1)
SIGNED_THROUGH, SIGNED_BY_MOST, PROVISIONAL_FROM = date(2025, 9, 1), date(2025, 10, 1), date(2025, 10, 1)
ASKED = datetime(2025, 11, 12, 15, 40, tzinfo=UTC)
PUBLISHED = datetime(2025, 11, 14, 10, 5, tzinfo=UTC)
THEMES = (
    "Aims and measures",
    "Seeing variation",
    "First tests",
    "Human factors",
    "Culture and civility",
    "Families as partners",
    "Spread",
    "Holding the gains",
    "Sharing what was learned",
)


def build(*, seed: int, trusts: int, step: Callable[[str], None]) -> None:
    """Everything, in the order that a real year would bring it. Births do not wait for the database: they are made beside
    it, by threads of their own."""
    england = build_england(seed, trusts)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR.path) as folder, ThreadPoolExecutor(1) as beside:
        file = Path(folder) / "births.parquet"
        made = beside.submit(births.write, england, file)
        step("Database")
        call_command("migrate", verbosity=0)
        library.load(by=None)
        step("Organisations and people")
        with transaction.atomic():
            _organisations(england)
            _programme(england, seed)
            people = _people(england)
        plans = projects.plan(england, words.load(), frozenset(_caseload(england)))
        writing.write(england, plans, people)
        with transaction.atomic():
            neighbours.settle(
                Organisation.objects.get(code=home_trust(england).code), people, ASKED, PUBLISHED
            )
        step("Ten years of births")
        made.result()
        step("Sending them in")
        submission = submissions.receive(
            file=file,
            name="demonstration-births.parquet",
            organisation=Organisation.objects.get(code=ENGLAND),
            by=None,
            provisional_from=PROVISIONAL_FROM,
        )
    submissions.accept(submission=submission, by=None)
    submissions.sign_off_many(through=_signed(england), by=None)
    _story(england, people)
    step("Counting and reading every chart")
    monitoring.publish(by=None, reason="First release of the demonstration")
    _next_phase(people)
    monitoring.publish(by=None, reason="England's charts judge the level after the three waves by itself")
    week.weekly(by=None)
    planted = [entry.as_dict() for entry in truth.planted(england)]
    settings.DATA_DIR.truth.write_text(json.dumps(planted, indent=1), "utf-8")


def _organisations(england: England) -> None:
    records = [Record(ENGLAND, "Demonstration England", "Demonstration England", "england", is_invented=True)]
    edges = []
    for kind, places in (
        ("psc", england.collaboratives),
        ("region", england.regions),
        ("odn", england.networks),
        ("lmns", england.systems),
    ):
        for place in places.values():
            records.append(Record(place.code, place.name, place.name, kind, is_invented=True))
            edges.append(Edge(place.code, ENGLAND, "in_england"))
    for name, (_, region) in COLLABORATIVES.items():
        edges.append(Edge(england.collaboratives[name].code, england.regions[region].code, "in_region"))
    for trust in england.trusts:
        records += _records(trust)
        edges += _edges(trust)
    organisations.load(records=records, links=edges, on=FIRST_MONTH, by=None)


def _records(trust: Trust) -> list[Record]:
    group = (
        "4,000 births or more"
        if trust.births_a_year >= 4000
        else "2,000 to 3,999 births"
        if trust.births_a_year >= 2000
        else "under 2,000 births"
    )
    level = trust.sites[0].level
    own = Record(
        trust.code,
        f"{trust.name} NHS Trust (invented)",
        trust.name,
        "trust",
        closed=trust.closed,
        is_invented=True,
        neonatal_level=level,
        volume_group=group,
        facts={"births_a_year": trust.births_a_year},
    )
    return [
        own,
        *(
            Record(s.code, s.name, s.name, "site", is_invented=True, neonatal_level=s.level)
            for s in trust.sites
        ),
    ]


def _edges(trust: Trust) -> list[Edge]:
    parents = [
        (ENGLAND, "in_england"),
        (trust.collaborative, "in_psc"),
        (trust.region, "in_region"),
        (trust.network, "in_odn"),
        (trust.system, "in_lmns"),
    ]
    edges = [Edge(trust.code, code, kind) for code, kind in parents]
    edges += [Edge(site.code, trust.code, "site_of") for site in trust.sites]
    if trust.successor:
        edges.append(Edge(trust.successor, trust.code, "successor_of", start=trust.closed))
    return edges


def _programme(england: England, seed: int) -> None:
    chance = np.random.default_rng(seed + 2)
    for number in (1, 2, 3):
        start = date(2016 + number, 4, 1)
        days = [
            programme.Day(
                n,
                start + timedelta(days=[40, 160, 280][(n - 1) // 3] + (n - 1) % 3),
                ["Harrowgate Hall", "Milldale", "Port Ellen House"][(n - 1) // 3],
                THEMES[n - 1],
            )
            for n in range(1, 10)
        ]
        wave = programme.add_wave(
            number=number,
            name=f"Wave {number}",
            start=start,
            end=date(2017 + number, 3, 31),
            days=days,
            by=None,
        )
        mine = [trust for trust in england.trusts if trust.wave == number]
        programme.enrol(wave=wave, codes=[trust.code for trust in mine], start=start, by=None)
        leads = [
            programme.Lead(
                trust.code,
                f"Lead of {trust.name}",
                ["midwife", "neonatal nurse", "obstetrician"][int(chance.integers(3))],
                tuple(int(d) for d in range(1, 10) if chance.random() < 0.93),
            )
            for trust in mine
        ]
        programme.name_leads(wave=wave, leads=leads, by=None)
    programme.add_pause(
        start=date(2020, 3, 24),
        end=date(2020, 8, 1),
        reason="Paused",
        what_continues="Births were recorded throughout.",
        source="Programme announcement of 24 March 2020",
        by=None,
    )


def home_trust(england: England) -> Trust:
    """The trust that the demonstration's people work in: the one with a true effect."""
    code = truth.plan(england).true_effect
    return next(trust for trust in england.trusts if trust.code == code)


def _people(england: England) -> dict[str, User]:
    home = home_trust(england)
    places = {"england": ENGLAND, "psc": home.collaborative, "trust": home.code}
    rows = {row.code: row for row in Organisation.objects.filter(kind__in=["england", "psc", "trust"])}
    made: dict[str, User] = {}
    for persona in PERSONAS:
        user = accounts.create_user(email=persona.email, name=persona.name, by=None, is_invented=True)
        for role in persona.roles:
            accounts.add_membership(
                user=user, organisation=rows[places[persona.at]], role=role, start=date(2024, 4, 1), by=None
            )
        made[persona.key] = user
    accounts.set_caseload(
        user=made["manager"],
        organisations=[rows[code] for code in _caseload(england)],
        start=date(2024, 4, 1),
        by=None,
    )
    return made


def _caseload(england: England) -> list[str]:
    """The trusts that the demonstration's coach supports: the home trust, its neighbours, and others up to ten."""
    home = home_trust(england)
    neighbours = [
        t.code for t in england.open_trusts if t.collaborative == home.collaborative and t.code != home.code
    ]
    others = [t.code for t in england.open_trusts if t.code not in neighbours and t.code != home.code]
    return [home.code, *neighbours, *others][:10]


def _signed(england: England) -> dict[str, date]:
    """Nearly all have signed the newest month off; the trust that one looks as, and one in thirty, have it still to do."""
    signed = {
        trust.code: SIGNED_BY_MOST if place % 30 else SIGNED_THROUGH
        for place, trust in enumerate(england.open_trusts)
    }
    return signed | {home_trust(england).code: SIGNED_THROUGH, truth.plan(england).late: date(2025, 7, 1)}


def _next_phase(people: dict[str, User]) -> None:
    """What the national lead says once the waves are over. The first release keeps the signals that led to it."""
    england = Organisation.objects.get(code=ENGLAND)
    for measure in truth.PROCESS:
        monitoring.rebase(
            measure=measure,
            organisation=england,
            start=AFTER_THE_WAVES,
            reason="after the three waves",
            by=people["national"],
        )


def _story(england: England, people: dict[str, User]) -> None:
    """A note on every chart of the home trust, as a lead would make it."""
    home = Organisation.objects.get(code=home_trust(england).code)
    monitoring.annotate(
        organisation=home, date=date(2021, 5, 1), text="New theatre opened", by=people["lead"], measure=""
    )
