"""Pages of versions: everybody reads them, national editors write the next one, nothing that was typed is lost."""

from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matneo.improvement.actions import drivers, projects
from matneo.improvement.actions.projects import Aim
from matneo.library import actions, catalogue, reading
from matneo.library.drafting import next_text
from matneo.library.models import LibraryVersion
from matneo.utils.clock import Clock

OLD = "name: Referral by itself on the same day"
NEW = "name: Referral on the day itself"
EDIT = "/library/sfp/edit/"


@pytest.fixture
def world(universe, settings):
    settings.CLOCK = Clock(date(2025, 12, 1))
    actions.load(by=None)
    return universe


@pytest.fixture
def text():
    return next_text((reading.folder() / "SFP.yaml").read_text("utf-8"), 2, date(2025, 12, 1)).replace(
        OLD, NEW
    )


def client_of(world, person):
    client = Client()
    client.force_login(world.people[person], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def publish(world, text):
    return actions.publish(text=text, note="Said more simply.", by=world.people["national"])


def shown(answer):
    return unescape(answer.content.decode())


def test_without_rows_the_file_is_the_only_version(client, universe):
    assert "The first version kept here" in shown(client.get("/library/sfp/versions/"))
    assert client.get("/library/sfp/versions/1/").status_code == 200
    assert client.get("/library/sfp/versions/2/").status_code == 404


def test_the_list_says_what_changed(client, world, text):
    publish(world, text)

    page = shown(client.get("/library/sfp/versions/"))

    assert "Version 2 (current)" in page
    assert "Published 1 December 2025 by" in page
    assert "Said more simply." in page
    assert "1 driver changed." in page
    assert (
        "Name: “Referral on the day itself, for a reading of 4 ppm or more or for anyone who smokes”, before “Referral by itself"
        in page
    )
    assert "Write the next version" not in page
    assert "Write the next version" in shown(client_of(world, "national").get("/library/sfp/versions/"))


def test_an_earlier_version_says_so_and_is_cited_with_its_number(client, world, text):
    publish(world, text)

    old, new = shown(client.get("/library/sfp/versions/1/")), shown(client.get("/library/sfp/"))

    assert "This is an earlier version" in old
    assert "Referral by itself on the same day" in old
    assert "(SFP), version 1. Clinical sign-off: none." in old
    assert "/library/sfp/versions/1/</p>" in old
    assert "Referral on the day itself" in new
    assert "/library/sfp/versions/2/</p>" in new
    assert "This is the current version" in shown(client.get("/library/sfp/versions/2/"))


@pytest.mark.parametrize("number", ["0", "7", "9" * 40])
def test_a_version_that_never_was(client, world, number):
    assert client.get(f"/library/sfp/versions/{number}/").status_code == 404


def test_an_address_of_something_retired_leads_to_the_versions(client, world, text):
    at = text.index("\n- id: SFP-C30")
    end = text.index("\nmeasures:", at)
    publish(world, f"{text[:at]}\n{text[end:]}\nretired: [SFP-C30]\n")

    answer = client.get("/library/ideas/SFP-C30/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/library/sfp/versions/")
    assert "Retired" in shown(client.get("/library/sfp/versions/"))
    assert client.get("/library/ideas/SFP-C31/").status_code == 404


def test_an_editor_looks_and_publishes(world, text, django_assert_max_num_queries):
    client = client_of(world, "national")
    begun = shown(client.get(EDIT))
    assert "version: 2" in begun
    assert "effective_from: 2025-12-01" in begun

    with django_assert_max_num_queries(25):
        looked = shown(client.post(EDIT, {"what": "look", "text": text.replace("\n", "\r\n"), "note": "Why"}))
    assert "What version 2 would change" in looked
    assert "1 driver changed." in looked
    assert LibraryVersion.objects.count() == 6

    done = client.post(
        EDIT, {"what": "publish", "text": text.replace("\n", "\r\n"), "note": "Why"}, follow=True
    )
    assert "Version 2 is published and current." in shown(done)
    assert catalogue.load().packages["SFP"].version == 2
    assert "\r" not in LibraryVersion.objects.get(version=2).text


def test_a_file_stands_in_for_the_text(world, text):
    client = client_of(world, "national")

    answer = client.post(
        EDIT, {"what": "look", "text": "id: [", "file": SimpleUploadedFile("sfp.yaml", text.encode())}
    )

    assert answer.status_code == 200
    assert "What version 2 would change" in shown(answer)


@pytest.mark.parametrize(
    ("change", "words", "line"),
    [
        (lambda t: t.replace("effort: S", "effort: XL", 1), "may be S, M, L.", "That line reads: <code>effort: XL</code>"),
        (lambda t: t.replace("version: 2", "version: 1", 1), "version 1 is there already, published by MatNeo.", ""),
        (lambda t: t.replace("id: SFP\n", "id: PTO\n", 1), "is not the id of one of the aims of PTO", ""),
        (lambda t: t + "colour: <script>alert(1)</script>\n", "colour of SFP is no field of a package", ""),
        (lambda t: "id: [", "not readable as YAML", ""),
        (lambda t: t + "note: ask jo@example.org\n", "an e-mail address", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("what", ["look", "publish"])
def test_what_is_wrong_is_named_and_the_text_is_kept(world, text, change, words, line, what):
    answer = client_of(world, "national").post(
        EDIT, {"what": what, "text": change(text), "note": "Why & how"}
    )
    page = shown(answer)

    assert answer.status_code == 422
    assert words in page
    assert line in page
    assert change(text).strip() in page
    assert "Why & how" in page
    assert "<script>alert" not in answer.content.decode()
    assert LibraryVersion.objects.count() == 6


def test_of_two_editors_the_second_is_told_and_keeps_the_text(world, text):
    publish(world, text)

    answer = client_of(world, "national").post(
        EDIT, {"what": "publish", "text": text.replace(NEW, "name: At once"), "note": "Why"}
    )

    assert answer.status_code == 422
    assert "version 2 is there already" in shown(answer)
    assert "name: At once" in shown(answer)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [("x.yaml", b"\xff\xfe\x00", "no plain text"), ("big.yaml", b"a" * 500_000, "larger than 400 KB")],
)
def test_a_file_that_is_none(world, name, body, words):
    answer = client_of(world, "national").post(
        EDIT, {"what": "look", "text": "my words", "file": SimpleUploadedFile(name, body)}
    )

    assert answer.status_code == 422
    assert words in shown(answer)
    assert "my words" in shown(answer)


def test_five_megabytes_of_text_are_refused(world):
    answer = client_of(world, "national").post(EDIT, {"what": "look", "text": "x" * 5_000_000})

    assert answer.status_code in (400, 413)
    assert "<main" in answer.content.decode()


def test_a_draft_is_kept_and_opened_again(world):
    client = client_of(world, "national")

    page = shown(
        client.post(EDIT, {"what": "keep", "text": "half a <b>thought\x01", "note": "later"}, follow=True)
    )

    assert "The draft is kept" in page
    row = LibraryVersion.objects.get(status="draft")
    assert f"{EDIT}?draft={row.pk}" in page
    assert "half a <b>thought" in shown(client.get(f"{EDIT}?draft={row.pk}"))
    assert "<b>thought" not in client.get(f"{EDIT}?draft={row.pk}").content.decode()
    assert client.get(f"{EDIT}?draft=999999").status_code == 404
    assert catalogue.load().packages["SFP"].version == 1


def test_a_name_is_never_markup(client, world, text):
    publish(
        world,
        text.replace("title: Smoke-free pregnancy", "title: <script>alert(1)</script>").replace(
            NEW, "name: <img src=x onerror=alert(1)>"
        ),
    )

    for address in (
        "/library/",
        "/library/sfp/",
        "/library/sfp/versions/",
        "/library/drivers/SFP-S2.1/",
        "/library/ideas/SFP-C08/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
        assert "<img" not in answer.content.decode()


def test_pages_of_the_library_ask_once_what_is_current(client, world):
    for address in ("/library/", "/library/sfp/", "/library/ideas/SFP-C08/", "/api/v1/library/"):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert sum("library_version" in query["sql"] for query in asked.captured_queries) == 1, address


# --- A project ---------------------------------------------------------------------------------------------------


@pytest.fixture
def project(world):
    aim = Aim("Smoke-free at birth", "Fewer women smoking when their baby is born", date(2026, 10, 31))
    return projects.start(organisation=world.organisation("T1"), area="SFP", aim=aim, by=world.people["lead"])


def test_a_team_sees_what_changed_and_follows(world, project, text, django_assert_max_num_queries):
    drivers.reword(project=project, key="SFP-S2.1", title="Same day", seen=0, by=world.people["lead"])
    publish(world, text)
    client, here = client_of(world, "lead"), f"/projects/{project.pk}/version/"

    with django_assert_max_num_queries(25):
        page = shown(client.get(here))
    assert "1 driver changed." in page
    assert "SFP-S2.1 has new national words; yours (“Same day”) stay beside them." in page
    assert "Take version 2" in page
    assert client.post(here, {"what": "follow", "version": "7"}).status_code == 422
    assert client.post(here, {"what": "stay"}).status_code == 302
    project.refresh_from_db()
    assert project.package_version == 1

    done = shown(client.post(here, {"what": "follow", "version": "2"}, follow=True))
    assert "The project stands on version 2 now." in done
    assert "which is the current one" in done


@pytest.mark.parametrize(
    ("person", "seen", "changed"), [("colleague", 200, 302), ("coach", 200, 403), ("outsider", 404, 404)]
)
def test_who_may_choose(world, project, text, person, seen, changed):
    publish(world, text)
    client, here = client_of(world, person), f"/projects/{project.pk}/version/"

    assert client.get(here).status_code == seen
    assert ("Take version 2" in shown(client.get(here))) == (changed == 302)
    assert client.post(here, {"what": "follow", "version": "2"}).status_code == changed


def test_a_team_that_stays_meets_the_line_no_more_and_may_change_its_mind(world, project, text):
    publish(world, text)
    client, home = client_of(world, "lead"), f"/projects/{project.pk}/"
    line = "Version 2 of the change package is there: 1 driver changed."
    assert line in shown(client.get(home))

    said = shown(client.post(f"{home}version/", {"what": "stay", "version": "2"}, follow=True))

    assert "The project stays on version 1. Version 2 is not announced again" in said
    assert line not in said
    assert line not in shown(client_of(world, "colleague").get(home)), "the team chose, not one of it"
    drivers_page = shown(client.get(f"{home}drivers/"))
    assert "It stands on version 1 of the change package; version 2 is current." in drivers_page
    assert f'href="{home}version/"' in drivers_page
    page = shown(client.get(f"{home}version/"))
    assert "Your team chose to stay" in page
    assert "Stay on version 1" not in page
    assert "Take version 2" in page

    publish(world, next_text(text.replace(NEW, "name: Referral at once"), 3, date(2025, 12, 1)))
    assert "Version 3 of the change package is there" in shown(client.get(home))


def test_what_cannot_be_stayed_against_is_said(world, project, text):
    publish(world, text)

    answer = client_of(world, "lead").post(
        f"/projects/{project.pk}/version/", {"what": "stay", "version": "9"}
    )

    assert answer.status_code == 422
    assert "There is no version 9 of this change package." in shown(answer)
