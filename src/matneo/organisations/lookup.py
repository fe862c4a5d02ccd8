"""From a code in a file to the organisation of today: follows successors, guesses nothing."""

from dataclasses import dataclass

from matneo.organisations.models import Link, Organisation


@dataclass(frozen=True)
class Resolution:
    """What a code stands for. `organisation` is None where nothing can be said; `note` tells why, in a sentence."""

    code: str
    organisation: Organisation | None
    joined_from: tuple[str, ...] = ()
    note: str = ""


class Directory:
    """All organisations and successions, read once: a file of 16,000 rows asks for 400 codes."""

    def __init__(self) -> None:
        self.by_code = {row.code: row for row in Organisation.objects.all()}
        self.successors: dict[str, list[str]] = {}
        links = Link.objects.filter(kind="successor_of").select_related("source", "target")
        for link in links:
            self.successors.setdefault(link.target.code, []).append(link.source.code)

    def resolve(self, code: str) -> Resolution:
        """Follow predecessor to successor until no further step; a split is reported, not guessed."""
        wanted = code.strip().upper()
        if wanted not in self.by_code:
            return Resolution(wanted, None, note=f"{wanted} is not in the register.")
        seen: list[str] = []
        here = wanted
        while here in self.successors:
            following = self.successors[here]
            if len(following) > 1:
                names = " and ".join(sorted(following))
                return Resolution(
                    wanted,
                    None,
                    tuple(seen),
                    f"{here} was split between {names}; its figures cannot be placed.",
                )
            if here in seen:
                return Resolution(
                    wanted, None, tuple(seen), f"{here} is its own successor; mend the register."
                )
            seen.append(here)
            here = following[0]
        note = f"{wanted} joined {here}." if seen else ""
        return Resolution(wanted, self.by_code[here], tuple(seen), note)


def only_sites() -> frozenset[str]:
    """Sites that are the whole of their trust today: what is said of the trust is said of them."""
    return frozenset(whole_of())


def whole_of() -> dict[str, str]:
    """By each such site its trust."""
    links = Link.objects.filter(kind="site_of", end__isnull=True, source__closed__isnull=True)
    sites: dict[str, list[str]] = {}
    for site, trust in links.values_list("source__code", "target__code"):
        sites.setdefault(trust, []).append(site)
    return {of[0]: trust for trust, of in sites.items() if len(of) == 1}


def resolve(code: str) -> Resolution:
    """One code, where a whole directory is not at hand."""
    return Directory().resolve(code)
