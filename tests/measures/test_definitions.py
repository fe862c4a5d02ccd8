"""Content files: each is a test of its own, and a mistake is named with file, line and field."""

import pytest

from matneo.measures import definitions, predicates
from matneo.measures.definitions import ContentError

FILES = definitions.files()


@pytest.mark.parametrize("file", [pytest.param(f, id=f.name) for f in FILES])
def test_a_content_file_is_whole(file):
    d = definitions.read(file)

    assert file.name == f"{d.id}.yaml"
    assert d.clinical_signoff == "none"
    assert all(name in predicates.PREDICATES for name in d.population + d.known + d.numerator)
    assert " who " in d.good_sentence  # "82% of <people> <do>" is cut there
    assert all(target.source and target.confidence for target in d.targets)
    assert not any(
        word in (d.name + d.rationale + d.limits_of_use).lower().split()
        for word in ("fail", "worst", "breach", "best", "rank")
    )


@pytest.mark.parametrize("file", [pytest.param(f, id=f.name) for f in FILES])
def test_the_headline_is_never_one_where_missing_answers_look_good(file):
    """A share of the known looks better the more bad answers are missing: only where missing is shown beside it."""
    d = definitions.read(file)

    assert d.headline in ("known", "strict")
    if d.headline == "strict" and d.table == "births":
        assert d.population


def test_each_area_has_at_least_three_measures():
    counted = [d.area for d in definitions.load().values() if d.table == "births"]

    assert all(counted.count(area) >= 3 for area in ("SFP", "PTO", "DIP", "NHG", "DET"))
    assert {"NAT-M01", "NAT-M02", "NAT-M06"} <= set(definitions.load())


def test_a_mistake_is_named():
    text = FILES[0].read_text("utf-8").replace("direction: ", "direction: sideways_")
    import yaml

    with pytest.raises(ContentError, match=r"planted\.yaml line \d+: direction is 'sideways_"):
        definitions.parse(yaml.safe_load(text), "planted.yaml", text)


def test_an_unknown_field_is_named():
    with pytest.raises(ContentError, match="wings is no field of a measure"):
        definitions.parse({"wings": 2}, "planted.yaml", "wings: 2")
