"""Funnel plots: by hand, the lines and the flags, the traps, and the false alarms of each way of drawing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.distributions import Poisson
from matneo.stats.funnel import funnel_limits

KINDS = ("proportion", "standardised_ratio", "rate", "count_ratio")


def steady(examples: int = 12):
    return settings(derandomize=True, deadline=None, max_examples=examples)


@st.composite
def units(draw, kind: str):
    """Some units of one kind, with zeros and tiny ones among them."""
    size = draw(st.integers(2, 40))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n = rng.integers(1, 400, size).astype(float)
    share = draw(st.sampled_from([0.02, 0.3, 0.9]))
    top = rng.binomial(n.astype(int), np.clip(share * rng.lognormal(0, 0.3, size), 0, 1)).astype(float)
    if top.sum() == 0:
        top[0] = 1
    if kind == "standardised_ratio":
        return top, n * share
    return top, n


class TestByHand:
    def test_approximate_limits_of_a_proportion(self):
        # 20 of 100 at a target of .25: asin sqrt .25 = .5236, s = 1/20: sin^2(.5236 -+ 1.96/20).
        made = funnel_limits([30, 20], [100, 100], limits="approximate", levels=(0.95,))

        assert made.target == 0.25
        assert made.limits[0.95].lower[0] == pytest.approx(np.sin(0.523599 - 0.0979982) ** 2, rel=1e-5)
        assert made.limits[0.95].upper[0] == pytest.approx(np.sin(0.523599 + 0.0979982) ** 2, rel=1e-5)
        assert made.points.z == pytest.approx([(0.579640 - 0.523599) * 20, -1.199023], abs=1e-3)

    def test_exact_limits_of_a_standardised_ratio(self):
        # Ten expected: .025 lies between three (F .0103) and four (.0293): 3.78.
        made = funnel_limits([4, 3], [10, 10], kind="standardised_ratio", levels=(0.95,))

        assert made.limits[0.95].lower == pytest.approx([0.378, 0.378], abs=5e-4)
        assert made.limits[0.95].flag.tolist() == [0, -1]

    def test_a_rate_per_births_is_judged_at_the_pooled_rate(self):
        # 40 events in 10 000 births: 4 in a unit of 1000. Its limits are those of 4 expected, per 1000.
        rate = funnel_limits([4, 36], [1000, 9000], kind="rate")
        same = funnel_limits([4, 36], [4.0, 36.0], kind="standardised_ratio")

        assert rate.target == 0.004
        assert rate.limits[0.95].upper == pytest.approx(same.limits[0.95].upper * 0.004)
        assert rate.points.z == pytest.approx(same.points.z)

    def test_count_ratio_limits_do_not_move_with_the_numerator(self):
        one, other = (
            funnel_limits([a, 100], [50, 100], kind="count_ratio", target=0.8).limits[0.95].upper[0]
            for a in (10, 90)
        )

        s = np.sqrt(40 / 40.5**2 + 50 / 50.5**2)
        assert one == other == pytest.approx(0.8 * np.exp(1.959964 * s), rel=1e-6)

    def test_leaving_a_unit_out_of_its_own_target(self):
        made = funnel_limits([10, 10, 40], [100, 100, 100], target="leave_one_out")

        assert made.target == pytest.approx(0.2)
        assert made.points.target == pytest.approx([0.25, 0.25, 0.1])

    def test_flags_count_the_levels_crossed(self):
        made = funnel_limits([10] * 9 + [3, 12, 24], [100] * 12)

        assert made.points.flag.tolist() == [0] * 9 + [-1, 0, 2]
        assert made.limits[0.998].flag.tolist() == [0] * 11 + [1]


class TestLinesAndFlags:
    """What is drawn outside is flagged, and nothing else is."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("overdispersion", ["none", "additive", "multiplicative"])
    @steady(12)
    @given(data=st.data())
    def test_flags_follow_the_lines(self, kind, overdispersion, data):
        top, bottom = data.draw(units(kind))
        ways = ["approximate"] if kind == "count_ratio" else ["exact", "midp", "approximate"]
        made = funnel_limits(
            top,
            bottom,
            kind=kind,
            transform=data.draw(st.sampled_from(["log", "sqrt"])),
            limits=data.draw(st.sampled_from(ways)),
            overdispersion=overdispersion,
        )

        for limits in made.limits.values():
            outside = (top / bottom > limits.upper).astype(int) - (top / bottom < limits.lower)
            np.testing.assert_array_equal(limits.flag, outside)
            assert (limits.lower <= limits.upper).all()

    @pytest.mark.parametrize("kind", ["proportion", "rate"])
    def test_mid_p_limits_and_mid_p_never_contradict(self, kind):
        # Every possible count of every size from 1 to 150, at three targets: 34 000 points.
        n = np.repeat(np.arange(1, 151), np.arange(1, 151) + 1)
        top = np.concatenate([np.arange(k + 1) for k in range(1, 151)])
        for target in (0.03, 0.4, 0.97):
            made = funnel_limits(top, n, kind=kind, target=target, limits="midp")
            for level, tail in ((0.95, 0.025), (0.998, 0.001)):
                clear = (
                    np.minimum(abs(made.points.mid_p_above - tail), abs(made.points.mid_p_below - tail))
                    > 1e-12
                )
                mid_p = (made.points.mid_p_above < tail).astype(int) - (made.points.mid_p_below < tail)
                np.testing.assert_array_equal(made.limits[level].flag[clear], mid_p[clear])

    def test_published_exact_limits_flag_high_more_often_than_mid_p(self):
        # Three events where one is expected: beyond the published line (2.90), though 5 % would have mid-p so far out.
        exact, midp = (
            funnel_limits([3, 1], [1.0, 1.0], kind="standardised_ratio", limits=way)
            for way in ("exact", "midp")
        )

        assert exact.limits[0.95].flag[0] == 1
        assert midp.limits[0.95].flag[0] == 0
        assert midp.points.mid_p_above[0] == pytest.approx(0.0497, abs=1e-4)

    @pytest.mark.parametrize(
        ("smallest", "largest", "exact", "midp"),
        [(0.3, 3, 0.051, 0.022), (3, 10, 0.037, 0.024), (10, 40, 0.031, 0.025)],
    )
    def test_over_all_sizes_mid_p_lines_keep_their_level_best(self, smallest, largest, exact, midp):
        # The share of units in control above the upper 95 % line, worked out exactly: 2.5 % is what it says.
        sizes = np.linspace(smallest, largest, 400)
        above = {}
        for way in ("exact", "midp"):
            lines = funnel_limits(np.zeros(400), sizes, kind="standardised_ratio", limits=way).limits[0.95]
            above[way] = Poisson(sizes).more_than(np.floor(lines.upper * sizes)).mean()

        assert above == pytest.approx({"exact": exact, "midp": midp}, abs=6e-4)

    @steady(20)
    @given(st.integers(0, 10**6))
    def test_counting_the_others_turns_mid_p_flags_round(self, seed):
        rng = np.random.default_rng(seed)
        n = rng.integers(1, 60, 15)
        top = rng.binomial(n, 0.8)
        ours, others = (
            funnel_limits(x, n, limits="midp", target=t) for x, t in ((top, 0.8), (n - top, 1 - 0.8))
        )

        np.testing.assert_array_equal(ours.points.flag, -others.points.flag)

    def test_the_lines_to_draw_go_through_the_limits_of_the_units(self):
        made = funnel_limits(
            [20, 35, 60] * 4, [100, 200, 300] * 4, at=[100, 200, 300], overdispersion="additive"
        )

        for level in (0.95, 0.998):
            assert made.curve[level].upper == pytest.approx(made.limits[level].upper[:3])
            assert made.unadjusted_curve[level].lower == pytest.approx(made.unadjusted[level].lower[:3])

    def test_lines_need_no_order(self):
        sizes = np.array([5.0, 300, 40, 12, 1000])
        made = funnel_limits([1, 2], [50, 60], at=sizes, limits="approximate")
        in_order = funnel_limits([1, 2], [50, 60], at=np.sort(sizes), limits="approximate")

        assert made.curve[0.95].lower[np.argsort(sizes)] == pytest.approx(in_order.curve[0.95].lower)


