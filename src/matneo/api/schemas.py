"""What goes in and out, with its types; the OpenAPI description is made from these."""

from datetime import date

from ninja import Schema


class Problem(Schema):
    problem: str


class MeasureOut(Schema):
    id: str
    area: str
    name: str
    family: str
    direction: str
    unit: str
    version: int
    numerator: str
    denominator: str
    clinical_signoff: str


class OrganisationOut(Schema):
    code: str
    name: str
    kind: str
    closed: date | None


class SubmissionOut(Schema):
    id: str
    organisation: str
    kind: str
    state: str
    guess: str
    mapping: dict
    report: dict


class ChangeOut(Schema):
    measure: str
    organisation: str
    period: date
    before: tuple[float | None, float | None] | None
    after: tuple[float | None, float | None]
    signed_off: bool


class ChartOut(Schema):
    title: str
    before: str | None
    after: str


class PreviewOut(Schema):
    added: int
    changed: int
    unchanged: int
    signed_off: int
    largest: list[ChangeOut]
    charts: list[ChartOut]


class ReasonIn(Schema):
    reason: str


class ColumnsIn(Schema):
    mapping: dict[str, str]
    measure: str = ""
