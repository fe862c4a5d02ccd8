"""Every address × every person × own and other trust, against one committed table.

The table is tests/web/access_matrix.csv. After a deliberate change, write it anew with
`MATNEO_WRITE_MATRIX=1 ./run test -- tests/web/test_access_matrix.py` and read its difference before you commit it.
"""

import csv
import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse

TABLE = Path(__file__).with_name("access_matrix.csv")
PEOPLE = ["public", "national", "coach", "lead", "analyst", "sponsor", "colleague", "family", "outsider"]
M = "SFP-M01"
PROJECT = ["project_aim", "project_team", "project_measures", "project_own_measures", "project_ideas", "project_tests", "test_new", "project_story", "project_progress",
           "project_share", "project_notes", "project_end"]  # fmt: skip
# name -> arguments for the own trust (T1), and for another one (T2); None: the address speaks of no trust
ADDRESSES = {
    "front": None, "england": None, "programme": None, "areas": None, "measures": None, "wall": None, "method": None, "proof": None, "who_can_see": None,
    "accessibility": None, "privacy": None, "semmelweis": None, "semmelweis_sheet": None, "trusts": None, "home": None, "outbox": None, "healthz": None, "planted": None,
    "releases": None, "england_audit": None,
    "api_docs": None, "library": None, "package": (["sfp"], None), "package_picture": (["sfp"], None), "project_drivers": (["#P1"], ["#P2"]),
    "project_drivers_picture": (["#P1"], ["#P2"]), "project_drivers_slides": (["#P1"], ["#P2"]), "package_versions": (["sfp"], None), "package_version": (["sfp", "1"], None),
    "package_edit": (["sfp"], None), "project_version": (["#P1"], ["#P2"]), "driver": (["SFP-S2.1"], None), "idea": (["SFP-C08"], None),
    "england_chart": ([M], None), "england_form": ([M, "json"], None), "area": (["sfp"], None), "measure": ([M], None), "places": (["collaboratives"], None),
    "place": (["trusts", "T1"], ["trusts", "T2"]), "chart": (["trusts", "T1", M], ["trusts", "T2", M]),
    "notes": (["trusts", "T1", M], ["trusts", "T2", M]), "england_notes": ([M], None),
    "form": (["trusts", "T1", M, "csv"], ["trusts", "T2", M, "csv"]),
    "upload": (["T1"], ["T2"]), "submissions": (["T1"], ["T2"]), "sign_off": (["T1"], ["T2"]), "audit": (["T1"], ["T2"]),
    "submission": (["T1", "#own"], ["T2", "#own"]), "findings": (["T1", "#own"], ["T2", "#own"]),
    "people": (["trusts", "T1"], ["trusts", "T2"]), "england_people": None,
    "api:projects": None, "api:project": (["#P1"], ["#P2"]), "projects": None, "project_start": None, "project": (["#P1"], ["#P2"]),
    "project_peers": (["#P1"], ["#P2"]), "ask": (["#ask1"], ["#ask2"]),
    **{name: (["#P1"], ["#P2"]) for name in PROJECT}, "test": (["#P1", "#test1"], ["#P2", "#test2"]),
    "project_look": (["#P1"], ["#P2"]), "project_report": (["#P1", "2025-07"], ["#P2", "2025-07"]),
    "project_packs": (["#P1"], ["#P2"]), "project_pack": (["#P1", "board", "xlsx"], ["#P2", "board", "xlsx"]),
    "trust_pack": (["T1", "xlsx"], ["T2", "xlsx"]), "package_document": (["nat", "docx"], None), "package_slides": (["nat"], None),
    "account": None, "api:submission": (["#own"], None), "api:preview": (["#own"], None),
    "api:library": None, "api:library_package": (["SFP"], None), "api:library_drivers": None, "api:library_ideas": None,
    "api:library_driver": (["SFP-S2.1"], None), "api:library_idea": (["SFP-C08"], None),
    "project_months": (["#P1"], ["#P2"]), "project_month": (["#P1", "2025-06"], ["#P2", "2025-06"]),
    "project_weeks": (["#P1"], ["#P2"]), "project_week": (["#P1", "2025-W28"], ["#P2", "2025-W28"]),
    "project_month_hand": (["#P1", "2025-06"], ["#P2", "2025-06"]), "project_week_hand": (["#P1", "2025-W28"], ["#P2", "2025-W28"]),
    "project_counters": (["#P1"], ["#P2"]), "tap": (["#code"], None),
    "api:measures": None, "api:organisations": None, "api:openapi-json": None, "api:series": ([M, "T1"], [M, "T2"]),
}  # fmt: skip
# Addresses that change something: what is sent lacks something, so that the permitted get 422 and nothing is changed.
SHEET = "measure,month,numerator,denominator\nSFP-M01,2024-01,60,50\n"
CHANGES = {
    "api:submit": (["T1"], ["T2"]), "api:accept": (["#own"], None), "api:reject": (["#gone"], None),
    "api:withdraw": (["#own"], None), "api:columns": (["#gone"], None),
    "upload": (["T1"], ["T2"]), "sign_off": (["T1"], ["T2"]), "notes": (["trusts", "T1", M], ["trusts", "T2", M]), "england_notes": ([M], None),
    "people": (["trusts", "T1"], ["trusts", "T2"]), "england_people": None, "project_drivers": (["#P1"], ["#P2"]),
    "package_edit": (["sfp"], None), "project_version": (["#P1"], ["#P2"]),
    "project_month": (["#P1", "2025-06"], ["#P2", "2025-06"]), "project_cells": (["#P1", "2025-06"], ["#P2", "2025-06"]),
    "project_week": (["#P1", "2025-W28"], ["#P2", "2025-W28"]), "project_week_cells": (["#P1", "2025-W28"], ["#P2", "2025-W28"]),
    "project_month_hand": (["#P1", "2025-06"], ["#P2", "2025-06"]), "project_week_hand": (["#P1", "2025-W28"], ["#P2", "2025-W28"]),
    "project_counters": (["#P1"], ["#P2"]), "tap": (["#code"], None), "project_start": None, "project": (["#P1"], ["#P2"]),
    "project_peers": (["#P1"], ["#P2"]), "ask": (["#ask1"], ["#ask2"]),
    **{name: (["#P1"], ["#P2"]) for name in PROJECT if name != "project_tests"}, "test": (["#P1", "#test1"], ["#P2", "#test2"]),
    "project_report": (["#P1", "2025-07"], ["#P2", "2025-07"]),
}  # fmt: skip
WHAT = {
    "notes": {"what": "note"}, "england_notes": {"what": "note"},
    "people": {"what": "invite"}, "england_people": {"what": "invite"}, "project": {"what": "follow"},
    "project_aim": {"what": "aim"}, "project_team": {"what": "colleague"}, "project_measures": {"what": "other"}, "project_ideas": {"what": "own"},
    "test_new": {"what": "plan"}, "test": {"what": "study", "seen": "1"}, "project_story": {"what": "tell"}, "project_progress": {"what": "team"},
    "project_share": {"what": "share", "rung": "3"}, "project_notes": {"what": "note"}, "project_report": {"what": "report"},
    "project_month": {"do": "save", "n:#row1": "1", "n:#row2": "1"}, "project_counters": {"what": "make"}, "project_own_measures": {"what": "begin"},
    "project_week": {"do": "save", "n:#week1": "1", "n:#week2": "1"}, "project_month_hand": {"what": "hand"}, "project_week_hand": {"what": "hand"},
    "project_end": {"what": "close"}, "package_edit": {"what": "publish"}, "project_version": {"what": "follow"}, "project_drivers": {"what": "add", "key": "new"},
}  # fmt: skip
# Tested beside this table.
ELSEWHERE = {"sign_out", "switch_persona", "api:api-root"}


