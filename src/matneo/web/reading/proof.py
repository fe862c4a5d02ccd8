"""How we know the numbers are right."""

from dataclasses import dataclass

from matneo.monitoring import proof as content
from matneo.web.pages import Crumb, Page
from matneo.web.render import render


@dataclass(frozen=True, kw_only=True)
class ProofPage(Page):
    cases: int
    methods: tuple[tuple[str, str, int, str], ...]
    lengths: tuple[int, ...]
    alarms: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]
    differences: tuple[content.Difference, ...]


def proof(request):
    compared = content.compared()
    page = ProofPage(
        title="How we know the numbers are right",
        crumbs=(Crumb("How we count", "/method/"),),
        lead="Our statistics are asked what established programs were asked, and give the same answers.",
        cases=sum(line.cases for line in compared),
        methods=tuple((c.words, c.reference, c.cases, _bound(c.bound)) for c in compared),
        lengths=content.SHOWN_LENGTHS,
        alarms=tuple(
            (f.profile, f.words, tuple(f"{s:.0%}" for s in f.any), tuple(f"{s:.1%}" for s in f.last))
            for f in content.false_alarms()
        ),
        differences=content.differences(),
        visible_to="Everyone.",
        fresh="Repeated by the tests of every version.",
    )
    return render(request, "pages/proof.jinja", page)


def _bound(bound: float) -> str:
    """1e-09 as people read it: the ninth digit."""
    digits = f"{bound:.0e}".partition("e-")[2].lstrip("0")
    return f"{digits} digits"
