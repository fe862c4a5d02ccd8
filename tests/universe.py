"""A small world built only through actions: two collaboratives, three trusts, a merger, people with every role."""

from dataclasses import dataclass
from datetime import date

from matneo.accounts import actions as accounts
from matneo.accounts.models import User
from matneo.organisations import actions as organisations
from matneo.organisations.actions import Edge, Record
from matneo.organisations.models import Organisation
from matneo.utils.viewer import Viewer

#   ENG ── C1 ── T1 (sites S1, S1B) ← T9 closed into T1
#      └── C2 ── T2 (site S2), T3 (site S3)


@dataclass(frozen=True)
class Universe:
    people: dict[str, User]

    def organisation(self, code: str) -> Organisation:
        return Organisation.objects.get(code=code)

    def viewer(self, key: str) -> Viewer:
        from matneo.accounts.access import viewer_for

        return viewer_for(self.people.get(key))


ROLES = {
    "lead": ("T1", ["improvement_lead", "staff"]),
    "colleague": ("T1", ["staff"]),
    "analyst": ("T1", ["trust_analyst", "trust_admin"]),
    "sponsor": ("T1", ["sponsor"]),
    "family": ("T1", ["family_partner"]),
    "outsider": ("T2", ["improvement_lead", "trust_analyst"]),
    "coach": ("C1", ["coach"]),
    "national": ("ENG", ["national_programme"]),
}


def build() -> Universe:
    records = [Record("ENG", "England", "England", "england"), Record("R1", "The North", "North", "region")]
    records += [Record(code, f"Collaborative {code}", code, "psc") for code in ("C1", "C2")]
    records += [Record("T1", "St Mary's Vale NHS Trust", "St Mary's Vale", "trust"), Record("T2", "Beacon NHS Trust", "Beacon", "trust"),
                Record("T3", "Harbour NHS Trust", "Harbour", "trust"), Record("T9", "Old Vale NHS Trust", "Old Vale", "trust", closed=date(2023, 4, 1))]  # fmt: skip
    records += [Record(code, f"Hospital {code}", code, "site") for code in ("S1", "S1B", "S2", "S3", "S9")]
    edges = [Edge(trust, psc, "in_psc") for trust, psc in (("T1", "C1"), ("T2", "C2"), ("T3", "C2"))]
    edges += [Edge(trust, "ENG", "in_england") for trust in ("T1", "T2", "T3")]
    edges += [Edge(trust, "R1", "in_region") for trust in ("T1", "T2", "T3")]
    edges += [
        Edge(site, trust, "site_of")
        for site, trust in (("S1", "T1"), ("S1B", "T1"), ("S2", "T2"), ("S3", "T3"), ("S9", "T9"))
    ]
    edges += [Edge("T1", "T9", "successor_of", start=date(2023, 4, 1))]
    organisations.load(records=records, links=edges, on=date(2015, 4, 1), by=None)
    rows = {row.code: row for row in Organisation.objects.all()}
    people = {}
    for key, (code, roles) in ROLES.items():
        user = accounts.create_user(
            email=f"{key}@example.org", name=key.capitalize(), by=None, password="only for these tests"
        )
        for role in roles:
            accounts.add_membership(
                user=user, organisation=rows[code], role=role, start=date(2020, 1, 1), by=None
            )
        people[key] = user
    accounts.set_caseload(user=people["coach"], organisations=[rows["T1"]], start=date(2020, 1, 1), by=None)
    return Universe(people)


def births(
    number: int = 600,
    *,
    seed: int = 1,
    trusts=(("T1", "S1"), ("T2", "S2"), ("T3", "S3")),
    months=18,
    first=date(2024, 1, 1),
):
    """Invented rows for these trusts, spread over months; a dictionary a row with every column of the births table."""
    import numpy as np

    from matneo.measures.periods import add_months
    from matneo.measures.tables.births import COLUMNS

    chance = np.random.default_rng(seed)
    rows = []
    for place in range(number):
        trust, site = trusts[place % len(trusts)]
        row = {column.name: None for column in COLUMNS}
        day = add_months(first, int(chance.integers(months))).replace(day=int(chance.integers(1, 28)))
        days = int(chance.choice([180, 200, 215, 230, 250, 270, 280, 285]))
        row |= {"birth_date": day, "trust": trust, "site": site, "birth_order": 1, "births_in_pregnancy": 1, "gestation_days": days,
                "outcome": "02" if chance.random() < 0.02 else "01", "apgar_5": int(chance.integers(3, 11))}  # fmt: skip
        maybe = {
            "smoking_delivery": ["smoker", "non_smoker", None], "smoking_booking": ["smoker", "ex_smoker", None], "co_booking_ppm": [0.0, 5.0, None],
            "booking_gestation_days": [60, 80, None], "temperature_c": [36.2, 36.8, 37.9, None], "temperature_minutes": [20, 70, None],
            "cord_clamped_seconds": [30, 60, 90, None], "admitted_neonatal": [True, False, None], "skin_to_skin_1h": [True, False, None],
            "hypoglycaemia_risk": [True, False], "first_feed_minutes": [30, 60, 90, None], "blood_loss_ml": [400, 1500, None], "steroid_doses": [0, 1, 2, None],
            "magnesium": [True, False, None], "diabetes": ["none", "type_1", "type_2", "gestational", None], "joint_team_gestation_days": [60, 70, 71, None],
            "cgm": [True, False, None], "gdm_risk_factor": [True, False, None], "ogtt_done": [True, False, None], "postnatal_glucose_13w": [True, None],
            "labour_onset": ["1", "3", "5", None], "triage_minutes": [10, 15, 16, None], "sepsis_suspected": [True, False], "sepsis_antibiotic_minutes": [50, 61, None],
            "death_age_days": [None, None, None, 3, 28], "contact_36_weeks": [True, False], "co_36_ppm": [1.0, None],
        }  # fmt: skip
        row |= {name: options[int(chance.integers(len(options)))] for name, options in maybe.items()}
        rows.append(row)
    return rows


def births_file(folder, rows, name="births.parquet"):
    """The rows as the Parquet file that a node would send."""
    import polars as pl

    from matneo.measures.tables.births import COLUMNS

    kinds = {"text": pl.String, "date": pl.Date, "bool": pl.Boolean, "int": pl.Int16, "float": pl.Float32}
    file = folder / name
    pl.DataFrame(rows, schema={column.name: kinds[column.kind] for column in COLUMNS}).write_parquet(file)
    return file
