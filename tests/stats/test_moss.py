"""The monthly early warning: its levels by hand, and how often it errs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matneo.stats.moss import moss_chart, moss_false_signals

proven = settings(derandomize=True, max_examples=12, deadline=None)
months = st.integers(1, 40).flatmap(lambda n: arrays(float, n, elements=st.integers(0, 6).map(float)))
# 700 births at 2.1 per 1,000: mean 1.47, k = 19/9, level 1 at 2, level 2 at 4.
SITE = {"reference_rate": 0.0021, "monthly_births": 700}


class TestByHand:
    def test_levels_reset_and_rounding(self):
        # 4 - 2.111 = 1.889; + 1.889 = 3.778 (level 1); 7 - … = 8.667 (level 2); then from 0: 3 - 2.111 = 0.889.
        points = moss_chart([4, 4, 7, 3], **SITE).points

        assert points.statistic.tolist() == [1.888889, 3.777778, 8.666667, 0.888889]
        assert points.level.tolist() == [0, 1, 2, 0]

    def test_level_1_needs_an_event_in_the_month_and_never_resets(self):
        # 0.85 expected: k = 1.22 … on the lattice. A month without events above level 1 is no level.
        points = moss_chart([4, 4, 0, 4], **SITE).points

        assert points.statistic.tolist() == [1.888889, 3.777778, 1.666667, 3.555556]
        assert points.level.tolist() == [0, 1, 0, 1]
        quiet = moss_chart([6, 0, 1], reference_rate=0.002, monthly_births=150).points  # mean 0.3
        assert quiet.level.tolist() == [2, 0, 0]

    def test_a_quiet_month_above_level_1_shows_no_level(self):
        points = moss_chart([3, 0, 1], reference_rate=0.002, monthly_births=150).points

        assert points.statistic[1] >= points.limit_level_1[1]
        assert points.level.tolist() == [1, 0, 1]

    def test_the_excess_is_counted_from_the_unrounded_mean(self):
        points = moss_chart([1, 0], reference_rate=0.0021, monthly_births=260).points

        assert points.in_control_mean.tolist() == [0.55, 0.55]
        assert points.excess == pytest.approx([1 - 0.546, 1 - 1.092])

    def test_limits_change_with_the_births_of_the_year_and_the_sum_goes_on(self):
        births = [700, 700, 350, 350]
        points = moss_chart([4, 0, 1, 1], reference_rate=0.0021, monthly_births=births).points

        assert points.in_control_mean.tolist() == [1.47, 1.47, 0.73, 0.73]
        assert points.limit_level_2[0] != points.limit_level_2[3]
        assert points.statistic[2] == pytest.approx(max(0, points.statistic[1] + 1 - points.k[2]), abs=1e-6)

    def test_a_missing_month_waits(self):
        points = moss_chart([4, np.nan, 4], **SITE).points

        assert np.isnan(points.statistic[1])
        assert points.level.tolist() == [0, -1, 1]
        assert points.statistic[2] == 3.777778

    def test_sites_too_small_are_named_and_the_others_go_on(self):
        chart = moss_chart(
            [1, 4, 0, 4], reference_rate=0.0021, monthly_births=[20, 700, 20, 700], series=["tiny", "big"] * 2
        )

        assert [error.series for error in chart.errors] == ["tiny"]
        assert "Series tiny: A mean of 0.04 events a period is too small" in chart.errors[0].sentence
        assert chart.points.level.tolist() == [-1, 0, -1, 1]


class TestTraps:
    def test_a_sum_that_reaches_the_limit_on_paper_reaches_it(self):
        # k = 7/9, level 2 at 32/9: 4 + 4 months of 1/9 steps … the sum is 3.5555555555555554 or …5562 in memory.
        points = moss_chart([1, 1, 1, 1, 4], reference_rate=0.0021, monthly_births=260).points

        assert points.k[0] == 7 / 9
        assert points.statistic[4] == pytest.approx(37 / 9, abs=1e-6)
        exact = moss_chart([1] * 3 + [4], reference_rate=0.0021, monthly_births=260).points
        assert exact.statistic[3] == pytest.approx(35 / 9, abs=1e-6)
        ends = moss_chart([3, 0, 3], reference_rate=0.0021, monthly_births=260).points  # 20/9, 13/9, 33/9
        assert ends.level.tolist() == [1, 0, 2]

    def test_every_sum_on_the_lattice_is_compared_without_rounding_noise(self):
        chance = np.random.default_rng(4)
        for births in (120, 260, 333, 500, 700):
            events = chance.poisson(0.0021 * births, 400).astype(float)
            points = moss_chart(events, reference_rate=0.0021, monthly_births=births).points
            steps = next(d for d in range(1, 11) if abs(points.k[0] * d - round(points.k[0] * d)) < 1e-9)
            whole, now, levels = (
                [round(x * steps) for x in (points.k[0], points.limit_level_1[0], points.limit_level_2[0])],
                0,
                [],
            )
            for count in events.astype(int):
                now = max(0, now + count * steps - whole[0])
                levels.append(2 if now >= whole[2] else int(now >= whole[1] and count > 0))
                now = 0 if levels[-1] == 2 else now
            assert points.level.tolist() == levels

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"events": [-1]}, "`events`"),
            ({"reference_rate": 2}, "`reference_rate` is a probability"),
            ({"monthly_births": [1, 2]}, "`monthly_births` needs 1 entries"),
        ],
    )
    def test_impossible_input_gets_a_sentence(self, change, words):
        call = {"events": [1], **SITE} | change

        with pytest.raises(ValueError, match=words):
            moss_chart(call.pop("events"), **call)


class TestProperties:
    @proven
    @given(months, months)
    def test_appending_never_changes_the_past(self, first, later):
        short, long = (
            moss_chart(first, **SITE).points,
            moss_chart(np.concatenate([first, later]), **SITE).points,
        )

        assert long.statistic[: len(first)].tolist() == short.statistic.tolist()
        assert long.level[: len(first)].tolist() == short.level.tolist()

    @proven
    @given(st.lists(months, min_size=1, max_size=4), st.randoms(use_true_random=False))
    def test_one_call_equals_many_in_any_order_of_sites(self, several, chance):
        names = np.concatenate([[i] * len(one) for i, one in enumerate(several)])
        place = np.concatenate([np.arange(len(one)) for one in several])
        mixed = np.array(sorted(range(len(names)), key=lambda row: (place[row], chance.random())))
        together = moss_chart(np.concatenate(several)[mixed], **SITE, series=names[mixed]).points

        for i, one in enumerate(several):
            mine = names[mixed] == i
            alone = moss_chart(one, **SITE).points
            assert together.statistic[mine].tolist() == alone.statistic.tolist()
            assert together.level[mine].tolist() == alone.level.tolist()


class TestFalseSignals:
    def test_reds_restart_the_chart_so_their_share_is_one_over_the_run_length(self):
        from matneo.stats.poisson_design import poisson_cusum_design

        for mean in (0.2, 0.7, 1.5):
            design = poisson_cusum_design(mean, 2 * mean, 100, compat="moss")
            assert moss_false_signals(mean).level_2_share == pytest.approx(1 / design.arl_in_control)

    def test_150_average_sites_show_what_they_were_found_to_show(self):
        """About 12 amber site-months and 1.35 reds a month; 47 % of sites some level in a year, 10.5 % a red."""
        size = np.exp(np.random.default_rng(3).normal(0, 0.3, 150))
        means = np.round(510_000 / 12 * size / size.sum() * 0.002, 2)
        found = [moss_false_signals(mean) for mean in means]

        assert sum(one.level_1_share for one in found) == pytest.approx(12, abs=1)
        assert sum(one.level_2_share for one in found) == pytest.approx(1.35, abs=0.1)
        assert np.mean([one.any_level_chance for one in found]) == pytest.approx(0.47, abs=0.03)
        assert np.mean([one.level_2_chance for one in found]) == pytest.approx(0.105, abs=0.01)

    def test_a_doubled_rate_shows_more_of_everything(self):
        usual, doubled = moss_false_signals(0.7), moss_false_signals(0.7, rate_ratio=2)

        assert doubled.level_1_share > usual.level_1_share
        assert doubled.level_2_chance > usual.level_2_chance

    def test_a_longer_time_shows_more(self):
        chances = [moss_false_signals(0.7, months=span).any_level_chance for span in (1, 6, 12, 60)]

        assert chances == sorted(chances)
        assert chances[-1] < 1

    @pytest.mark.slow
    def test_simulated_sites_agree(self):
        sites, span = 20_000, 60
        events = np.random.default_rng(41).poisson(0.7, (sites, span))
        level = moss_chart(
            events.ravel(), reference_rate=0.001, monthly_births=700, series=np.repeat(np.arange(sites), span)
        ).points.level
        year = level.reshape(sites, span)[:, -12:]  # four years after the start

        said = moss_false_signals(0.7)

        for share, expected in (
            ((year > 0).any(axis=1).mean(), said.any_level_chance),
            ((year == 2).any(axis=1).mean(), said.level_2_chance),
            ((year[:, -1] == 1).mean(), said.level_1_share),
            ((year[:, -1] == 2).mean(), said.level_2_share),
        ):
            assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / sites)
