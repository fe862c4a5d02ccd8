"""Pages of what teams type: drawn for those inside, not there for others, and the definition for everybody."""

from datetime import date

import pytest
from tests.monitoring.test_live import cells, type_in

from matneo.monitoring.models import Rebase
from matneo.organisations import actions as organisations
from matneo.organisations.actions import Edge, Record
from matneo.submissions import actions as submissions
from matneo.utils.clock import Clock

CHART = "/trusts/T1/measures/SFP-M07/"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.CLOCK = Clock(date(2025, 7, 15))


@pytest.fixture
def typed(universe):
    type_in(universe, *cells(), *cells(subject="S1"))
    return universe


def sign_in(client, universe, key="lead"):
    client.force_login(universe.people[key])
    return client


def local(universe):
    return submissions.add_local_measure(
        organisation=universe.organisation("T1"),
        name="Seen by the same midwife",
        counted="Women seen by one midwife",
        of="Women seen",
        direction="increase",
        family="process",
        by=universe.people["lead"],
    )


class TestChart:
    def test_those_inside_see_it(self, client, typed):
        page = sign_in(client, typed, "colleague").get(CHART)

        text = page.content.decode()
        assert page.status_code == 200
        assert "Nobody else sees them." in text
        assert "counts that teams type are read as they stand" in text
        assert "/wall/?measure=SFP-M07" not in text

    @pytest.mark.parametrize("form", ["svg", "csv", "json", "vl.json"])
    def test_in_every_form(self, client, typed, form):
        assert sign_in(client, typed).get(f"{CHART.rstrip('/')}.{form}").status_code == 200

    @pytest.mark.parametrize("view", ["simple", "huddle", "xmr"])
    def test_in_every_view(self, client, typed, view):
        assert sign_in(client, typed).get(CHART, {"view": view}).status_code == 200

    @pytest.mark.parametrize("key", ["outsider", "national", None])
    @pytest.mark.parametrize(
        "path",
        [CHART, CHART.rstrip("/") + ".csv", "/sites/S1/measures/SFP-M07/", "/api/v1/series/SFP-M07/T1/"],
    )
    def test_for_others_it_is_not_there(self, client, typed, key, path):
        if key:
            sign_in(client, typed, key)

        assert client.get(path).status_code in (401, 404)

    def test_a_site_has_its_own(self, client, typed):
        assert sign_in(client, typed).get("/sites/S1/measures/SFP-M07/").status_code == 200

    def test_so_has_a_unit_for_those_inside(self, client, universe):
        organisations.load(
            records=[Record("U1", "Postnatal ward", "Postnatal ward", "unit")],
            links=[Edge("U1", "T1", "unit_of")],
            on=date(2020, 1, 1),
            by=None,
        )
        type_in(universe, *cells(subject="U1"))

        assert client.get("/units/U1/measures/SFP-M07/").status_code == 404
        assert "Postnatal" not in client.get("/units/").content.decode()
        sign_in(client, universe)
        for path in ("/units/U1/measures/SFP-M07/", "/units/U1/", "/units/"):
            page = client.get(path)
            assert page.status_code == 200
            assert "Postnatal ward" in page.content.decode()

    def test_a_local_measure_has_its_page_inside(self, client, universe):
        row = local(universe)
        type_in(universe, *cells(row.pk))
        paths = [f"/trusts/T1/measures/{row.pk}/", f"/measures/{row.pk}/"]

        assert [client.get(path).status_code for path in paths] == [404, 404]
        sign_in(client, universe)
        assert [client.get(path).status_code for path in paths] == [200, 200]

    def test_it_takes_few_queries(self, client, typed, django_assert_max_num_queries):
        sign_in(client, typed)

        with django_assert_max_num_queries(25):
            client.get(CHART)


class TestPhases:
    def test_a_phase_is_shown_before_it_begins_and_then_drawn(self, client, typed):
        sign_in(client, typed)

        before = client.get(f"{CHART}notes/", {"start": "2024-11-01"})
        begun = client.post(
            f"{CHART}notes/", {"what": "phase", "start": "2024-11-01", "reason": "A new rota"}
        )

        assert before.status_code == 200
        assert begun.status_code == 302
        assert Rebase.objects.get().measure == "SFP-M07"
        assert "A new rota" in client.get(CHART).content.decode()

    def test_a_note_stands_on_it(self, client, typed):
        sign_in(client, typed)

        client.post(f"{CHART}notes/", {"what": "note", "date": "2024-10-05", "text": "New form"})

        assert "New form" in client.get(CHART).content.decode()

    def test_it_is_taken_back(self, client, typed):
        sign_in(client, typed)
        client.post(f"{CHART}notes/", {"what": "phase", "start": "2024-11-01", "reason": "A new rota"})

        client.post(f"{CHART}notes/", {"what": "unphase", "pk": Rebase.objects.get().pk})

        assert "A new rota" not in client.get(CHART).content.decode()


class TestDefinition:
    def test_everybody_reads_what_is_typed(self, client, db):
        page = client.get("/measures/SFP-M07/")

        text = page.content.decode()
        assert page.status_code == 200
        assert "Typed in by teams; not calculated." in text
        assert "Referrals with a conversation within one working day" in text

    def test_the_package_leads_there(self, client, db):
        assert "/measures/SFP-M07/" in client.get("/library/sfp/").content.decode()

    def test_one_that_cannot_be_typed_has_none(self, client, db):
        assert client.get("/measures/DET-M07/").status_code == 404


class TestSentIn:
    def test_the_submission_of_typed_counts_has_its_page(self, client, typed):
        sign_in(client, typed)
        row = typed.organisation("T1").submissions.get()

        for path in ("", f"{row.pk}/"):
            page = client.get(f"/trusts/T1/submissions/{path}")
            assert page.status_code == 200
            assert "typed in" in page.content.decode()
        assert "48 counts typed in" in page.content.decode()
        assert client.get(f"/trusts/T1/submissions/{row.pk}/findings.csv").status_code == 404
