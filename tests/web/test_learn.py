"""The worked example is walked as its page says, and leaves nothing behind."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from matneo.submissions.models import Submission
from matneo.web.learn import vienna

ADDRESS = "/learn/semmelweis/"


@pytest.fixture
def visitor(db, data_dir):
    return Client()


def send(visitor, content, name="semmelweis.csv"):
    return visitor.post(ADDRESS, {"file": SimpleUploadedFile(name, content)})


def test_the_sheet_goes_in_and_becomes_a_chart(visitor, data_dir):
    sheet = visitor.get("/learn/semmelweis.csv").content
    page = send(visitor, sheet).content.decode()

    rows = list(csv.DictReader(io.StringIO(sheet.decode())))
    deaths, births = (sum(int(row[name]) for row in rows) for name in ("deaths", "births"))
    assert (len(rows), deaths, births) == (98, 2202, 26166)
    by_year = {
        y: sum(int(r["deaths"]) for r in rows if r["month"][:4] == y) for y in ("1843", "1844", "1846")
    }
    assert by_year == {"1843": 274, "1844": 260, "1846": 459}  # as his book prints the years
    assert f"{births:,} births and {deaths:,} deaths" in page
    assert "denominator: column “births”" in page
    assert "Look at your chart" in page
    assert Submission.objects.count() == 0
    assert list(data_dir.path.rglob("*.csv")) == []


def test_a_phase_needs_a_reason_and_then_stands_on_the_chart(visitor):
    sheet = vienna.example_text()
    without = visitor.post(ADDRESS, {"sheet": sheet, "start": "1847-06-01", "reason": " "})
    assert "Say why" in without.content.decode()
    with_reason = visitor.post(ADDRESS, {"sheet": sheet, "start": "1847-06-01", "reason": "Chlorinated lime"})
    assert "Chlorinated lime" in with_reason.content.decode()


def test_the_limits_of_each_phase_are_those_one_can_work_out_by_hand():
    rows = vienna.read_sheet(vienna.example_text().encode(), "semmelweis.csv", vienna.date(2025, 1, 1)).rows
    model = vienna._model(rows, vienna.ORDER, "washing", "k")
    before = [row for row in rows if row.month < vienna.ORDER]
    after = [row for row in rows if row.month >= vienna.ORDER]

    for part, point in ((before, model.points[0]), (after, model.points[-1])):
        mean = sum(row.deaths for row in part) / sum(row.births for row in part)
        assert point.centre == pytest.approx(mean)
        spread = 3 * (mean * (1 - mean) / point.denominator) ** 0.5
        assert point.ucl == pytest.approx(mean + spread)
        assert point.lcl == pytest.approx(max(mean - spread, 0))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"month,births,deaths\n1841-01,10,1\n", "limits need 13"),
        (b"name,births\nJane Smith,3\n", "personal details|months that can be read"),
        (b"\x00\x01\x02" * 900, "one column only"),
    ],
)
def test_what_cannot_be_drawn_gets_a_sentence(visitor, content, words):
    import re

    answer = send(visitor, content)
    assert answer.status_code == 422
    assert re.search(words, answer.content.decode())


def test_hostile_words_stay_words(visitor):
    answer = visitor.post(
        ADDRESS,
        {"sheet": vienna.example_text(), "start": "1847-06-01", "reason": "<script>alert(1)</script>"},
    )
    assert "<script>alert" not in answer.content.decode()
