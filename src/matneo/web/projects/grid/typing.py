"""What somebody typed into a month, made into cells: only what differs from what the person saw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from matneo.submissions.cells import UNSAID, Cell, CellState, NotKept, TypedIn, Unsaid
from matneo.web.projects.grid.sources import Source

LONGEST = 40  # characters of a cell: more is no count


@dataclass(frozen=True)
class Given:
    """One row as it was sent: what was typed, what stood there before, and the value that was seen."""

    numerator: str = ""
    denominator: str = ""
    was: tuple[str, str] = ("", "")
    state: str = ""  # "" | not_collected | cleared
    seen: int | Unsaid | None = UNSAID


def shown(count: float | None) -> str:
    """A count as an input holds it."""
    return "" if count is None else f"{count:.0f}"


def carried(source: Source, sources: Mapping[int, Source], given: Mapping[int, Given]) -> str | None:
    """The denominator that another row holds, "" where that row is empty; None where this row has its own."""
    base = sources.get(source.base) if source.base is not None else None
    if base is None:
        return None
    sent = given.get(base.pk)
    if sent is not None and sent.state == CellState.NOT_COLLECTED:
        return None
    if base.not_collected and (sent is None or not sent.denominator.strip()):
        return None
    if sent is not None and base.typed and base.base is None:
        return sent.denominator.strip()
    return shown(base.standing[1])


def cells(sources: Sequence[Source], given: Mapping[int, Given]) -> list[tuple[Source, Cell]]:
    """The cells that change, with their rows."""
    by_pk = {source.pk: source for source in sources}
    return [
        (source, cell)
        for source in sources
        if source.typed and source.period is not None
        for cell in _cell(source, by_pk, given)
    ]


def _cell(source: Source, sources: Mapping[int, Source], given: Mapping[int, Given]) -> Iterator[Cell]:
    sent = given.get(source.pk) or _follows(source, given)
    if sent is None:
        return
    if sent.state in (CellState.NOT_COLLECTED, CellState.CLEARED):
        yield _made(source, sent, state=sent.state)
        return
    held = carried(source, sources, given)
    top, bottom = sent.numerator.strip()[:LONGEST], sent.denominator.strip()[:LONGEST]
    if held is not None:
        bottom = held[:LONGEST] if top else ""
    if (top, bottom) == sent.was:
        return
    if not top and not bottom:
        yield _made(source, sent, state=CellState.CLEARED)
    else:
        yield _made(source, sent, top, bottom)


def _follows(source: Source, given: Mapping[int, Given]) -> Given | None:
    """A row whose denominator another row holds is typed again with it, where it stands."""
    if source.base not in given or source.now is None or source.now.numerator is None:
        return None
    was = (shown(source.now.numerator), shown(source.now.denominator))
    return Given(was[0], was[1], was, seen=source.now.value)


def _made(
    source: Source, sent: Given, top: str = "", bottom: str = "", state: str = CellState.VALUED
) -> Cell:
    assert source.period is not None, "a row without a period has no cell"
    return Cell(
        source.definition.id,
        source.subject,
        source.period.kind,
        source.period.start,
        top or None,
        bottom or None,
        state,
        sent.seen,
    )


def refused(changed: Sequence[tuple[Source, Cell]], answer: TypedIn) -> dict[int, NotKept]:
    """What was not kept, by row."""
    rows = {cell.key: source.pk for source, cell in changed}
    return {rows[not_kept.cell.key]: not_kept for not_kept in answer.refused}


def waiting(
    rows: Sequence[tuple[Source, Cell]], sources: Sequence[Source], given: Mapping[int, Given]
) -> dict[int, NotKept]:
    """Rows that cannot be kept before the row that holds their denominator is. Of one that nobody typed into nothing is
    said: it stands as it stood."""
    names = {source.pk: source.definition.short_name for source in sources}
    return {
        source.pk: NotKept(
            cell,
            f"{source.definition.short_name}: it is counted out of what “{names[source.base]}” says, which is not kept yet. "
            "Settle that row first, then save again.",
        )
        for source, cell in rows
        if source.base is not None
        and (sent := given.get(source.pk)) is not None
        and sent.numerator.strip() != sent.was[0]
    }
