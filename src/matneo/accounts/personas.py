"""The demonstration's people. They exist only where every figure is invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    key: str  # the part of the e-mail address before @example.org
    name: str
    label: str
    roles: tuple[str, ...]
    at: str  # "england" | "psc" | "trust"

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


PERSONAS = (
    Persona("national", "Amara Okafor", "National programme lead", ("national_programme",), "england"),
    Persona("manager", "Tess Lindqvist", "Collaborative manager and coach", ("psc_manager", "coach"), "psc"),
    Persona("lead", "Ruth Ellery", "Improvement lead", ("improvement_lead", "staff"), "trust"),
    Persona("analyst", "Imran Desai", "Trust analyst", ("trust_analyst", "trust_admin"), "trust"),
    Persona("sponsor", "Helen Marsh", "Board sponsor", ("sponsor",), "trust"),
    Persona("staff", "Joy Adeyemi", "Frontline staff", ("staff",), "trust"),
    Persona("family", "Dan Whitlock", "Family partner", ("family_partner",), "trust"),
)
