"""Finding ideas, drivers and measures by words and by kind."""

from dataclasses import dataclass

from matneo.library.catalogue import Catalogue
from matneo.library.schema import Driver, Idea, Measure


@dataclass(frozen=True)
class Wanted:
    """What a reader asks for; an empty field asks for nothing."""

    words: str = ""
    area: str = ""
    concept: str = ""
    effort: str = ""
    equity: bool = False

    @property
    def only_ideas(self) -> bool:
        """Only an idea has a kind of change and an effort."""
        return bool(self.concept or self.effort)

    @property
    def anything(self) -> bool:
        return bool(self.words or self.area or self.concept or self.effort or self.equity)


@dataclass(frozen=True)
class Found:
    ideas: tuple[Idea, ...]
    drivers: tuple[Driver, ...]
    measures: tuple[Measure, ...]


def search(catalogue: Catalogue, wanted: Wanted) -> Found:
    """Whatever holds every word asked for, in the order of the packages."""
    packages = [p for p in catalogue.packages.values() if wanted.area in ("", p.id)]
    ideas = [i for p in packages for i in p.ideas if _idea(catalogue, i, wanted)]
    if wanted.only_ideas:
        return Found(tuple(ideas), (), ())
    drivers = [
        d
        for p in packages
        for d in p.drivers
        if _holds(wanted.words, d.id, d.name, d.equity) and (d.equity or not wanted.equity)
    ]
    measures = [
        m
        for p in packages
        for m in p.measures
        if not wanted.equity and _holds(wanted.words, m.id, m.name, m.why)
    ]
    return Found(tuple(ideas), tuple(drivers), tuple(measures))


def _idea(catalogue: Catalogue, idea: Idea, wanted: Wanted) -> bool:
    concept = catalogue.concepts[idea.concept]
    return (
        wanted.concept in ("", idea.concept)
        and wanted.effort in ("", idea.effort)
        and bool(idea.equity or not wanted.equity)
        and _holds(wanted.words, idea.id, idea.name, idea.text, idea.first_test, idea.equity, concept.name)
    )


def _holds(words: str, *texts: str) -> bool:
    whole = " ".join(texts).casefold()
    return all(word in whole for word in words.casefold().split())