class TestOverdispersion:
    def test_both_sets_of_limits_are_there_and_the_adjusted_ones_are_wider(self):
        rng = np.random.default_rng(4)
        n = rng.integers(200, 900, 60)
        made = funnel_limits(
            rng.binomial(n, np.clip(rng.normal(0.3, 0.06, 60), 0, 1)),
            n,
            overdispersion="additive",
            limits="approximate",
        )

        assert made.tau2 > 0
        assert (made.limits[0.95].upper > made.unadjusted[0.95].upper).all()
        assert (made.limits[0.95].lower < made.unadjusted[0.95].lower).all()
        assert np.abs(made.points.z_adjusted).max() < np.abs(made.points.z).max()

    def test_multiplicative_limits_never_shrink(self):
        made = funnel_limits([10] * 20, [100] * 20, overdispersion="multiplicative", limits="approximate")

        assert made.phi == pytest.approx(0, abs=1e-12)
        assert made.limits[0.95].upper == pytest.approx(made.unadjusted[0.95].upper)

    def test_fewer_than_ten_units_have_no_phi(self):
        made = funnel_limits([1, 30, 9], [50, 50, 50], overdispersion="additive")

        assert np.isnan(made.phi)
        assert made.warnings == ("few_units",)
        assert made.limits is made.unadjusted

    def test_ten_units_have_one(self):
        assert not np.isnan(funnel_limits([9] * 10, [50] * 10, overdispersion="additive").phi)


