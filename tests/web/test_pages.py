"""Pages: at most 25 queries, a strict policy, kind answers to wrong input, and nothing on GET that changes anything."""

from datetime import date

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.universe import births, births_file

from matneo.audit import actions as audit

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGES = ["/", "/england/", "/programme/", "/collaboratives/", "/collaboratives/C1/", "/trusts/", "/trusts/?q=vale", "/trusts/T1/", "/trusts/T9/", "/sites/S1/",
         "/areas/", "/areas/sfp/", "/library/", "/library/?q=smoke", "/library/sfp/", "/library/nat/", "/library/drivers/SFP-S2.1/", "/library/ideas/SFP-C08/", "/measures/", "/measures/SFP-M01/", "/wall/?measure=SFP-M01", "/wall/?area=PTO&kind=psc", "/wall/?wave=1", "/projects/", "/method/", "/method/proof/",
         "/who-can-see/", "/learn/semmelweis/", "/trusts/T1/measures/SFP-M01/", "/trusts/T1/measures/SFP-M01/?view=huddle", "/england/measures/NAT-M01/",
         "/collaboratives/C1/measures/SFP-M01/"]  # fmt: skip


@pytest.fixture
def lead(released):
    universe, _, _ = released
    client = Client()
    client.force_login(universe.people["lead"], backend=BACKEND)
    return client


def test_a_page_asks_the_database_25_times_at_most(lead, db):
    from django.db import connection

    for page in [*PAGES, "/home/", "/trusts/T1/upload/", "/trusts/T1/submissions/", "/trusts/T1/audit/"]:
        with CaptureQueriesContext(connection) as queries:
            answer = lead.get(page)
        assert answer.status_code == 200, page
        assert len(queries) <= 25, f"{page} asked {len(queries)} times"


def test_every_page_has_one_heading_a_language_and_says_who_can_see_it(lead):
    for page in PAGES:
        text = lead.get(page).content.decode()
        assert text.count("<h1") == 1, page
        assert '<html lang="en">' in text
        assert "Who can see" in text or "huddle" in page
        assert " style=" not in text, page
        assert "<script>" not in text


