"""Measures that teams count themselves: every library measure is calculated, collected, or left out with a reason."""

from dataclasses import replace

import pytest

from matneo.library import catalogue
from matneo.measures import collected, definitions
from matneo.measures.definitions import ContentError


def test_a_measure_of_the_library_becomes_one_that_a_team_can_type():
    d = collected.load()["SFP-M07"]

    assert (d.name, d.short_name) == ("Reached within one working day", "Reached within one working day")
    assert (d.numerator_words, d.denominator_words) == (
        "Referrals with a conversation within one working day",
        "All referrals",
    )
    assert (d.table, d.unit, d.chart, d.period, d.counts) == (
        "counts",
        "percent",
        "p_prime",
        "month",
        "referrals",
    )
    assert [(t.value, t.confidence) for t in d.targets] == [(80.0, "our design")]
    assert d.population == d.known == d.numerator == ()


def test_every_library_measure_is_accounted_for_once():
    library = {measure.id for package in catalogue.load().packages.values() for measure in package.measures}
    kinds = [set(definitions.load()) & library, set(collected.load()), set(collected.left_out())]

    assert set.union(*kinds) == library
    assert [len(kind) for kind in kinds] == [24, 81, 19]
    assert sum(map(len, kinds)) == len(library) == 124


def test_what_is_left_out_says_why_by_its_unit_its_chart_or_its_period():
    reasons = collected.left_out()

    assert reasons["DET-M07"] == "Its unit is minutes: two counts of one place do not make it."
    assert "funnel" in reasons["PTO-M15"]
    assert reasons["NAT-M08"].startswith("It is followed by round only")


def test_known_is_both_and_never_hides_a_file():
    known = collected.known()

    assert len(known) == len(definitions.load()) + len(collected.load())
    assert known["SFP-M01"] is definitions.load()["SFP-M01"]


@pytest.mark.parametrize("d", collected.load().values(), ids=lambda d: d.id)
def test_a_collected_measure_is_whole(d):
    assert d.clinical_signoff == "none"
    assert_it_makes_a_sentence(d.good_sentence)
    assert not d.exclusions_words.startswith(("As ", "See ", "None beyond"))
    assert d.rationale
    assert len(d.id) <= 40
    assert 0 < len(d.short_name) <= collected.SHORT
    assert not d.denominator_words.startswith(("As ", "See "))
    assert "not calculated" in d.limits_of_use
    assert d.chart in ("p_prime", "u_prime", "xmr", "run")
    assert d.period in ("month", "quarter")


def assert_it_makes_a_sentence(words):
    """It divides once, and both halves are there: who it is about, and what they do, in small letters and with no full stop."""
    who, do = next(words.split(f" {join} ", 1) for join in ("who", "that") if f" {join} " in words)

    assert who
    assert do
    assert " who " not in f" {do} "
    assert do[0].islower()
    assert words[-1].isalnum()
    assert words[0].islower() or words.startswith("NEWTT2")


def test_every_sentence_belongs_to_a_measure_that_teams_type():
    assert collected.sentences().keys() == collected.load().keys()


def test_what_is_left_out_is_said_where_the_library_names_another_measure():
    assert collected.load()["SFP-M02"].exclusions_words.startswith("Status not known, since April 2017")


def test_words_inside_a_sentence_begin_small_and_names_keep_their_capitals():
    known = collected.load()

    assert known["SFP-M07"].of_whom == "all referrals"
    assert known["DET-M11"].of_whom == "NEWTT2 triggers"


def test_short_names_tell_measures_of_one_area_apart():
    names = [(d.area, d.short_name) for d in collected.known().values()]

    assert len(set(names)) == len(names)


def test_words_that_only_name_another_measure_are_followed():
    known = collected.load()

    assert known["PTO-M06"].denominator_words == (
        "Women in preterm labour before 34 weeks, with a labour of four hours or more"
    )
    assert known["SFP-M02"].source == "Maternity Services Data Set, logic of CQIMSmokingDelivery"
    assert known["NAT-M15"].denominator_words == "Births"


def test_a_figure_that_was_measured_is_no_target():
    known = collected.load()

    assert known["DIP-M01"].targets == ()  # 46% (type 1) and 23% (type 2) in 2015
    assert known["DIP-M05"].targets == ()  # 14% nationally in 2022
    assert [target.value for target in known["SFP-M18"].targets] == [5.0]  # under 5%


def test_rare_events_are_read_as_rates_by_quarter():
    d = collected.load()["DET-M18"]

    assert (d.unit, d.chart, d.period) == ("per_1000", "u_prime", "quarter")


@pytest.mark.parametrize(
    "name", ["Seen in time", "A very long name of something that a whole team does, at night"]
)
def test_a_short_name_fits(name):
    assert name.startswith(collected.short(name).rstrip("…"))
    assert len(collected.short(name)) <= collected.SHORT


def test_what_is_counted_from_rows_still_needs_its_questions():
    whole = definitions.load()["SFP-M01"]

    with pytest.raises(ContentError, match="need at least one predicate"):
        definitions.checked(replace(whole, population=()), "planted.yaml")
    assert definitions.checked(replace(whole, table="counts", population=()), "planted.yaml")


@pytest.mark.parametrize(
    ("measure", "same"),
    [
        ("DET-M14", "DET-M13"),  # "As DET-M13"
        ("SFP-M02", "SFP-M01"),
        ("PTO-M06", ""),  # "As PTO-M05, with a labour of four hours or more": fewer
        ("PTO-M09", ""),  # "Babies of PTO-M08 with a temperature": fewer
        ("DET-M10", ""),  # "Sets due" of babies; DET-M02 says the same of mothers
        ("NO-SUCH", ""),
    ],
)
def test_only_what_is_said_to_be_the_very_same_is_carried(measure, same):
    assert collected.same_denominator(measure) == same