class TestTraps:
    def test_units_without_cases_leave_before_the_target(self):
        made = funnel_limits([5, 0, np.nan, 15], [100, 0, 50, 100])

        assert made.target == 0.1
        assert np.isnan(made.points.rate[[1, 2]]).all()
        assert np.isnan(made.limits[0.95].upper[[1, 2]]).all()
        assert made.points.flag[[1, 2]].tolist() == [0, 0]
        assert "no_cases" in made.warnings

    def test_the_angle_does_not_fold_back(self):
        made = funnel_limits([0, 1, 20], [3, 5, 1000], limits="approximate", at=[1, 2, 5, 1000])

        assert (made.curve[0.998].lower[:3] == 0).all()
        assert (np.diff(made.curve[0.998].upper) <= 0).all()
        high = funnel_limits([3, 999], [3, 1000], limits="approximate", at=[1, 3])
        assert (high.curve[0.998].upper == 1).all()

    def test_a_root_below_zero_is_not_squared_upwards(self):
        made = funnel_limits(
            [0, 3], [0.3, 2.5], kind="standardised_ratio", transform="sqrt", limits="approximate"
        )

        assert made.limits[0.95].lower[0] == 0
        assert made.limits[0.95].lower[1] == pytest.approx((1 - 1.959964 / (2 * np.sqrt(2.5))) ** 2)

    def test_no_events_on_a_log_scale(self):
        made = funnel_limits([0, 4, 9], [3.0, 4.0, 8.0], kind="standardised_ratio")

        assert np.isfinite(made.points.z).all()
        assert made.points.z[0] == pytest.approx(np.log(0.5 / 3) * np.sqrt(3))
        assert made.warnings == ("zero_events",)
        assert made.limits[0.95].flag.tolist() == [0, 0, 0]  # with three expected, 5 % have none

    def test_all_succeeded(self):
        made = funnel_limits([10, 10, 960], [10, 10, 980])

        assert made.points.flag[:2].tolist() == [0, 0]
        assert made.limits[0.998].upper[0] == 1

    def test_everyone_succeeded_or_no_one_did(self):
        for top in ([10, 20], [0, 0]):
            made = funnel_limits(top, [10, 20], limits="approximate")
            assert made.points.flag.tolist() == [0, 0]
            assert np.isfinite(made.points.z).all()

    def test_less_than_one_expected(self):
        made = funnel_limits([0, 1, 2], [0.2, 0.2, 0.2], kind="standardised_ratio", limits="midp")

        assert made.limits[0.95].flag.tolist() == [0, 0, 1]
        assert (made.limits[0.95].lower == 0).all()

    def test_approximate_limits_of_small_numbers_are_warned_of(self):
        assert "small_expected" in funnel_limits([1, 2], [40, 40], limits="approximate").warnings
        assert "small_expected" not in funnel_limits([10, 20], [40, 40], limits="approximate").warnings
        assert "small_expected" not in funnel_limits([1, 2], [40, 40]).warnings

    @pytest.mark.parametrize(
        ("arguments", "options", "words"),
        [
            (([5], [3]), {}, "row 0 has 5 of 3"),
            (([1, -2], [3, 3]), {}, "must lie between 0 and .*; row 1 has -2"),
            (([1.5], [3]), {}, "`numerator` is a whole number"),
            (([1], [3.5]), {}, "`denominator` is a whole number"),
            (([1], [np.inf]), {"kind": "rate"}, "finite"),
            (([0, 0], [0, 0]), {}, "No unit has any cases"),
            (([1], [3]), {"kind": "PR"}, "not 'PR'"),
            (([1], [3]), {"transform": "cube"}, "not 'cube'"),
            (([1], [3]), {"limits": "chisq"}, "not 'chisq'"),
            (([1], [3]), {"kind": "count_ratio", "limits": "exact"}, "approximate limits only"),
            (([1], [3]), {"overdispersion": "yes"}, "not 'yes'"),
            (([1], [3]), {"levels": (95,)}, "`levels` must lie between 0 and 1, and are 95"),
            (([1], [3]), {"target": "best"}, "it is 'best'"),
            (([1], [3]), {"target": "leave_one_out"}, "at least two units"),
            (([1, 2], [3, 3]), {"target": "leave_one_out", "at": [5]}, "no lines for `at`"),
            (([0, 0], [3, 3]), {"kind": "rate"}, "target of 0 has no place on a log scale"),
        ],
    )
    def test_impossible_input_is_refused_with_a_sentence(self, arguments, options, words):
        with pytest.raises(ValueError, match=words):
            funnel_limits(*arguments, **options)


