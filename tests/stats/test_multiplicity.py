"""Adjusted p-values and the attention budget: by hand, and as SciPy answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matneo.stats.attention import expected_false_share, expected_false_signals, share_attention
from matneo.stats.multiplicity import adjust_p_values

proven = settings(derandomize=True, max_examples=25, deadline=None)
p_values = st.integers(1, 60).flatmap(
    lambda n: arrays(float, n, elements=st.integers(0, 200).map(lambda x: x / 200))
)


class TestByHand:
    def test_benjamini_hochberg(self):
        # Sorted 0.01 0.02 0.03 0.2 of 4: 0.04, 0.04, 0.04, 0.2 (each the lowest of itself and those after it).
        made = adjust_p_values([0.2, 0.03, 0.01, 0.02], level=0.05)

        assert made.adjusted == pytest.approx([0.2, 0.04, 0.04, 0.04])
        assert made.rejected.tolist() == [False, True, True, True]

    def test_benjamini_yekutieli_pays_the_harmonic_sum(self):
        assert adjust_p_values([0.01, 0.5], method="by").adjusted == pytest.approx([0.03, 0.75])  # 1 + 1/2

    def test_holm_and_bonferroni(self):
        p = [0.01, 0.02, 0.04]

        assert adjust_p_values(p, method="holm").adjusted == pytest.approx([0.03, 0.04, 0.04])
        assert adjust_p_values(p, method="bonferroni").adjusted == pytest.approx([0.03, 0.06, 0.12])

    def test_a_missing_p_value_is_no_test(self):
        made = adjust_p_values([0.01, np.nan, 0.03])

        assert made.adjusted[[0, 2]] == pytest.approx([0.02, 0.03])
        assert np.isnan(made.adjusted[1])
        assert not made.rejected[1]

    def test_no_tests_give_no_answer(self):
        assert len(adjust_p_values([]).adjusted) == 0

    @pytest.mark.parametrize(
        ("p", "options", "words"),
        [
            ([1.1], {}, "`p_value` is a probability"),
            ([0.1], {"method": "hope"}, "`method` is one of 'bh', 'by', 'holm', 'bonferroni'"),
            ([0.1], {"level": 1}, "`level` must lie between 0 and 1"),
        ],
    )
    def test_impossible_input_gets_a_sentence(self, p, options, words):
        with pytest.raises(ValueError, match=words):
            adjust_p_values(p, **options)


class TestProperties:
    @proven
    @given(p_values, st.sampled_from(["bh", "by"]))
    def test_it_equals_scipy(self, p, method):
        from scipy.stats import false_discovery_control

        np.testing.assert_allclose(
            adjust_p_values(p, method=method).adjusted, false_discovery_control(p, method=method), rtol=1e-13
        )

    @proven
    @given(p_values, st.sampled_from(["bh", "by", "holm", "bonferroni"]))
    def test_order_is_kept_and_nothing_gets_smaller_or_above_one(self, p, method):
        adjusted = adjust_p_values(p, method=method).adjusted
        order = np.argsort(p)

        assert (np.diff(adjusted[order]) >= -1e-15).all()
        assert (adjusted >= p).all()
        assert (adjusted <= 1).all()

    @proven
    @given(p_values, st.sampled_from(["bh", "by", "holm", "bonferroni"]), st.randoms(use_true_random=False))
    def test_the_order_of_tests_does_not_matter(self, p, method, chance):
        mixed = np.array(chance.sample(range(len(p)), len(p)))

        there = adjust_p_values(p[mixed], method=method).adjusted

        np.testing.assert_allclose(there, adjust_p_values(p, method=method).adjusted[mixed])

    @proven
    @given(p_values)
    def test_stricter_promises_adjust_more(self, p):
        bh, by, holm, bonferroni = (
            adjust_p_values(p, method=name).adjusted for name in ("bh", "by", "holm", "bonferroni")
        )

        assert (bh <= by + 1e-15).all()
        assert (bh <= holm + 1e-15).all()
        assert (holm <= bonferroni + 1e-15).all()


class TestAttention:
    def test_an_audience_shares_its_budget(self):
        budget = share_attention(["nation"] * 4 + ["trust"] * 2, {"nation": 0.5, "trust": 0.25})

        assert budget.charts.target_arl.tolist() == [8, 8, 8, 8, 8, 8]
        assert budget.audiences.audience.tolist() == ["nation", "trust"]
        assert budget.audiences.charts.tolist() == [4, 2]
        assert budget.audiences.budget.tolist() == [0.5, 0.25]

    def test_graver_harm_may_err_more_often(self):
        made = share_attention(["A", "A", "A"], {"A": 0.4}, weights=[2, 1, 1]).charts

        assert made.false_signals.tolist() == pytest.approx([0.2, 0.1, 0.1])
        assert made.target_arl.tolist() == pytest.approx([5, 10, 10])

    def test_three_sigma_and_run_rules_on_six_thousand_charts(self):
        assert expected_false_signals([90.0] * 6000) == pytest.approx(66.7, abs=0.1)

    def test_charts_by_birth_are_counted_in_months(self):
        # An average run length of 30,000 births, 500 births a month: once in 60 months.
        assert expected_false_signals([30_000.0], periods_per_month=500) == pytest.approx(1 / 60)

    def test_a_chart_without_limits_adds_nothing(self):
        assert expected_false_signals([np.inf, 50.0]) == pytest.approx(0.02)

    def test_the_share_of_signals_that_chance_would_bring(self):
        assert expected_false_share(15, 12) == pytest.approx(0.8)
        assert expected_false_share(3, 12) == 1
        assert np.isnan(expected_false_share(0, 12))

    @pytest.mark.parametrize(
        ("audience", "budget", "options", "words"),
        [
            (["A", "B"], {"A": 1}, {}, "no attention budget for B"),
            (["A"], {"A": 0}, {}, "`budget of A` must be above 0"),
            (["A"], {"A": 2}, {}, "more than one false signal a month from one chart; .*row 0 has 2"),
            (["A"], {"A": 1}, {"weights": [0]}, "`weights` must be above zero"),
        ],
    )
    def test_impossible_budgets_get_a_sentence(self, audience, budget, options, words):
        with pytest.raises(ValueError, match=words):
            share_attention(audience, budget, **options)

    @proven
    @given(st.lists(st.tuples(st.sampled_from("ABC"), st.floats(0.1, 10)), min_size=3, max_size=50))
    def test_run_lengths_spend_the_budget_exactly(self, charts):
        names, weights = np.array([name for name, _ in charts]), [weight for _, weight in charts]
        budget = {"A": 0.9, "B": 0.5, "C": 0.1}

        made = share_attention(names, budget, weights=weights).charts

        for name in set(names.tolist()):
            assert expected_false_signals(made.target_arl[names == name]) == pytest.approx(budget[name])


@pytest.mark.slow
def test_of_the_rejected_at_most_the_promised_share_is_false():
    chance = np.random.default_rng(61)
    shares = []
    for _ in range(400):
        true = np.arange(200) < 150
        p = np.where(true, chance.random(200), chance.random(200) ** 12)
        rejected = adjust_p_values(p, level=0.1).rejected
        shares.append((rejected & true).sum() / max(rejected.sum(), 1))

    # Benjamini and Hochberg: exactly level x share of true nulls where tests are independent.
    assert abs(np.mean(shares) - 0.1 * 0.75) < 4 * np.std(shares) / np.sqrt(len(shares))
