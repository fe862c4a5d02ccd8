"""Differences are sentences with the old and the new words."""

from dataclasses import replace

import pytest

from matneo.library import catalogue, differences

SFP = catalogue.load().packages["SFP"]


def with_driver(**fields):
    return replace(SFP, drivers=tuple(replace(d, **fields) if d.id == "SFP-S1.2" else d for d in SFP.drivers))


def said(after):
    return [s for change in differences.between(SFP, after) for s in change.sentences]


def test_the_same_says_nothing():
    assert differences.between(SFP, replace(SFP, version=9)) == ()
    assert differences.summary(()) == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Asked"}, "Name: “Asked”, before “Smoking, recent quitting, vaping and smoke at home are asked about without judgement”."),
        ({"equity": "In every language."}, "Fairness added: “In every language.”."),
        ({"measures": ("SFP-M03", "SFP-M04")}, "Measures: now also “Breath test recorded at booking” (SFP-M04)."),
        ({"serves": ()}, "No longer serves “Exposure found early, re-checked” (SFP-P1)."),
    ],
)  # fmt: skip
def test_a_driver_in_words(fields, sentence):
    assert sentence in said(with_driver(**fields))


def test_the_strength_of_a_link_in_words():
    link = SFP.drivers[2].serves[0]
    other = (replace(link, strength=3), *SFP.drivers[2].serves[1:])

    assert said(with_driver(serves=other)) == [
        "The link to “Exposure found early, re-checked” (SFP-P1) is strong, before moderate."
    ]


def test_new_retired_and_reordered_are_counted():
    more = replace(SFP.ideas[0], id="SFP-C99")
    after = replace(
        SFP, ideas=(*SFP.ideas, more), evidence=SFP.evidence[1:], aims=SFP.aims[::-1], note="New words"
    )

    assert differences.summary(differences.between(SFP, after)) == (
        "the package's own words changed, the order of the aims changed, 1 change idea added, 1 finding retired"
    )


def test_every_package_can_be_compared_with_an_empty_one():
    for package in catalogue.load().packages.values():
        empty = replace(package, aims=(), drivers=(), ideas=(), measures=(), evidence=())
        changes = differences.between(empty, package)
        assert len(changes) == len(package.items)
        assert all(differences.sentence(change) for change in changes)