class TestProperties:
    @steady(15)
    @given(st.permutations(range(12)), st.sampled_from(["additive", "multiplicative", "none"]))
    def test_the_order_of_units_does_not_matter(self, order, overdispersion):
        rng = np.random.default_rng(9)
        n = rng.integers(50, 900, 12)
        top = rng.binomial(n, 0.2)
        order = list(order)
        plain = funnel_limits(top, n, overdispersion=overdispersion)
        shuffled = funnel_limits(top[order], n[order], overdispersion=overdispersion)

        assert shuffled.limits[0.95].upper == pytest.approx(plain.limits[0.95].upper[order])
        assert shuffled.points.flag.tolist() == plain.points.flag[order].tolist()

    def test_wider_levels_and_smaller_units_have_wider_limits(self):
        made = funnel_limits([50] * 3, [500] * 3, at=np.arange(20, 2000, 20), limits="midp")

        for inner, outer in ((made.curve[0.95], made.curve[0.998]),):
            assert (outer.lower <= inner.lower).all()
            assert (outer.upper >= inner.upper).all()
        assert made.curve[0.95].upper[0] > made.curve[0.95].upper[-1]

    def test_a_figure_can_be_made_again_from_what_it_says_of_itself(self):
        first = funnel_limits(
            [20, 35, 60] * 4, [100, 200, 300] * 4, overdispersion="additive", consistent=True
        )
        options = dict(first.parameters)
        options["transform"] = "log" if options["transform"] == "arcsine" else options["transform"]
        again = funnel_limits(first.points.numerator, first.points.denominator, **options)

        assert again.limits[0.95].upper.tolist() == first.limits[0.95].upper.tolist()
        assert first.method == "funnel/1"

    def test_columns_are_ready_for_a_table(self):
        made = funnel_limits([20, 35], [100, 200])

        assert {len(column) for column in made.points.columns().values()} == {2}


@pytest.mark.slow
class TestFalseAlarms:
    """How many units lie outside when nothing is amiss."""

    REPEATS = 300

    def outside(self, seed, make, **options):
        rng = np.random.default_rng(seed)
        shares, expected = [], []
        for _ in range(self.REPEATS):
            made = funnel_limits(*make(rng), levels=(0.95,), **options)
            shares.append(np.mean(made.limits[0.95].flag != 0))
            expected.append(made.expected_outside[0.95])
        return np.mean(shares), np.mean(expected), np.std(shares) / np.sqrt(self.REPEATS)

    @staticmethod
    def ratios(sd):
        def make(rng):
            expected = rng.uniform(40, 300, 60)
            return rng.poisson(expected * np.exp(rng.normal(0, sd, 60))), expected

        return make

    @pytest.mark.parametrize(
        ("options", "share"),
        [
            ({}, 0.109),
            ({"trim_by": 0.05}, 0.075),
            ({"trim": "none"}, 0.049),
            ({"trim": "truncate"}, 0.18),
            ({"consistent": True}, 0.057),
        ],
    )
    @pytest.mark.parametrize("transform", ["log", "sqrt"])
    def test_trimming_narrows_adjusted_limits_and_the_result_says_by_how_much(
        self, options, share, transform
    ):
        found, said, error = self.outside(
            21,
            self.ratios(0.2),
            kind="standardised_ratio",
            transform=transform,
            overdispersion="additive",
            **options,
        )

        assert found == pytest.approx(share, abs=4 * error)
        assert said == pytest.approx(found, abs=0.02)

    def test_adjusting_by_a_consistent_phi_does_little_where_there_is_no_overdispersion(self):
        found, _, error = self.outside(
            22, self.ratios(0.0), kind="standardised_ratio", overdispersion="additive", consistent=True
        )

        assert found == pytest.approx(0.040, abs=4 * error)

    @pytest.mark.parametrize("limits", ["exact", "midp", "approximate"])
    def test_unadjusted_limits_without_overdispersion(self, limits):
        found, said, error = self.outside(23, self.ratios(0.0), kind="standardised_ratio", limits=limits)

        assert found == pytest.approx(said, abs=4 * error)
        assert found == pytest.approx(0.05, abs=0.006)

    @pytest.mark.parametrize("target", [1.0, 0.3])
    def test_ratios_of_two_counts_keep_their_level_at_every_target(self, target):
        # Peers' limits leave 48 % (at 1) to 64 % (at 0.3) of units outside.
        def make(rng):
            size = rng.uniform(30, 300, 60)
            return rng.poisson(size * target), rng.poisson(size)

        found, _, error = self.outside(25, make, kind="count_ratio")

        assert found == pytest.approx(0.05, abs=0.008 + 4 * error)