@pytest.fixture
def world(released, tmp_path):
    from matneo.submissions import actions

    universe, _, _ = released
    file = tmp_path / "sheet.csv"
    file.write_text(SHEET)
    submission = actions.receive(
        file=file, name="sheet.csv", organisation=universe.organisation("T1"), by=universe.people["lead"]
    )
    gone = tmp_path / "gone.csv"
    gone.write_text("measure,month,numerator,denominator\nSFP-M01,2024-02,4,50\n")
    aside = actions.receive(
        file=gone, name="gone.csv", organisation=universe.organisation("T1"), by=universe.people["lead"]
    )
    actions.reject(submission=aside, by=universe.people["lead"])
    return universe, {"#own": submission.pk, "#gone": aside.pk, **projects_of(universe)}


def projects_of(universe):
    """A project of each trust on the trust's own step, with one test; each asks the other one for 20 minutes."""
    from matneo.improvement.actions import asking, counting, filling, projects, testing

    found = {}
    for number, by, other in (("1", "lead", "T2"), ("2", "outsider", "T1")):
        project = projects.start(
            organisation=universe.organisation(f"T{number}"),
            area="SFP",
            aim=projects.Aim("Smoke-free at birth", "Fewer women smoking", date(2026, 3, 31)),
            by=universe.people[by],
        )
        idea = testing.take_up(project=project, idea="SFP-C08", by=universe.people[by])
        plan = testing.Plan("Does it work?", "9 of 10", date(2025, 7, 1), date(2025, 7, 8))
        test = testing.plan(idea=idea, plan=plan, by=universe.people[by])
        row = projects.follow(project=project, measure="SFP-M07", family="process", by=universe.people[by])
        days = {"first": date(2025, 7, 1), "last": date(2025, 9, 30)}
        _, code = counting.make_counter(row=row, yes="Yes", no="No", by=universe.people[by], **days)
        by_week = projects.follow(
            project=project, measure="SFP-M08", family="process", by=universe.people[by]
        )
        filling.count_by(row=by_week, rhythm="week", by=universe.people[by])
        found |= {f"#row{number}": row.pk, f"#week{number}": by_week.pk}
        found.setdefault("#code", code)
        of = universe.organisation(other)
        asked = asking.ask(project=project, of=of, text="How did you begin?", by=universe.people[by])
        found |= {f"#ask{number}": asked.pk}
        found |= {f"#P{number}": project.pk, f"#test{number}": test.pk}
    return found