def test_the_content_security_policy_is_strict(client, released):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_other_forms_of_a_chart(lead):
    types = {
        "svg": "image/svg+xml",
        "png": "image/png",
        "csv": "text/csv",
        "json": "application/json",
        "vl.json": "application/json",
    }

    for form, kind in types.items():
        answer = lead.get(f"/trusts/T1/measures/SFP-M01.{form}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)


def test_a_downloaded_picture_stands_on_white(lead):
    import struct
    import xml.etree.ElementTree as ET
    import zlib

    root = ET.fromstring(lead.get("/trusts/T1/measures/SFP-M01.svg").content)
    tags = [child.tag.rpartition("}")[2] for child in root]
    assert tags[:3] == ["title", "desc", "rect"]
    assert root[2].get("fill") == "#ffffff"

    png = lead.get("/trusts/T1/measures/SFP-M01.png").content
    assert png[25] == 6  # every pixel has four bytes, the last says how solid it is
    parts, place = b"", 8
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        parts += png[place + 8 : place + 8 + size] if kind == b"IDAT" else b""
        place += size + 12
    # The first line has no line above it: whatever its filter, its first pixel stands as it is.
    assert zlib.decompress(parts)[1:5] == b"\xff\xff\xff\xff"


@pytest.mark.parametrize(
    "address",
    [
        "/trusts/XX/",
        "/trusts/T1/measures/NO-SUCH/",
        "/sites/T1/",
        "/areas/xyz/",
        "/nothing/",
        "/trusts/..%2f..%2fetc/",
        "/measures/%01/",
    ],
)
def test_what_is_not_there_gets_a_kind_answer(lead, address):
    answer = lead.get(address)

    assert answer.status_code == 404
    assert "Nothing is here" in answer.content.decode()


def test_hostile_words_in_a_search_are_only_words(lead):
    text = lead.get("/trusts/", {"q": "<script>alert(1)</script>' OR 1=1 --"}).content.decode()

    assert "<script>alert" not in text


def test_signing_out_needs_a_post(lead):
    assert lead.get("/account/sign-out/").status_code == 405
    assert lead.get("/home/").status_code == 200


def test_the_role_switcher_does_not_exist_outside_a_demonstration(client, released):
    assert client.post("/account/look-as/", {"persona": "national"}).status_code == 404
    assert "Look as" not in client.get("/").content.decode()


def test_the_role_switcher_works_on_loopback_only(client, universe, settings):
    settings.ROLE_SWITCHER = True
    type(universe.people["lead"]).objects.update(is_invented=True)

    assert client.post("/account/look-as/", {"persona": "lead"}, REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.post("/account/look-as/", {"persona": "lead", "next": "https://evil.example/"}).url == "/"
    assert client.get("/home/").status_code == 200


class TestUpload:
    def send(self, client, content, name="sheet.csv"):
        from django.core.files.uploadedfile import SimpleUploadedFile

        data = content if isinstance(content, bytes) else content.encode()
        return client.post("/trusts/T1/upload/", {"file": SimpleUploadedFile(name, data)}, follow=True)

    def test_from_file_to_chart_and_back(self, lead):
        months = "".join(f"SFP-M01,2024-{m:02},{m},50\n" for m in range(1, 13))
        page = self.send(lead, "measure,month,numerator,denominator\n" + months)
        text = page.content.decode()
        assert "12 new, 0 changed" in text
        assert "After:" in text
        assert '<th scope="col">Organisation</th>' not in text  # all of it is the trust's own
        assert "<svg" in text  # the chart as it would be

        address = page.redirect_chain[-1][0]
        accepted = lead.post(address, {"what": "accept"}, follow=True).content.decode()
        assert "counts now" in accepted

        back = lead.post(address, {"what": "withdraw", "reason": "wrong sheet"}, follow=True).content.decode()
        assert "was taken back" in back

    def test_a_refusal_is_one_sentence(self, lead):
        answer = self.send(lead, b"", "empty.csv")

        assert answer.status_code == 422
        assert "empty.csv is empty" in answer.content.decode() or "Choose a file" in answer.content.decode()

    def test_personal_details_are_refused_with_their_places(self, lead):
        text = self.send(lead, "surname,month,num,den\nx,2024-01,1,2\n").content.decode()

        assert "deleted at once" in text
        assert "column surname" in text

    def test_findings_come_back_as_a_sheet(self, lead):
        page = self.send(lead, "measure,month,numerator,denominator\nSFP-M01,2024-01,60,50\n")
        address = page.redirect_chain[-1][0]
        sheet = lead.get(f"{address}findings.csv").content.decode("utf-8-sig")

        assert "more are counted than there are" in sheet
        assert "What was found" in sheet.splitlines()[0]

    def test_findings_on_rows_come_back_as_a_list(self, released, tmp_path):
        universe, _, _ = released
        analyst = Client()
        analyst.force_login(universe.people["analyst"], backend=BACKEND)
        rows = births(3, trusts=(("T1", "S1"),))
        rows[1]["gestation_days"] = 999
        page = self.send(analyst, births_file(tmp_path, rows).read_bytes(), "births.parquet")
        text, address = page.content.decode(), page.redirect_chain[-1][0]
        assert "Download the list of findings" in text

        lines = analyst.get(f"{address}findings.csv").content.decode("utf-8-sig").splitlines()
        assert lines[0] == "kind,row,column,value,what,what to do"
        assert lines[1].startswith("fix,3,gestation_days,999,")

    def test_a_sheet_whose_columns_are_not_known_asks_for_them_first(self, lead):
        text = self.send(lead, "when,good,all\n2024-01,40,50\n").content.decode()

        assert "Say first which column holds what" in text
        assert "1 row read, 0 figures taken." in text

    def test_a_sheet_to_mend_can_be_put_aside(self, lead):
        page = self.send(lead, "measure,month,numerator,denominator\nSFP-M01,2024-01,60,50\n")
        text, address = page.content.decode(), page.redirect_chain[-1][0]
        assert "Put it aside" in text
        assert "Accept: let it count" not in text

        aside = lead.post(address, {"what": "reject"}, follow=True).content.decode()
        assert "never counted" in aside


def test_a_program_sends_a_file_in(lead, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    sheet = b"measure,month,numerator,denominator\nSFP-M01,2024-01,4,50\n"
    answer = lead.post(
        "/api/v1/trusts/T1/submissions/?accept=true", {"file": SimpleUploadedFile("api.csv", sheet)}
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "accepted")
    other = lead.post("/api/v1/trusts/T2/submissions/", {"file": SimpleUploadedFile("api.csv", sheet)})
    assert other.status_code == 403
    nobody = client.post("/api/v1/trusts/T1/submissions/", {"file": SimpleUploadedFile("api.csv", sheet)})
    assert nobody.status_code == 401


def test_pages_answer_where_every_figure_was_taken_back(client, universe, tmp_path, settings):
    from matneo.monitoring import actions as monitoring
    from matneo.submissions import actions

    place = universe.organisation("T1")
    file = tmp_path / "sheet.csv"
    file.write_text("measure,month,numerator,denominator\nSFP-M01,2024-01,4,50\n")
    row = actions.receive(file=file, name="sheet.csv", organisation=place, by=None)
    actions.accept(submission=row, by=None)
    monitoring.publish(by=None, reason="in")
    actions.withdraw(submission=row, by=None, reason="a try")
    monitoring.publish(by=None, reason="out")

    for address in ("/", "/england/", "/trusts/T1/", "/wall/?measure=SFP-M01", "/measures/SFP-M01/"):
        assert client.get(address).status_code == 200, address
    assert client.get("/trusts/T1/measures/SFP-M01/").status_code == 404


def test_a_caption_gives_one_number_where_every_period_has_the_same():
    from tests.charts.test_charts import chart, point

    from matneo.web.reading.chart_page import _caption

    class Found:
        period_kind, rounded = "year", False

    assert _caption(Found, chart([point(0, 0.5)])) == "Each point is one year (100 babies)."


def test_a_trust_s_comparison_group_is_not_called_its_size(lead):
    from matneo.organisations.models import Organisation

    Organisation.objects.filter(code="T1").update(volume_group="Level 3 NICU")
    text = lead.get("/trusts/T1/").content.decode()

    assert "<dt>Comparison group</dt><dd>Level 3 NICU</dd>" in text
    assert "<dt>Size</dt>" not in text


class TestForTheNationalTeam:
    def signed_in(self, user):
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    def test_england_leads_to_what_they_may_do_and_nobody_else_sees_it(self, lead, released):
        universe, _, _ = released
        national = self.signed_in(universe.people["national"])
        text = national.get("/england/").content.decode()
        for address in (
            "/trusts/ENG/upload/",
            "/trusts/ENG/submissions/",
            "/england/releases/",
            "/england/audit/",
        ):
            assert f'href="{address}"' in text
            assert national.get(address).status_code == 200
        assert "/england/releases/" not in lead.get("/england/").content.decode()

    def test_releases_say_which_is_current_and_why_each_was_made(self, released):
        universe, first, _ = released
        operator = self.operator(universe)
        assert operator.get("/england/audit/").status_code == 200
        text = operator.get("/england/releases/").content.decode()
        assert "first <strong>(current)</strong>" in text
        assert first.pk in text

    def operator(self, universe):
        from matneo.accounts import actions as accounts

        user = accounts.create_user(email="operator@example.org", name="Op", by=None)
        accounts.add_membership(
            user=user,
            organisation=universe.organisation("ENG"),
            role="platform_operator",
            start=date(2025, 1, 1),
            by=None,
        )
        return self.signed_in(user)


def test_what_was_done_is_said_in_words_and_keeps_its_code(lead, released):
    universe, _, _ = released
    analyst = Client()
    analyst.force_login(universe.people["analyst"], backend=BACKEND)
    text = analyst.get("/trusts/T1/audit/").content.decode()

    assert '<td data-action="submissions.sign_off">signed figures off</td>' in text


def test_people_are_named_in_what_was_done(released):
    universe, _, _ = released
    sent, admin = universe.people["lead"], universe.people["analyst"]
    audit.record(
        by=admin, action="accounts.add_membership", organisation="T1", subject=f"person {sent.pk} as analyst"
    )
    audit.record(
        by=admin, action="accounts.end_membership", organisation="T1", subject="person 987654 as analyst"
    )
    client = Client()
    client.force_login(admin, backend=BACKEND)

    text = client.get("/trusts/T1/audit/").content.decode()

    assert "<td>Lead as analyst</td>" in text
    assert "<td>person 987654 as analyst</td>" in text  # of whom there is no record any more
