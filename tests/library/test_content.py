"""The library's files: each is a test of its own, the counts are the dossier's, and a mistake is named."""

import re

import pytest

from matneo.library import catalogue, checks, reading
from matneo.library.schema import CONFIDENCES
from matneo.measures import definitions
from matneo.measures.definitions import ContentError

FILES = [pytest.param(file, id=file.name) for file in reading.files()]
AREAS = ["SFP", "PTO", "DIP", "NHG", "DET"]
# package -> secondary drivers, ideas, measures, as the clinical dossier counts them
COUNTS = {
    "SFP": (15, 30, 18),
    "PTO": (15, 33, 21),
    "DIP": (15, 30, 22),
    "NHG": (14, 30, 19),
    "DET": (15, 33, 26),
}
BLAME = {"fail", "fails", "failed", "failure", "worst", "breach", "best", "rank", "blame", "fault", "non-compliant", "refused", "refuses"}  # fmt: skip


def words_of(package):
    """Every sentence of a package, with the id it belongs to."""
    for item in package.items:
        for name in (
            "statement",
            "name",
            "short",
            "text",
            "first_test",
            "people",
            "equity",
            "words",
            "why",
            "counted",
            "of",
        ):
            if getattr(item, name, ""):
                yield item.id, getattr(item, name)
        for link in getattr(item, "serves", ()):
            yield item.id, link.why


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_whole(file):
    package = checks.read_checked(file)

    assert file.name == f"{package.id}.yaml"
    assert package.clinical_signoff == "none"
    assert package.id in definitions.AREAS


@pytest.mark.parametrize("file", FILES)
def test_a_file_has_no_word_of_blame(file):
    package = checks.read_checked(file)

    found = [(name, s) for name, s in words_of(package) if BLAME & set(re.findall(r"[a-z-]+", s.lower()))]
    assert found == []


@pytest.mark.parametrize("file", FILES)
def test_what_an_idea_says_is_understood_without_its_name(file):
    """The API, a search and a page's lead show the text alone."""
    package = checks.read_checked(file)

    assert [i.id for i in package.ideas if i.text.split()[0] in ("It", "They", "She", "He", "This")] == []


@pytest.mark.parametrize("file", FILES)
def test_a_figure_has_a_confidence_and_what_was_seen_has_a_source(file):
    package = checks.read_checked(file)

    figures = [*package.aims, *package.evidence, *(t for m in package.measures for t in m.targets)]
    assert all(figure.confidence in CONFIDENCES for figure in figures)
    assert [figure for figure in figures if figure.confidence == "seen" and not figure.sources] == []


def test_there_is_the_national_diagram_and_five_packages():
    assert sorted(catalogue.load().packages) == sorted([*AREAS, "NAT"])


@pytest.mark.parametrize("area", AREAS)
def test_a_package_is_as_large_as_the_dossier_says(area):
    package = catalogue.load().packages[area]
    secondary = [d for d in package.drivers if not d.primary]

    assert (len(secondary), len(package.ideas), len(package.measures)) == COUNTS[area]
    assert len(package.drivers) - len(secondary) == 5
    assert 14 <= len(secondary) <= 15
    assert 30 <= len(package.ideas) <= 33
    assert 18 <= len(package.measures) <= 26


@pytest.mark.parametrize("area", AREAS)
def test_the_numbers_of_ideas_and_measures_have_no_gap(area):
    package = catalogue.load().packages[area]

    assert [i.id for i in package.ideas] == [f"{area}-C{n:02}" for n in range(1, len(package.ideas) + 1)]
    assert [m.id for m in package.measures] == [
        f"{area}-M{n:02}" for n in range(1, len(package.measures) + 1)
    ]


def test_the_national_diagram_is_as_large_as_the_dossier_says():
    package = catalogue.load().packages["NAT"]

    assert [a.id for a in package.aims] == [f"NAT-A{n}" for n in range(1, 7)]
    assert [d.id for d in package.drivers if d.primary] == [f"NAT-P{n}" for n in range(1, 11)]
    assert len([d for d in package.drivers if not d.primary]) == 49
    assert len(package.measures) == 18
    assert [d.package for d in package.drivers if d.package] == AREAS


def test_each_secondary_driver_of_a_clinical_priority_is_said_in_full_by_a_primary_one_of_its_package():
    package = catalogue.load().packages["NAT"]
    owner = {d.id: d.package for d in package.drivers if d.package}
    under = [d for d in package.drivers if not d.primary and d.serves[0].to in owner]

    assert [d.in_full for d in under] == [f"{area}-P{n}" for area in AREAS for n in range(1, 6)]
    assert all(d.in_full.startswith(owner[d.serves[0].to]) for d in under)
    assert not [d for d in package.drivers if d.in_full and d not in under]


def test_every_concept_and_effort_is_used():
    ideas = [i for p in catalogue.load().packages.values() for i in p.ideas]

    assert {i.concept for i in ideas} == set(catalogue.load().concepts)
    assert {i.effort for i in ideas} == {"S", "M", "L"}


