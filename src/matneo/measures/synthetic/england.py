"""Invented trusts and sites in collaboratives named by place. Volumes are drawn, never copied from a real trust."""

from dataclasses import dataclass
from datetime import date

import numpy as np

ENGLAND = "DEMO-ENG"
FIRST_MONTH, LAST_MONTH, TODAY = date(2015, 10, 1), date(2025, 10, 1), date(2025, 11, 17)
WAVE_SIZES = (44, 43, 32)

# Collaborative: how many trusts, and the region it lies in.
COLLABORATIVES = {
    "East": (9, "East of England"),
    "East Midlands": (8, "Midlands"),
    "Greater Manchester": (6, "North West"),
    "Kent Surrey Sussex": (9, "South East"),
    "North Central and East London": (9, "London"),
    "North East and North Cumbria": (8, "North East and Yorkshire"),
    "North West Coast": (9, "North West"),
    "North West London": (4, "London"),
    "Oxford and Thames Valley": (5, "South East"),
    "South London": (7, "London"),
    "South West": (7, "South West"),
    "Wessex": (7, "South East"),
    "West Midlands": (12, "Midlands"),
    "West of England": (6, "South West"),
    "Yorkshire and Humber": (13, "North East and Yorkshire"),
}
_FIRST = [
    "Alder",
    "Ash",
    "Bracken",
    "Calder",
    "Dun",
    "Elder",
    "Fallow",
    "Gorse",
    "Hazel",
    "Ivel",
    "Juniper",
    "Kestrel",
    "Lark",
    "Marl",
    "North",
    "Oaken",
    "Pebble",
    "Quarry",
    "Rowan",
    "Salt",
    "Thorn",
    "Umber",
    "Vale",
    "Willow",
    "Yarrow",
    "Birch",
    "Copper",
    "Dray",
    "Ember",
    "Fen",
]
_SECOND = [
    "mere",
    "combe",
    "sea",
    "field",
    "marsh",
    "wick",
    "ford",
    "holme",
    "bourne",
    "ridge",
    "haven",
    "stead",
    "leigh",
    "worth",
    "dale",
]
_WITH = ("Valley", "Bay", "Downs", "and Fenland", "Coast", "Vale", "and Moors", "Weald")
_HOSPITALS = ("Royal", "General", "St Hilda's", "Queen's", "Park", "Riverside", "Memorial", "Princess")


@dataclass(frozen=True)
class Trust:
    code: str
    name: str
    collaborative: str  # its code
    region: str
    network: str
    system: str
    wave: int
    births_a_year: int
    sites: tuple["Site", ...]
    closed: date | None = None
    successor: str = ""


@dataclass(frozen=True)
class Site:
    code: str
    name: str
    level: str  # NICU, LNU, SCU
    share: float  # of the trust's births


@dataclass(frozen=True)
class Place:
    code: str
    name: str


@dataclass(frozen=True)
class England:
    seed: int
    trusts: tuple[Trust, ...]
    collaboratives: dict[str, Place]
    regions: dict[str, Place]
    networks: dict[str, Place]
    systems: dict[str, Place]

    @property
    def open_trusts(self) -> tuple[Trust, ...]:
        return tuple(trust for trust in self.trusts if trust.closed is None)


def build(seed: int, trusts: int = 119) -> England:
    """The invented England, or a part of it: fewer trusts, never smaller ones."""
    chance = np.random.default_rng(seed)
    names = _names(chance, 121)
    places = [name for name, (size, _) in COLLABORATIVES.items() for _ in range(size)]
    chosen = (
        np.linspace(0, len(places) - 1, trusts).astype(int) if trusts < len(places) else range(len(places))
    )
    volumes = _volumes(chance, 119)
    collaboratives = {name: Place(f"DEMO-C{i:02}", name) for i, name in enumerate(COLLABORATIVES, 1)}
    region_names = list(dict.fromkeys(region for _, region in COLLABORATIVES.values()))
    regions = {name: Place(f"DEMO-R{i}", name) for i, name in enumerate(region_names, 1)}
    networks: dict[str, Place] = {}
    systems: dict[str, Place] = {}
    waves = _waves(chance, 119)
    made = []
    for number, place in enumerate(chosen, 1):
        collaborative = places[place]
        region = COLLABORATIVES[collaborative][1]
        network = (
            f"{region} {'north' if number % 2 else 'south'}"
            if region in {"London", "Midlands", "North West"}
            else region
        )
        system = f"{collaborative} system {1 + number % 3}"
        networks.setdefault(network, Place(f"DEMO-N{len(networks) + 1:02}", f"{network} neonatal network"))
        systems.setdefault(system, Place(f"DEMO-L{len(systems) + 1:02}", system))
        code = f"DEMO-{number:03}"
        made.append(
            Trust(
                code,
                names[place],
                collaboratives[collaborative].code,
                regions[region].code,
                networks[network].code,
                systems[system].code,
                waves[place],
                int(volumes[place]),
                _sites(code, names[place], place, volumes[place]),
            )
        )
    return England(seed, _with_merger(tuple(made), names), collaboratives, regions, networks, systems)


def _names(chance: np.random.Generator, number: int) -> list[str]:
    """Distinct invented place names; none is a real trust's (a test looks)."""
    pairs = [first + second for first in _FIRST for second in _SECOND]
    picked = [pairs[i] for i in chance.permutation(len(pairs))[:number]]
    return [f"{name} {_WITH[i % len(_WITH)]}" if i % 3 == 0 else name for i, name in enumerate(picked)]


def _volumes(chance: np.random.Generator, number: int) -> list[int]:
    """Births a year: log-normal with the spread of the published deliveries (median about 4,300, 904 to 16,178)."""
    drawn = np.exp(chance.normal(np.log(4296), 0.5, number))
    kept = np.clip(drawn, 950, 16000)
    return [round(float(volume)) for volume in kept * 560_000 / 119 / kept.mean()]


def _waves(chance: np.random.Generator, number: int) -> list[int]:
    order = chance.permutation(number)
    waves = np.full(number, 3)
    waves[order[: WAVE_SIZES[0]]] = 1
    waves[order[WAVE_SIZES[0] : WAVE_SIZES[0] + WAVE_SIZES[1]]] = 2
    return [int(wave) for wave in waves]


def _sites(code: str, name: str, place: int, volume: float) -> tuple[Site, ...]:
    first = name.split()[0]
    level = "NICU" if volume > 5600 else "LNU" if volume > 2900 else "SCU"
    if place % 16 not in (1, 4, 7, 10, 13):  # 37 of 119 trusts have two sites: 156 in all
        return (Site(f"{code}-A", f"{first} {_HOSPITALS[place % 8]} Hospital", level, 1.0),)
    second = {"NICU": "LNU", "LNU": "SCU", "SCU": "SCU"}[level]
    return (
        Site(f"{code}-A", f"{first} {_HOSPITALS[place % 8]} Hospital", level, 0.62),
        Site(f"{code}-B", f"{first} {_HOSPITALS[(place + 3) % 8]} Hospital", second, 0.38),
    )


def _with_merger(trusts: tuple[Trust, ...], names: list[str]) -> tuple[Trust, ...]:
    """One more trust that closes into the fourth in April 2023; its site carries on there."""
    into = trusts[3]
    site = Site("DEMO-120-A", f"{names[119].split()[0]} Cottage Hospital", "SCU", 1.0)
    before = Trust(
        "DEMO-120",
        names[119],
        into.collaborative,
        into.region,
        into.network,
        into.system,
        into.wave,
        1650,
        (site,),
        closed=date(2023, 4, 1),
        successor=into.code,
    )
    return (*trusts, before)