def cases():
    for method, addresses in (("GET", ADDRESSES), ("POST", CHANGES)):
        for name, given in addresses.items():
            own, other = given if given else ([], None)
            yield method, name, "own", own
            if other is not None:
                yield method, name, "other", other


def ask(client, method, name, address, pks):
    if method == "GET":
        return client.get(address)
    if name in ("api:withdraw", "api:columns"):
        body = {"reason": " "} if name == "api:withdraw" else {"mapping": {}}
        return client.post(address, body, content_type="application/json")
    if name == "api:submit":  # a file of another trust's site: it can never be taken
        return client.post(address, {"file": SimpleUploadedFile("x.csv", b"")})
    sent = {
        re.sub(r"#\w+", lambda found: str(pks[found[0]]), key): value
        for key, value in WHAT.get(name, {}).items()
    }
    return client.post(address, sent)


def test_every_answer_is_as_the_table_says(world):
    universe, pks = world
    found = {}
    for person in PEOPLE:
        client = Client(raise_request_exception=False)
        if person != "public":
            client.force_login(
                universe.people[person], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        for method, name, whose, arguments in cases():
            address = reverse(name, args=[pks.get(a, a) for a in arguments])
            found[(method, name, whose, person)] = str(ask(client, method, name, address, pks).status_code)
    if os.environ.get("MATNEO_WRITE_MATRIX"):
        write(found)
    assert found == committed()


def test_every_address_is_in_the_table():
    named = set()

    def walk(resolver, space=""):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                inner = f"{pattern.namespace}:" if pattern.namespace else ""
                walk(pattern, space + inner)
            elif pattern.name:
                named.add(space + pattern.name)

    walk(get_resolver())
    ours = {
        name
        for name in named
        if not name.startswith(("account_", "mfa_", "socialaccount_", "openid_connect_"))
    }

    assert ours == set(ADDRESSES) | set(CHANGES) | ELSEWHERE


def test_page_json_csv_and_api_say_the_same_figures(world):
    universe, _ = world
    for person in ("public", "lead", "outsider", "sponsor"):
        client = Client()
        if person != "public":
            client.force_login(
                universe.people[person], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        data = client.get(f"/trusts/T1/measures/{M}.json").json()
        last = next(p for p in reversed(data["points"]) if p["value"] is not None)
        shown = f"{last['numerator']:,.0f}"

        assert client.get(f"/api/v1/series/{M}/T1/").json() == data
        assert shown in client.get(f"/trusts/T1/measures/{M}.csv").content.decode()
        assert shown in client.get(f"/trusts/T1/measures/{M}/").content.decode()
        assert data["audience"] == ("inside" if person == "lead" else "outside")


def test_pages_and_api_know_the_same_projects_and_tell_the_same_of_them(world):
    from matneo.improvement.models import Project

    universe, pks = world
    for rung in range(6):
        Project.objects.update(rung=rung)
        for person in PEOPLE:
            client = Client()
            if person != "public":
                client.force_login(
                    universe.people[person], backend="allauth.account.auth_backends.AuthenticationBackend"
                )
            listed = client.get("/api/v1/projects/").json()["projects"]
            page = client.get("/projects/?state=all").content.decode()
            assert page.count('class="mn-project-row"') == len(listed), (rung, person)
            for pk in (pks["#P1"], pks["#P2"]):
                shown, said = client.get(f"/projects/{pk}/"), client.get(f"/api/v1/projects/{pk}/")
                assert shown.status_code == said.status_code, (rung, person, pk)
                row = next((one for one in listed if one["id"] == pk), None)
                assert (row is not None and row["address"] is not None) == (said.status_code == 200)
                assert (f'href="/projects/{pk}/"' in page) == (said.status_code == 200)
                if said.status_code == 200:
                    told = said.json()
                    assert told["aim"] in shown.content.decode()
                    assert [test["number"] for test in told["tests"]] == [1]


def committed():
    with TABLE.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {
        (row["method"], row["address"], row["trust"], person): row[person]
        for row in rows
        for person in PEOPLE
    }


def write(found):
    with TABLE.open("w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["method", "address", "trust", *PEOPLE])
        for method, name, whose, _ in cases():
            row = (method, name, whose)
            writer.writerow([*row, *(found[(*row, person)] for person in PEOPLE)])