def test_a_measure_that_the_product_counts_is_the_same_measure():
    """Same id, same family, same direction: a page may lead from one to the other."""
    counted = definitions.load()
    listed = {m.id: m for p in catalogue.load().packages.values() for m in p.measures}

    ours = {name for name in counted if re.fullmatch(r"(SFP|PTO|DIP|NHG|DET|NAT)-M\d\d", name)}
    assert ours <= set(listed)
    for name in ours:
        assert (listed[name].family, listed[name].direction, listed[name].unit) == (counted[name].family, counted[name].direction, counted[name].unit), name  # fmt: skip


# --- Mistakes ----------------------------------------------------------------------------------------------------

SMALL = """id: SFP
title: T
lead: L
version: 1
effective_from: 2025-11-01
status: draft
licence: MIT
clinical_signoff: none
aims:
- {id: SFP-A1, statement: Aim, national: true, confidence: our design}
drivers:
- id: SFP-P1
  name: Primary
  serves:
  - {to: SFP-A1, strength: 3, why: W}
- id: SFP-S1.1
  name: Secondary
  serves:
  - {to: SFP-P1, strength: 3, why: W}
  measures: [SFP-M01]
ideas:
- id: SFP-C01
  name: Idea
  text: Do
  drivers: [SFP-S1.1]
  concept: default
  effort: S
  first_test: One
  measures: [SFP-M01]
measures:
- id: SFP-M01
  family: balancing
  name: M
  why: W
  counted: C
  of: O
  unit: percent
  direction: increase
  chart: [p]
  period: [month]
  source: S
evidence: []
"""


def judged(text):
    package = reading.parse(text, "SFP.yaml")
    checks.check(package, text, "SFP.yaml", reading.concepts(), reading.sources())
    return package


def test_the_small_package_is_whole():
    assert judged(SMALL).ideas[0].id == "SFP-C01"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("effort: S", "effort: XL", "SFP.yaml line 27: effort of SFP-C01 is 'XL'; it may be S, M, L."),
        ("  effort: S\n", "", "SFP.yaml line 22: effort of SFP-C01 is missing."),
        ("effort: S", "effort: S\n  colour: red", "SFP.yaml line 28: colour of SFP-C01 is no field of an idea."),
        ("title: T", "title: 7", "SFP.yaml line 2: title of SFP is 7; it should be words."),
        ("title: T", "title: ''", "SFP.yaml line 2: title of SFP is empty; leave it out or write it."),
        ("effective_from: 2025-11-01", "effective_from: soon", "SFP.yaml line 5: effective_from of SFP is 'soon'; it should be a date."),
        ("chart: [p]", "chart: [pie]", "SFP.yaml line 39: chart of SFP-M01 is 'pie'; it may be p, u, individuals, subgroups, g, t, run, funnel, rolling."),
        ("chart: [p]", "chart: p", "SFP.yaml line 39: chart of SFP-M01 should be a list."),
        ("strength: 3, why: W}\n  measures", "strength: 9, why: W}\n  measures", "SFP.yaml line 19: strength of SFP-S1.1 is 9; it may be 1, 2, 3."),
        ("concept: default", "concept: magic", "SFP.yaml line 26: concept of SFP-C01 names magic, which is not there."),
        ("drivers: [SFP-S1.1]", "drivers: [SFP-S9.9]", "SFP.yaml line 25: drivers of SFP-C01 names SFP-S9.9, which is not there."),
        ("drivers: [SFP-S1.1]", "drivers: []", "SFP.yaml line 25: drivers of SFP-C01 is empty."),
        ("to: SFP-P1", "to: SFP-P9", "SFP.yaml line 19: to of SFP-S1.1 names SFP-P9, which is not there."),
        ("to: SFP-P1", "to: SFP-A1", "SFP.yaml line 19: to of SFP-S1.1 names SFP-A1; a secondary driver serves drivers."),
        ("to: SFP-A1", "to: SFP-S1.1", "SFP.yaml line 14: serves of SFP-P1 leads to no aim."),
        ("- {to: SFP-A1, strength: 3, why: W}", "- {to: SFP-A1, strength: 3, why: W}\n  - {to: SFP-S1.1, strength: 3, why: W}", "SFP.yaml line 14: serves of SFP-P1 leads back to SFP-P1."),
        ("id: SFP-S1.1", "id: SFP-P1", "SFP.yaml line 16: id SFP-P1 stands twice."),
        ("id: SFP-C01", "id: PTO-C01", "SFP.yaml line 22: id PTO-C01 is not the id of one of the ideas of SFP."),
        ("family: balancing", "family: outcome", "SFP.yaml line 30: measures of SFP hold no balancing measure."),
        ("  measures: [SFP-M01]\nideas", "ideas", "SFP.yaml line 30: SFP-M01 belongs to no aim and no driver."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_field(old, new, sentence):
    assert old in SMALL

    with pytest.raises(ContentError) as problem:
        judged(SMALL.replace(old, new, 1))

    assert str(problem.value) == sentence


def test_what_is_no_yaml_is_said():
    with pytest.raises(ContentError, match=r"SFP.yaml line 2: not readable as YAML"):
        reading.parse("id: [", "SFP.yaml")
    with pytest.raises(ContentError, match=r"SFP.yaml line 1: holds no fields"):
        reading.parse("just words", "SFP.yaml")
