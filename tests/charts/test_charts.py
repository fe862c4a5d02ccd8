"""Pictures by their structure, sentences for every state, colours by their contrast."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from matneo.charts import icons, palette, sentences, spark, spc, table, vega
from matneo.charts.model import Mark, Point, SpcChart
from matneo.measures.periods import add_months

SVG = "{http://www.w3.org/2000/svg}"


def point(place, value, **changes):
    start = add_months(date(2023, 1, 1), place)
    made = Point(
        start,
        f"{start:%b %Y}",
        value,
        None if value is None else value * 100,
        100.0,
        "ok" if value is not None else "not_yet_sent",
        False,
        "common",
        "",
        0,
        0.5,
        0.35,
        0.65,
    )
    return replace(made, **changes)


def chart(points, **changes):
    made = SpcChart("k", "Normothermia", "Northmere", "babies who arrive warm", "babies", "percent", 100.0, "increase", "month", tuple(points), 0.9, "an aim", (),
                    "common", "fail", "ok", "", "", 0, None, None, False)  # fmt: skip
    return replace(made, **changes)


FULL = chart([point(i, 0.5 + (i % 3) / 20) for i in range(20)])


def drawn(model, size="full"):
    return ET.fromstring(spc.draw(model, size).svg)


class TestPicture:
    def test_every_value_is_one_mark_and_a_gap_is_none(self):
        model = replace(FULL, points=(*FULL.points[:5], point(5, None), *FULL.points[6:]))
        root = drawn(model)

        assert len([g for g in root.iter(f"{SVG}g") if g.get("class") == "pt"]) == 19
        lines = [p for p in root.iter(f"{SVG}path") if p.get("stroke") == palette.JOIN]
        assert len(lines) == 2  # broken at the gap

    def test_higher_values_stand_higher(self):
        root = drawn(chart([point(i, i / 20) for i in range(14)]))
        heights = [float(c.get("cy")) for c in root.iter(f"{SVG}circle")]

        assert heights == sorted(heights, reverse=True)

    @pytest.mark.parametrize("size", spc.SIZES)
    def test_it_has_a_name_and_a_description_and_no_style(self, size):
        svg = spc.draw(FULL, size).svg
        root = ET.fromstring(svg)

        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text == "Normothermia, Northmere"
        assert root.find(f"{SVG}desc").text == spc.draw(FULL).sentence
        assert "style=" not in svg

    def test_hostile_names_are_harmless(self):
        model = replace(
            FULL,
            subject="<script>alert(1)</script>",
            marks=(Mark(date(2023, 5, 1), '"><img src=x>', "note"),),
        )
        svg = spc.draw(model).svg

        assert "<script" not in svg
        assert "<img" not in svg
        ET.fromstring(svg)

    @pytest.mark.parametrize("size", ["full", "project", "phone", "huddle"])
    def test_every_mark_has_its_words_however_close_they_are(self, size):
        """Four ideas within three months: two rows hold some of their words, the others have letters and a key below."""
        names = [
            "Breath test first",
            "Ask again at 36 weeks",
            "The smoke-free list on the ward",
            "A quit date at the scan",
        ]
        marks = tuple(
            Mark(date(2024, 3 + i // 2, 1), f"{name} for everyone", "note") for i, name in enumerate(names)
        )
        crowded, empty = replace(FULL, marks=marks), drawn(FULL, size)
        root = drawn(crowded, size)
        words = " ".join(found.text for found in root.iter(f"{SVG}text"))

        for name in names:
            assert all(word in words for word in f"{name} for everyone".split())
        letters = [t.text for t in root.iter(f"{SVG}text") if t.text in ("A", "B", "C", "D")]
        assert letters
        assert sorted(letters) == sorted(2 * list(dict.fromkeys(letters)))  # on the line and in the key
        assert float(root.get("height")) > float(empty.get("height"))
        assert max(float(t.get("y")) for t in root.iter(f"{SVG}text")) < float(root.get("height"))
        assert spc.draw(crowded, size).notes == (
            "On the chart: Breath test first for everyone, March 2024; Ask again at 36 weeks for everyone, March 2024; "
            "The smoke-free list on the ward for everyone, April 2024; A quit date at the scan for everyone, April 2024."
        )

    def test_a_mark_with_room_needs_no_letter(self):
        model = replace(FULL, marks=(Mark(date(2023, 5, 1), "A new form", "note"),))

        assert drawn(model).get("height") == drawn(FULL).get("height")
        assert [t.text for t in drawn(model).iter(f"{SVG}text")].count("A new form") == 1

    def test_letters_stay_inside_the_plot_and_apart(self):
        marks = tuple(
            Mark(date(2024, 4, 1), f"A rather long name of an idea, number {i}", "note") for i in range(5)
        )
        circles = [
            c
            for c in drawn(replace(FULL, marks=marks), "project").iter(f"{SVG}circle")
            if c.get("r") == "7.5"
        ]
        on_lines = [(float(c.get("cx")), float(c.get("cy"))) for c in circles if float(c.get("cy")) < 380]

        assert len(on_lines) >= 2
        assert len({y for _, y in on_lines}) == len(on_lines)
        assert all(62 <= y <= 340 for _, y in on_lines)

    def test_signals_have_shapes_of_their_own(self):
        shapes = {signal: spc.draw(chart([*FULL.points[:-1], point(19, 0.7, signal=signal, reason="outside" if signal != "common" else "")])).svg
                  for signal in palette.SIGNALS if signal != "neutral_low"}  # fmt: skip

        assert len(set(shapes.values())) == 4

    def test_the_same_model_draws_the_same_picture(self):
        assert spc.draw(FULL).svg == spc.draw(FULL).svg

    def test_few_points_are_drawn_with_intervals_and_england(self):
        model = chart(
            [point(0, 0.5)], england=((date(2023, 1, 1), 0.45),), variation="too_few", assurance="too_few"
        )
        words = "".join(drawn(model).itertext())

        assert "England 45%" in words
        assert "limit" not in words.lower().replace("limits", "")

    def test_two_pictures_that_are_compared_have_one_scale(self):
        high, low = chart([point(0, 0.95)], target=None), chart([point(0, 0.4)], target=None)
        beside = (*spc.heights(high), *spc.heights(low))

        def scale(model):
            return {words for words in drawn(model).itertext() if re.fullmatch(r"\d+%", words)} - {
                "95%",
                "40%",
            }

        assert scale(high) != scale(low)
        assert scale(replace(high, beside=beside)) == scale(replace(low, beside=beside))


class TestWords:
    @pytest.mark.parametrize(
        ("ends", "words"),
        [((0.42, 0.45), "42 to 45%"), ((0.131, 0.23), "13.1 to 23.0%"), ((0.661, 0.664), "66.1 to 66.4%")],
    )
    def test_both_ends_of_an_interval_are_equally_precise(self, ends, words):
        assert sentences.interval(*ends, "percent", 100.0) == words

    MODELS = [
        replace(FULL, variation=v, assurance=a, direction=d, unit=u, scale=s, rounded=r, period_kind=k, signal_since="May 2024" if v not in ("common", "too_few") else "",
                signal_rule=rule if v not in ("common", "too_few") else "", signal_length=n, now=0.82, before=0.67, target=t)
        for v, a, d, (u, s), r, k, rule, n, t in product(
            sentences.VARIATION, sentences.ASSURANCE, ("increase", "decrease", "neutral"), (("percent", 100.0), ("per_1000", 1000.0)), (True, False), ("month", "quarter"),
            ("shift", "outside"), (1, 7), (0.9, None))
    ]  # fmt: skip

    def test_every_state_has_calm_words(self):
        for model in self.MODELS:
            said = " ".join(
                [
                    sentences.sentence(model),
                    *sentences.variation_words(model),
                    *sentences.assurance_words(model),
                    sentences.direction_words(model),
                ]
            )
            assert not {"fail", "fails", "worst", "breach", "best", "rank", "nan", "None"} & set(
                said.replace(".", " ").replace(",", " ").split()
            )
            assert "  " not in said

    def test_an_improvement_says_since_when_and_from_what(self):
        model = replace(
            FULL,
            variation="improvement",
            signal_since="January 2024",
            signal_rule="shift",
            signal_length=7,
            now=0.82,
            before=0.67,
        )

        assert (
            sentences.sentence(model)
            == "Improving: since January 2024, 82% of babies arrive warm, up from 67%. This is unlikely to be chance."
        )

    def test_figures_that_read_the_same_are_about_the_same(self):
        model = replace(FULL, variation="concern", signal_since="May 2024", now=0.479, before=0.484)

        said = sentences.sentence(model)

        assert ", about the same as 48% before." in said
        assert "from 48%" not in said

    def test_a_rate_is_said_per_thousand(self):
        model = replace(
            FULL,
            unit="per_1000",
            scale=1000.0,
            good_sentence="babies who are stillborn",
            variation="concern",
            signal_since="May 2024",
            signal_rule="outside",
            signal_length=1,
            now=0.0049,
            before=0.003,
        )

        assert sentences.sentence(model).startswith(
            "Needs a look: in May 2024, 4.9 per 1,000 babies are stillborn, up from 3.0 per 1,000."
        )

    def test_no_figure_is_not_a_zero(self):
        assert "not a zero" in sentences.sentence(chart([]))

    def test_numbers_are_written_as_people_write_them(self):
        assert [sentences.number(n) for n in (85.4, 7.68, -0.01, 1234.5)] == ["85", "7.7", "0.0", "1,234"]


class TestTable:
    def test_newest_first_with_the_reason_where_there_is_no_value(self):
        rows = table.of_chart(chart([point(0, 0.5), point(1, None)])).rows

        assert rows[0][0:4] == ("Feb 2023", "", "", "not yet sent")
        assert rows[1][1:4] == ("50", "100", "50%")

    def test_a_downloaded_table_runs_no_formula(self):
        made = replace(table.of_chart(FULL), rows=(("=1+1", "@x"),))

        assert "'=1+1,'@x" in table.as_csv(made)


@pytest.mark.parametrize(
    "colour",
    [
        palette.INK,
        palette.SECONDARY,
        palette.IMPROVEMENT,
        palette.CONCERN,
        palette.NEUTRAL,
        palette.MEAN,
        palette.PUBLISHED,
    ],
)
def test_colours_of_words_can_be_read(colour):
    assert palette.contrast(colour, palette.WHITE) >= 4.45


def test_contrasts_said_in_the_palette_are_the_computed_ones():
    lines = Path(palette.__file__).read_text("utf-8").splitlines()
    said = [m.groups() for line in lines if (m := re.match(r'\w+ = "(#\w+)"  # (\d+\.\d)', line))]

    assert len(said) >= 7
    assert {c: float(s) for c, s in said} == {
        c: round(palette.contrast(c, palette.WHITE), 1) for c, _ in said
    }


def test_steady_points_can_be_seen():
    assert palette.contrast(palette.STEADY, palette.WHITE) >= 3


@pytest.mark.parametrize("code", sentences.VARIATION)
def test_a_variation_icon_says_its_name(code):
    assert sentences.VARIATION[code] in ET.fromstring(icons.variation(code)).find(f"{SVG}title").text


def test_a_spark_is_silent_and_marks_signals():
    svg = spark.draw([0.1, None, 0.3], ["common", "common", "concern"], centre=0.2, lcl=0.0, ucl=0.4)

    assert ET.fromstring(svg).get("aria-hidden") == "true"
    assert palette.CONCERN in svg


def test_the_vega_dictionary_holds_every_point():
    assert len(vega.dictionary(FULL)["data"]["values"]) == 20


def test_a_picture_as_png_has_pixels():
    from matneo.charts import png

    data = png.from_svg(spc.draw(FULL).svg)

    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(data) > 8000  # an empty picture is far smaller
