"""Hiding cells: by hand, by an intruder who tries every table, and on random tables with margins and hierarchies."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matneo.stats import _feasible
from matneo.stats.suppression import NotReleasable, audit_suppression, suppress
from matneo.stats.table_structure import crossed, hierarchy, totals

properties = settings(derandomize=True, max_examples=8, deadline=None)
inner = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(0, 30))
)


def with_totals(table):
    """Totals put last along every axis."""
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def margins(table):
    return crossed(*map(totals, table.shape))


class TestStructure:
    def test_a_list_with_a_total(self):
        assert totals(4).tolist() == [[1, 1, 1, -1]]

    def test_trusts_collaboratives_and_england(self):
        # Two trusts of one collaborative (place 3), one of another (4), both of England (5).
        rows = hierarchy([3, 3, 4, 5, 5, -1])

        assert (rows @ [10, 20, 7, 30, 7, 37] == 0).all()
        assert len(rows) == 3

    def test_crossed_axes_tie_every_line_of_the_table(self):
        table = with_totals(np.arange(12).reshape(3, 4))

        assert (crossed(totals(4), totals(5)) @ table.ravel() == 0).all()
        assert len(crossed(totals(4), totals(5))) == 5 + 4

    def test_an_axis_without_totals(self):
        assert (crossed(np.zeros((0, 2)), totals(3)) @ [1, 2, 3, 4, 5, 9] == 0).all()

    def test_nobody_is_their_own_parent(self):
        with pytest.raises(ValueError, match="another entry"):
            hierarchy([0, -1])


class TestByHand:
    def test_one_small_cell_takes_the_smallest_other_with_it(self):
        found = suppress([4, 30, 12, 46], threshold=5, constraints=totals(4), zeros="shown")

        assert found.primary.tolist() == [True, False, False, False]
        assert found.secondary.tolist() == [False, False, True, False]
        assert found.audit.lower[0] == 0
        assert found.audit.upper[0] == 16  # 46 - 30 between the two

    def test_two_small_cells_that_together_are_small_need_a_third(self):
        # 1 + 2 = 3 can be worked out from the total: both are known within 0 to 3.
        found = suppress([1, 2, 40, 50, 93], threshold=5, constraints=totals(5), zeros="shown")

        assert found.hidden.sum() == 3
        assert found.audit.safe

    def test_in_a_table_with_margins_four_corners_hide_one_another(self):
        table = with_totals(np.array([[20, 3], [15, 18]]))
        found = suppress(table, threshold=5, constraints=margins(table), zeros="shown")

        assert found.hidden[:2, :2].all()
        assert not found.hidden[2].any()
        assert found.audit.upper[0, 1] == 21  # the total of its column

    def test_a_ring_of_hidden_cells_is_seen_through_where_no_row_is(self):
        # Two small cells and their companions make a ring 2-10, 10-2, 10-10: every row and column hides two, 12 or more
        # together, and still the ring turns by no more than 2 one way and 2 the other.
        table = with_totals(np.array([[2, 10, 50], [50, 10, 2], [10, 50, 10]]))
        ring = (table[:3, :3] < 50).nonzero()
        hidden = np.zeros((4, 4), bool)
        hidden[ring] = True
        seen = audit_suppression(table, hidden, threshold=5, constraints=margins(table))
        found = suppress(table, threshold=5, constraints=margins(table), zeros="shown")

        assert (seen.upper - seen.lower)[hidden].tolist() == [4] * 6
        assert not seen.safe
        assert found.hidden[ring].all()
        assert found.hidden.sum() > 6
        assert found.audit.safe

    def test_nothing_small_hides_nothing(self):
        found = suppress([10, 20, 30], threshold=5, constraints=totals(3), zeros="shown")

        assert not found.hidden.any()
        assert found.shown.tolist() == [10, 20, 30]

    def test_zeros_are_a_decision(self):
        shown = suppress([0, 20, 30, 50], threshold=5, constraints=totals(4), zeros="shown")
        hidden = suppress([0, 20, 30, 50], threshold=5, constraints=totals(4), zeros="hidden")

        assert not shown.hidden.any()
        assert hidden.primary.tolist() == [True, False, False, False]
        with pytest.raises(TypeError, match="zeros"):
            suppress([0, 20, 20], threshold=5, constraints=totals(3))
        with pytest.raises(ValueError, match="not 'maybe'"):
            suppress([0, 20, 20], threshold=5, constraints=totals(3), zeros="maybe")

    def test_a_small_rest_is_hidden_too(self):
        # 48 of 50: two are not among them.
        found = suppress(
            [48, 20, 30, 98],
            threshold=5,
            constraints=totals(4),
            zeros="shown",
            denominators=[50, 60, 70, 180],
        )

        assert found.primary.tolist() == [True, False, False, False]
        assert found.audit.safe

    def test_small_denominators_hide_with_their_counts(self):
        found = suppress(
            [2, 20, 30, 52], threshold=5, constraints=totals(4), zeros="shown", denominators=[3, 60, 70, 133]
        )

        assert np.isnan(found.denominators).tolist()[0]
        assert np.isnan(found.denominators).sum() >= 2  # 3 = 133 - 60 - 70 otherwise
        assert np.isnan(found.shown[0])

    def test_everybody_is_hidden_where_zeros_are(self):
        arguments = {"threshold": 5, "constraints": totals(3), "denominators": [20, 50, 70]}

        assert suppress([20, 30, 50], zeros="hidden", **arguments).primary[0]
        assert not suppress([20, 30, 50], zeros="shown", **arguments).hidden.any()

    def test_a_hierarchy_is_protected_at_every_level(self):
        # The trust with 3 hides with its neighbour; the only trust of the second collaborative is the collaborative.
        counts = [3, 40, 20, 43, 20, 63]
        found = suppress(counts, threshold=5, constraints=hierarchy([3, 3, 4, 5, 5, -1]), zeros="shown")

        assert found.hidden.tolist() == [True, True, False, False, False, False]

    def test_an_only_child_takes_its_parent_along(self):
        counts = [30, 40, 3, 70, 3, 73]
        found = suppress(counts, threshold=5, constraints=hierarchy([3, 3, 4, 5, 5, -1]), zeros="shown")

        assert found.hidden[2]
        assert found.hidden[4]
        assert found.audit.safe


class TestFailsClosed:
    def test_a_published_total_and_a_published_neighbour_leave_nothing_to_hide(self):
        with pytest.raises(NotReleasable, match="no cell is left"):
            suppress(
                [4, 30, 34], threshold=5, constraints=totals(3), zeros="shown", published=[False, True, True]
            )

    def test_a_small_cell_that_is_out_already_is_said(self):
        with pytest.raises(NotReleasable, match="Cell 0 should be hidden and has been published"):
            suppress(
                [4, 30, 34], threshold=5, constraints=totals(3), zeros="shown", published=[True, False, False]
            )

    def test_a_solver_that_gives_no_answer_releases_nothing(self, monkeypatch):
        class Nothing:
            status, message = 1, "time limit"

        monkeypatch.setattr(_feasible, "_programme", lambda *_, **__: Nothing())

        with pytest.raises(NotReleasable, match="time limit"):
            suppress([4, 30, 34], threshold=5, constraints=totals(3), zeros="shown")

    def test_a_published_total_is_worked_around(self):
        found = suppress(
            [4, 30, 12, 46],
            threshold=5,
            constraints=totals(4),
            zeros="shown",
            published=[False, False, True, True],
        )

        assert found.hidden.tolist() == [True, True, False, False]

    @pytest.mark.parametrize(
        ("counts", "options", "words"),
        [
            ([4, 30, 35], {}, "does not add up"),
            ([4, 30, np.nan], {}, "count in every cell"),
            ([4, 30], {}, "tie 3 cells, and the table has 2"),
            ([4, 30, 34], {"denominators": [3, 40, 43]}, "none may be above it"),
            ([4, 30, 34], {"threshold": 1}, "at least 2, and is"),
            ([4, 30, 34], {"published": [True]}, "published cells are 1"),
        ],
    )
    def test_a_table_that_is_none_gets_a_sentence(self, counts, options, words):
        with pytest.raises(ValueError, match=words):
            suppress(counts, **{"threshold": 5, "constraints": totals(3), "zeros": "shown"} | options)


class TestAudit:
    def test_primary_suppression_alone_is_undone_by_a_subtraction(self):
        found = audit_suppression([4, 30, 34], [True, False, False], threshold=5, constraints=totals(3))

        assert (found.lower[0], found.upper[0], found.safe) == (4, 4, False)
        assert found.too_narrow.tolist() == [True, False, False]

    def test_a_rectangle_of_zeros_gives_itself_away(self):
        # Hidden: both cells of a row that adds up to 3. Each is between 0 and 3.
        table = with_totals(np.array([[3, 0], [20, 30]]))
        hidden = np.zeros((3, 3), bool)
        hidden[:2, :2] = True
        found = audit_suppression(table, hidden, threshold=5, constraints=margins(table))

        assert found.upper[0].tolist() == [3, 3, 3]
        assert not found.safe

    def test_a_known_denominator_narrows(self):
        hidden = [True, True, False]
        plain = audit_suppression([4, 40, 44], hidden, threshold=5, constraints=totals(3))
        known = audit_suppression(
            [4, 40, 44], hidden, threshold=5, constraints=totals(3), denominators=[6, 50, 56]
        )

        assert plain.upper[0] == 44
        assert (known.lower[0], known.upper[0]) == (0, 6)
        assert (known.lower[1], known.upper[1]) == (38, 44)

    def test_a_hidden_total_has_no_upper_end(self):
        found = audit_suppression([4, 40, 44], [True, False, True], threshold=5, constraints=totals(3))

        assert (found.lower[2], found.upper[2]) == (40, np.inf)

    def test_whole_numbers_narrow_what_fractions_leave_open(self):
        # x + y + w = 6, y + z + w = 6, x + z + w = 7: fractions allow w = 0 (x 3.5, y 2.5, z 3.5). Added up they say
        # 2 (x + y + z) + 3 w = 19, so in whole numbers w is odd, and at least 1.
        ties = [[1, 1, 0, 1, -1, 0, 0], [0, 1, 1, 1, 0, -1, 0], [1, 0, 1, 1, 0, 0, -1]]
        counts = [3, 2, 3, 1, 6, 6, 7]
        hidden = [True, True, True, True, False, False, False]
        found = audit_suppression(counts, hidden, threshold=5, constraints=ties)
        whole = [
            cells
            for cells in product(range(8), repeat=4)
            if [
                cells[0] + cells[1] + cells[3],
                cells[1] + cells[2] + cells[3],
                cells[0] + cells[2] + cells[3],
            ]
            == [6, 6, 7]
        ]

        assert found.lower[3] == 1
        assert found.lower[:4].tolist() == np.min(whole, axis=0).tolist()
        assert found.upper[:4].tolist() == np.max(whole, axis=0).tolist()


def intruder(table, hidden, at_most):
    """Smallest and largest value of every hidden cell over all 2 x 2 tables that fit what is shown, one by one."""
    choices = [np.arange(at_most + 1) if hidden[cell] else [table[cell]] for cell in np.ndindex(2, 2)]
    cells = np.stack(np.meshgrid(*choices, indexing="ij"), axis=-1).reshape(-1, 2, 2)
    rows, columns, whole = cells.sum(axis=2), cells.sum(axis=1), cells.sum(axis=(1, 2))
    fits = np.ones(len(cells), bool)
    for place in range(2):
        fits &= hidden[place, 2] | (rows[:, place] == table[place, 2])
        fits &= hidden[2, place] | (columns[:, place] == table[2, place])
    fits &= hidden[2, 2] | (whole == table[2, 2])
    return cells[fits].min(axis=0), cells[fits].max(axis=0)


@settings(derandomize=True, max_examples=6, deadline=None)
@given(arrays(np.int64, (2, 2), elements=st.integers(0, 9)), st.sampled_from(["shown", "hidden"]))
def test_an_intruder_who_tries_every_table_finds_the_same_ranges(cells, zeros):
    table = with_totals(cells)
    found = suppress(table, threshold=3, constraints=margins(table), zeros=zeros)
    most = 19
    low, high = intruder(table, found.hidden, most)

    assert (found.audit.lower[:2, :2] == low).all()
    assert (np.minimum(found.audit.upper[:2, :2], most) == high).all()


@properties
@given(inner, st.integers(2, 8), st.sampled_from(["shown", "hidden"]))
def test_what_is_released_satisfies_the_audit(cells, threshold, zeros):
    table = with_totals(cells)
    found = suppress(table, threshold=threshold, constraints=margins(table), zeros=zeros)
    again = audit_suppression(table, found.hidden, threshold=threshold, constraints=margins(table))

    assert again.safe
    assert found.audit.safe
    assert ((again.upper - again.lower)[found.hidden] >= threshold).all()
    assert ((again.lower <= table) & (table <= again.upper)).all()
    small = (table < threshold) & ((table > 0) | (zeros == "hidden"))
    assert (found.primary == small).all()
    assert not (found.primary & found.secondary).any()
    assert (found.hidden == np.isnan(found.shown)).all()
    assert (found.shown[~found.hidden] == table[~found.hidden]).all()


@properties
@given(
    arrays(np.int64, (5, 3), elements=st.integers(0, 40)),
    arrays(np.int64, (5, 3), elements=st.integers(0, 60)),
)
def test_hierarchies_with_denominators_are_safe_too(cells, more):
    parent = [5, 5, 6, 6, 6, 7, 7, -1]

    def up(trusts):
        pairs = np.array([trusts[:2].sum(axis=0), trusts[2:].sum(axis=0)])
        tree = np.vstack([trusts, pairs, pairs.sum(axis=0)])
        return np.column_stack([tree, tree.sum(axis=1)])

    counts, people = up(cells), up(cells + more)
    ties = crossed(hierarchy(parent), totals(4))
    found = suppress(counts, threshold=5, constraints=ties, zeros="shown", denominators=people)

    assert found.audit.safe
    rest = people - counts
    assert found.primary[((counts > 0) & (counts < 5)) | ((rest > 0) & (rest < 5))].all()
    for values, shown in ((counts, found.shown), (people, found.denominators)):
        assert (shown[~np.isnan(shown)] == values[~np.isnan(shown)]).all()
        assert not ((shown > 0) & (shown < 5)).any()
    if not np.isnan(found.denominators).any():
        assert audit_suppression(
            counts, found.hidden, threshold=5, constraints=ties, denominators=people
        ).safe


@properties
@given(inner, st.permutations([0, 1]))
def test_turning_the_table_changes_nothing_that_matters(cells, axes):
    table = with_totals(cells)
    one = suppress(table, threshold=5, constraints=margins(table), zeros="shown")
    other = suppress(
        table.transpose(axes), threshold=5, constraints=margins(table.transpose(axes)), zeros="shown"
    )

    assert (other.primary == one.primary.transpose(axes)).all()
    assert other.audit.safe


@pytest.mark.slow
def test_a_national_table_is_protected_in_seconds():
    random = np.random.default_rng(3)
    trusts, collaboratives = 130, 15
    base = random.poisson([2, 8, 15, 40, 100], (trusts, 5))
    of = np.arange(trusts) % collaboratives
    pairs = np.array([base[of == one].sum(axis=0) for one in range(collaboratives)])
    tree = np.vstack([base, pairs, pairs.sum(axis=0)])
    table = np.column_stack([tree, tree.sum(axis=1)])
    parent = [*(trusts + of), *[trusts + collaboratives] * collaboratives, -1]
    found = suppress(table, threshold=5, constraints=crossed(hierarchy(parent), totals(6)), zeros="shown")

    assert found.audit.safe
    assert found.secondary.sum() < 1.5 * found.primary.sum()
