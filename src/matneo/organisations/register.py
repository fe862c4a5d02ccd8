"""The real register: content files become records and links."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from importlib import resources

from matneo.organisations.actions import Edge, Record

ENGLAND = "ENG"


def read() -> tuple[list[Record], list[Edge]]:
    """Every organisation and link of the content files, England first."""
    records = [Record(ENGLAND, "England", "England", "england", source="MatNeo")]
    edges: list[Edge] = []
    for part in (_trusts, _sites, _successors):
        for entry in part():
            (records if isinstance(entry, Record) else edges).append(entry)
    return list({record.code: record for record in records}.values()), list(dict.fromkeys(edges))


def rows(name: str) -> list[dict[str, str]]:
    """One content table as dictionaries."""
    text = (resources.files("matneo") / "content" / "organisations" / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def short(name: str) -> str:
    """A trust's name as people say it: without its legal form."""
    plain = re.sub(
        r"\b(NHS|Foundation|Trust|University|Hospitals?|Teaching|The)\b", "", name, flags=re.IGNORECASE
    )
    plain = re.sub(r"\b(and|of|the)\s*$", "", " ".join(plain.split()).strip(" ,"))
    plain = re.sub(r"^(of|and)\s+", "", " ".join(plain.split()).strip(" ,"))
    return plain if len(plain) > 3 else name


def _trusts() -> Iterator[Record | Edge]:
    boards = {row["icb_ods_code"]: row for row in rows("icbs.csv")}
    for code, row in boards.items():
        name = row["icb_name_2022_to_2026"]
        facts = {"gss_code": row["icb_gss_code"], "from_2026_04_01": row["footprint_from_2026_04_01"]}
        label = name.removeprefix("NHS ").removesuffix(" Integrated Care Board")
        yield Record(
            code, name, label, "icb", facts=facts, source="public register of integrated care boards"
        )
        yield Record(
            row["nhs_region_code"], row["nhs_region"], row["nhs_region"], "region", source="NHS England"
        )
        yield Edge(row["nhs_region_code"], ENGLAND, "in_england")
        yield Edge(code, row["nhs_region_code"], "in_region")
        yield Edge(code, row["psc_id"], "in_psc", confidence=row["psc_mapping_confidence"])
    for row in rows("collaboratives.csv"):
        facts = {"former_or_host_name": row["former_or_host_name"]}
        label = row["psc_name"].removeprefix("Health Innovation ")
        yield Record(
            row["psc_id"],
            row["psc_name"],
            label,
            "psc",
            facts=facts,
            source=row["source"],
            confidence=row["mapping_confidence"],
        )
        yield Edge(row["psc_id"], ENGLAND, "in_england")
    for row in rows("trusts.csv"):
        yield from _trust(row)


def _trust(row: dict[str, str]) -> Iterator[Record | Edge]:
    code, network, system = row["ods_code"], row["neonatal_odn"], row["lmns_code"]
    deliveries = {key: int(row[key]) for key in row if key.startswith("deliveries_") and row[key]}
    yield Record(
        code,
        row["name"],
        short(row["name"]),
        "trust",
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        volume_group=row["mbrrace_group_2024"],
        facts={**deliveries, "notes": row["notes"]},
        source="NHS England maternity statistics; organisation data service",
    )
    network_code = "ODN-" + re.sub(r"[^A-Z]+", "-", network.upper()).strip("-")[:15]
    yield Record(
        network_code,
        f"{network} neonatal network",
        network,
        "odn",
        source="neonatal network as published for 2024",
    )
    yield Edge(network_code, ENGLAND, "in_england")
    # Local maternity systems are published under the codes of their boards: a suffix keeps the two apart.
    system_code = f"{system}-LMNS"
    yield Record(
        system_code, row["lmns_name"], row["lmns_name"].removesuffix(" LMNS"), "lmns", source="NHS England"
    )
    yield Edge(system_code, ENGLAND, "in_england")
    yield Edge(code, ENGLAND, "in_england")
    yield Edge(code, row["nhs_region_code"], "in_region")
    yield Edge(code, row["icb_code"], "in_icb")
    yield Edge(code, system_code, "in_lmns")
    yield Edge(code, network_code, "in_odn")
    yield Edge(code, row["psc_id"], "in_psc", confidence=row["psc_confidence"])


def _sites() -> Iterator[Record | Edge]:
    counters: dict[str, int] = {}
    for row in rows("sites.csv"):
        trust = row["trust_ods_code"]
        counters[trust] = counters.get(trust, 0) + 1
        code = row["site_ods_code"] or f"{trust}-{counters[trust]}"  # no code was found: ours, and marked so
        facts = {"postcode": row["postcode"], "code_source": row["code_source"], "what": row["kind"]}
        yield Record(
            code,
            row["site_name"],
            row["site_name"],
            "site",
            facts=facts,
            neonatal_level=row["neonatal_unit_level"],
            latitude=float(row["latitude"]) if row["latitude"] else None,
            longitude=float(row["longitude"]) if row["longitude"] else None,
            source=row["code_source"],
            confidence=f"neonatal level: {row['level_confidence']}",
        )
        yield Edge(code, trust, "site_of")


def _successors() -> Iterator[Record | Edge]:
    current = {row["ods_code"] for row in rows("trusts.csv")}
    for row in rows("successors.csv"):
        code, name = row["predecessor_code"], row["predecessor_name"]
        closed = date.fromisoformat(row["from_date"]) if row["from_date"] else None
        facts = {"what_happened": row["kind"]}
        yield Record(
            code,
            name,
            short(name),
            "trust",
            closed=closed,
            facts=facts,
            source="mergers since 2019",
            confidence=row["confidence"],
        )
        yield Edge(code, ENGLAND, "in_england")
        targets = (
            [row["successor_code"]] if row["successor_code"] else re.findall(r"\b[A-Z0-9]{3}\b", row["kind"])
        )
        for target in (target for target in targets if target in current):
            yield Edge(
                target,
                code,
                "successor_of",
                start=closed,
                source_note=row["kind"],
                confidence=row["confidence"],
            )
