"""An installation that holds published figures of one or two years and nothing else: what its pages say."""

import gzip
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from matneo.utils.clock import Clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HEADER = "Period,Dimension,Org_Level,Org_Code,Org_Name,Measure,Count_Of,Value\n"
SMOKING, UNKNOWN = "SmokingStatusGroupBooking", "Missing value / Value outside reporting parameters"
#                       smokers, others, not known
YEARS = {"2020-21": {"National": (500, 500, 9000), "T1": (10, 40, 0), "T2": (20, 20, 960)},
         "2021-22": {"National": (120, 880, 1500), "T1": (20, 80, 150), "T2": (5, 5, 4170)}}  # fmt: skip


def annual(year: str) -> str:
    rows = []
    for code, counts in YEARS[year].items():
        level = "National" if code == "National" else "Provider"
        for what, count in zip(("Smoker", "Non-Smoker / Ex-Smoker", UNKNOWN), counts, strict=True):
            rows.append(f"{year},{SMOKING},{level},{code},{code},{what},Deliveries,{count}\n")
    rows.append(f"{year},TotalBabies,National,National,ALL,All,Babies,1000\n")
    return HEADER + "".join(rows)


@pytest.fixture
def national(universe, settings):
    settings.CLOCK = Clock(date(2022, 11, 15))
    settings.IS_DEMO = False
    client = Client()
    client.force_login(universe.people["national"], backend=BACKEND)
    return client


def bring(client, year: str):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(f"annual-{year}.csv.gz", gzip.compress(annual(year).encode(), mtime=0))
    return client.post(reverse("upload", args=["ENG"]), {"file": file}, follow=True)


@pytest.fixture
def published(national):
    for year in YEARS:
        address = bring(national, year).redirect_chain[-1][0]
        national.post(address, {"what": "accept"})
    return Client()


def words(client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


class TestBringingAFileIn:
    def test_the_page_speaks_of_published_files(self, national):
        text = words(national, reverse("upload", args=["ENG"]))

        assert "Bring a national file in" in text
        assert "as it was published" in text
        assert "NHS numbers" not in text
        assert 'name="measure"' not in text

    def test_rows_read_are_rows_used_and_rows_left_out(self, national):
        text = bring(national, "2021-22").content.decode()

        assert (
            "10 rows read: 9 of them make 3 figures for 2 trusts and the places above them, 1 was left out."
            in text
        )

    def test_new_figures_begin_with_england_s_and_name_the_places(self, national):
        text = bring(national, "2021-22").content.decode()

        assert "3 new, 0 changed, 0 unchanged." in text
        assert "Some of the new figures" in text
        assert text.index("<td>England</td>") < text.index("Beacon")

    def test_a_file_that_counts_leads_to_the_charts(self, national):
        address = bring(national, "2021-22").redirect_chain[-1][0]
        text = national.post(address, {"what": "accept"}, follow=True).content.decode()

        assert 'href="/england/">See the charts of England' in text

    def test_the_same_file_again_is_said_once(self, national):
        national.post(bring(national, "2021-22").redirect_chain[-1][0], {"what": "accept"})
        text = bring(national, "2021-22").content.decode()

        assert "annual-2021-22.csv.gz was sent in before and accepted on 15 November 2022." in text


class TestReading:
    def test_england_says_what_is_here_and_shows_no_key_to_charts_that_are_not(self, published):
        text = words(published, "/england/")

        assert "One measure has figures" in text
        assert "the newest for 2021-22" in text
        assert "Key to the small charts" not in text
        assert "60% had no answer" in text  # 1,500 of 2,500

    def test_missing_answers_are_those_of_the_year_that_is_shown(self, published):
        text = words(published, "/england/measures/MSD-SMOKING-BOOKING/")

        assert "60% in 2021-22; left out of the share" in text
        assert "60% had no answer" in text
        assert "2 years are too few for a control chart" in text

    def test_nearly_all_missing_is_not_called_all(self, published):
        text = words(published, "/trusts/T2/")

        assert "about 5 of 10 women" in text
        assert "over 99%" in text

    def test_a_trust_says_first_what_is_here(self, published):
        assert "Published figures for 2021-22 are here" in words(published, "/trusts/T1/")

    def test_a_place_without_figures_says_so_and_a_site_is_found_through_its_trust(self, published):
        text = words(published, "/sites/S1/")

        assert "No figures are released for this site yet; that is not a zero." in text
        assert 'href="/trusts/T1/"' in text

    def test_an_area_without_figures_lists_its_measures(self, published):
        text = words(published, "/areas/sfp/")

        assert "No figures of these measures are released yet." in text
        assert 'href="/areas/msd/"' in text
        assert 'href="/measures/SFP-M01/"' in text

    def test_the_wall_begins_with_a_measure_that_has_figures(self, published):
        assert "2 charts, in alphabetical order" in words(published, "/wall/")


def test_an_analyst_without_figures_is_not_asked_to_sign_them_off(published, universe):
    client = Client()
    client.force_login(universe.people["analyst"], backend=BACKEND)
    text = words(client, "/home/")

    assert "sign it off" not in text
    assert "No chart here has enough points yet" in text
    assert "In a demonstration" not in words(client, "/home/messages/")


def test_lists_in_alphabetical_order_go_by_the_name_they_show(universe):
    from matneo.organisations.models import Organisation

    Organisation.objects.filter(code="T1").update(name="The Royal Vale NHS Trust", short_name="Aldby")
    text = words(Client(), "/trusts/")

    assert text.index(">Aldby<") < text.index(">Beacon<") < text.index(">Harbour<")


def test_places_with_too_few_points_are_not_called_steady():
    from types import SimpleNamespace

    from matneo.web.reading.england import _tile_lead

    kinds = ("improvement", "common", "too_few", "too_few")
    words = _tile_lead([SimpleNamespace(line={"variation": kind}) for kind in kinds])

    assert words.startswith("1 improving, none needs a look, 1 steady, 2 with too few points to say.")


def test_a_figure_of_the_year_does_not_stand_under_the_name_of_a_quarter():
    from types import SimpleNamespace

    from matneo.web.reading.england import _key_entries, _one_period

    quarter = SimpleNamespace(
        line={"variation": "common", "period_kind": "quarter", "last_period": date(2025, 7, 1)}
    )
    year = SimpleNamespace(
        line={"variation": "too_few", "period_kind": "year", "last_period": date(2024, 1, 1)}
    )

    assert _one_period([quarter, quarter]) == "July to September 2025"
    assert _one_period([quarter, year]) == ""
    assert _key_entries([quarter])[-1] == ("steady", "steady")
    assert _key_entries([quarter, year])[-1] == ("hollow", "too few points to say")


def test_the_page_that_sends_a_code_speaks_plainly(client, db):
    text = words(client, "/accounts/login/code/")

    assert "<h1>Send me a code by email</h1>" in text
    assert "Work email address" in text
