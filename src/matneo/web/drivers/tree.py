"""One tree for picture and outline: every node with its reading, its tests and its words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matneo.charts.living import HEADINGS
from matneo.improvement import evidence
from matneo.improvement.evidence import Counts, Experience, Standing
from matneo.library import catalogue
from matneo.library.schema import Driver, Idea, Package
from matneo.measures import collected
from matneo.web.drivers.readings import Reading

NOTHING = Counts()


@dataclass(frozen=True)
class Door:
    """The way from a clinical priority of the national diagram to the diagram of its change package."""

    key: str
    href: str
    name: str
    note: str


@dataclass(frozen=True)
class Spot:
    """One node. `kind` is aim, primary, secondary or idea; `page` the address of its own page; `differs` how a team's own
    diagram departs from the national one, and `national` the words it has there."""

    key: str
    kind: str
    label: str
    name: str
    short: str
    page: str
    text: str = ""
    reading: Reading | None = None
    missing: str = ""
    counts: Counts = NOTHING
    home: str = ""  # of a primary driver: what it serves first
    also: tuple[str, ...] = ()
    differs: str = ""
    national: str = ""
    below: tuple["Spot", ...] = ()
    cited: str = ""  # its number in the library, where the key is another
    # None where it can be tested here; else in words where it is, or blank where that is said above it.
    elsewhere: str | None = None
    door: Door | None = None
    alone: bool = False  # on the diagram of one team: to say "in 1 team" each time would say nothing

    @property
    def number(self) -> str:
        """What it is cited by, for readers."""
        return self.cited or self.key

    @property
    def tested(self) -> bool:
        return self.counts.tests > 0

    @property
    def solid(self) -> bool:
        """Measured and tested; an idea needs a test only, an aim a measure only."""
        measured = self.reading is not None or self.kind == "idea"
        return measured and (self.tested or self.kind == "aim" or self.elsewhere is not None)

    @property
    def tests(self) -> str:
        if self.tested:
            return counted(self.counts.tests, "test")
        return "no tests" if self.elsewhere is None else ""

    @property
    def teams(self) -> str:
        if self.alone:
            return self.tests
        return counted(self.counts.teams, "team") if self.tested else "no tests"

    @property
    def tried(self) -> str:
        """ "38 tests in 12 teams: 9 adopted, 3 adapted"; of drivers without the outcomes."""
        if not self.tested:
            return self._untested if self.elsewhere is None else self.elsewhere
        words = self.tests if self.alone else f"{self.tests} in {self.teams}"
        return f"{words}: {outcomes(self.counts)}" if self.kind == "idea" else words

    @property
    def _untested(self) -> str:
        if self.alone:
            return "Not tested yet"
        return "No team has tested it yet" if self.kind == "idea" else "Nobody has tested it yet"

    @property
    def measured(self) -> str:
        if self.reading is not None:
            end = "" if self.reading.name.endswith("…") else "."
            return f"{self.reading.name}{end} {self.reading.sentence}"
        return {"no measure": "No measure follows it here", "no figures": "Its measure has no figures here"}.get(self.missing, "")  # fmt: skip

    @property
    def says(self) -> str:
        """The whole of it in words, for who does not see the picture."""
        kind = {"aim": "Aim", "primary": "Primary driver", "secondary": "Secondary driver", "idea": "Change idea"}[self.kind]  # fmt: skip
        called = kind if self.label == kind else f"{kind} {self.label}"
        said = (f"{called}: {self.name}", self.measured, self.tried, self.differs)
        return ". ".join(words.rstrip(".") for words in said if words) + "."


@dataclass(frozen=True)
class Tree:
    """`folded`: so many drivers that those of the open branch alone are drawn."""

    aims: tuple[Spot, ...]
    branches: tuple[Spot, ...]
    headings: tuple[str, str, str, str] = HEADINGS
    folded: bool = False

    def spots(self) -> Iterable[Spot]:
        """Every node, from the aims to the ideas."""
        yield from self.aims
        for spot in self.branches:
            yield from walk(spot)

    def find(self, key: str) -> Spot | None:
        return next((spot for spot in self.spots() if spot.key == key), None)

    def branch_of(self, key: str) -> Spot | None:
        return next((b for b in self.branches if any(s.key == key for s in walk(b))), None)


def walk(spot: Spot) -> Iterable[Spot]:
    yield spot
    for below in spot.below:
        yield from walk(below)


def ideas_under(spot: Spot) -> tuple[Spot, ...]:
    return tuple(s for s in walk(spot) if s.kind == "idea")


def counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def outcomes(counts: Counts) -> str:
    """ "9 adopted, 3 adapted, 2 abandoned"; those that nobody chose are left out."""
    pairs = [(getattr(counts, s.value), "waiting for a result" if s == Standing.WAITING else s.value) for s in Standing]  # fmt: skip
    return ", ".join(f"{number} {words}" for number, words in pairs if number)


def label_of(key: str) -> str:
    """Inside its own package the area's letters say nothing: SFP-S2.1 is S2.1."""
    return key.partition("-")[2] or key


