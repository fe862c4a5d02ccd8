"""The same as docs/reference/statistics.md."""

from collections.abc import Iterable, Sequence

from matneo.monitoring import proof


def text() -> str:
    """The whole page in Markdown; written from content and tables, never by hand."""
    return "\n".join(
        [
            "# How we know the numbers are right",
            "",
            "Written by `matneo write-proof` from the runs that tests repeat. The product shows the same under /method/proof/.",
            "",
            "## Compared with established programs",
            "Every case of a method was asked of our public functions too. The last column bounds the largest difference:"
            " |ours − theirs| over |theirs|, or over 1 where that is less. Looser bounds are those of programs that search"
            " or simulate. The vectors and the versions stand in `tests/reference`; `matneo verify-statistics DIR` runs"
            " any others of the same kinds.",
            "",
            *_table(
                ("method", "reference program", "cases", "largest difference below"),
                ((c.words, c.reference, f"{c.cases}", f"{c.bound:.0e}") for c in _compared()),
            ),
            "",
            "## How often a steady chart is marked",
            "Shares of simulated steady series (40,000 a length, independent normal values, limits from the same points) of"
            " which a rule set marks any point, and the last point. The table in `matneo.stats.false_alarm_table` has more"
            " lengths and every rule; `matneo.stats.false_alarms` simulates it again.",
            "",
            *_table(
                (
                    "rule set",
                    *(f"any, {n} points" for n in proof.SHOWN_LENGTHS),
                    *(f"last, {n} points" for n in proof.SHOWN_LENGTHS),
                ),
                (
                    (f.profile, *(f"{s:.0%}" for s in f.any), *(f"{s:.1%}" for s in f.last))
                    for f in proof.false_alarms()
                ),
            ),
            "",
            "## Where we differ from others on purpose",
            *(
                f"* **{d.subject}.** Others: {d.theirs} Ours: {d.ours} Why: {d.why}"
                for d in proof.differences()
            ),
            "",
        ]
    )


def _compared() -> Iterable[proof.Compared]:
    proof.compared.cache_clear()  # the content may have been written a moment ago
    return proof.compared()


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]