def address_of(key: str) -> str:
    """The page of a driver or an idea in the library."""
    return f"/library/{'ideas' if '-C' in key else 'drivers'}/{key}/"


def read_by(measures: Sequence[str], readings: dict[str, Reading]) -> tuple[Reading | None, str]:
    """The reading of the first measure that is followed at this place, or the words for why there is none."""
    found = next((readings[m] for m in measures if m in readings), None)
    if found is not None:
        return found, ""
    return None, "no figures" if any(m in collected.known() for m in measures) else "no measure"


def measures_of(package: Package) -> frozenset[str]:
    """Every measure that a node of the package may be read by."""
    return frozenset(
        m for item in (*package.aims, *package.drivers) for m in item.measures if m in collected.known()
    )


def national(package: Package, found: Experience, readings: dict[str, Reading]) -> Tree:
    """A package's own tree."""
    branches = [_driver(package, d, found, readings) for d in package.drivers if d.primary]
    return Tree(aims(package, found, readings), tuple(branches))


def aims(package: Package, found: Experience, readings: dict[str, Reading]) -> tuple[Spot, ...]:
    made = []
    for aim in package.aims:
        reading, missing = read_by(aim.measures, readings)
        made.append(
            Spot(
                aim.id,
                "aim",
                "Aim",
                aim.statement,
                aim.short or aim.statement,
                f"/library/{package.id.lower()}/#{aim.id}",
                reading=reading,
                missing=missing,
                counts=found.counts,
            )
        )
    return tuple(made)


def _driver(package: Package, driver: Driver, found: Experience, readings: dict[str, Reading]) -> Spot:
    ideas = tuple(idea(i, found) for i in package.ideas if i.drivers[0] == driver.id)
    secondary = [
        d
        for d, _ in catalogue.served_by(package, driver.id)
        if not d.primary and catalogue.home(d) == driver.id
    ]
    below = tuple(_driver(package, d, found, readings) for d in secondary) if driver.primary else ()
    return replace(spot_of(package, driver, found, readings), below=(*below, *ideas))


def spot_of(package: Package, driver: Driver, found: Experience, readings: dict[str, Reading]) -> Spot:
    """A national driver by itself."""
    branch = {d.id for d in catalogue.branch(package, driver)}
    reading, missing = read_by([m.id for m in catalogue.measures_of(package, driver)], readings)
    mine = found.of_drivers(branch, {i.id for i in catalogue.ideas_of(package, driver)})
    return Spot(
        driver.id,
        "primary" if driver.primary else "secondary",
        label_of(driver.id),
        driver.name,
        driver.label,
        address_of(driver.id),
        reading=reading,
        missing=missing,
        counts=evidence.count(mine),
        home=catalogue.home(driver),
        also=tuple(link.to for link in driver.serves[1:]),
    )


def idea(found_idea: Idea, found: Experience) -> Spot:
    return Spot(
        found_idea.id,
        "idea",
        label_of(found_idea.id),
        found_idea.name,
        found_idea.name,
        address_of(found_idea.id),
        text=found_idea.first_test,
        counts=evidence.count(found.of_idea(found_idea.id)),
        also=found_idea.drivers[1:],
    )
