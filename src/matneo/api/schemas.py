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


class PackageBriefOut(Schema):
    id: str
    title: str
    lead: str
    version: int
    effective_from: date
    status: str
    licence: str
    clinical_signoff: str
    counts: dict[str, int]
    address: str


class AimOut(Schema):
    id: str
    statement: str
    national: bool
    confidence: str
    sources: list[str]
    baseline: str
    target: str
    by: str
    latest: str
    measures: list[str]


class LinkOut(Schema):
    to: str
    strength: int
    why: str
    confidence: str


class DriverOut(Schema):
    id: str
    area: str
    level: str
    name: str
    people: str
    equity: str
    package: str
    serves: list[LinkOut]
    measures: list[str]
    clinical_signoff: str
    address: str


class IdeaOut(Schema):
    id: str
    area: str
    name: str
    text: str
    first_test: str
    concept: str
    effort: str
    equity: str
    drivers: list[str]
    measures: list[str]
    clinical_signoff: str
    address: str


class PackageTargetOut(Schema):
    words: str
    confidence: str
    sources: list[str]


class PackageMeasureOut(Schema):
    id: str
    family: str
    name: str
    why: str
    counted: str
    of: str
    left_out: str
    unit: str
    direction: str
    chart: list[str]
    period: list[str]
    source: str
    targets: list[PackageTargetOut]
    counted_here: bool
    typed_here: bool


class EvidenceOut(Schema):
    id: str
    words: str
    about: list[str]
    confidence: str
    sources: list[str]


class PackageOut(PackageBriefOut):
    note: str
    retired: list[str]
    aims: list[AimOut]
    drivers: list[DriverOut]
    ideas: list[IdeaOut]
    measures: list[PackageMeasureOut]
    evidence: list[EvidenceOut]


class ProjectBriefOut(Schema):
    """A project in a list. What its trust has not shared with the viewer is null from `aim` on."""

    id: str
    title: str
    trust: str
    trust_name: str
    area: str
    state: str
    started: date
    touched: date
    closed: date | None
    aim: str | None = None
    by_when: date | None = None
    shared_with: str | None = None
    address: str | None = None


class ProjectsOut(Schema):
    count: int
    page: int
    pages: int
    projects: list[ProjectBriefOut]


class ProjectMeasureOut(Schema):
    measure: str
    organisation: str
    family: str
    goal: float | None
    main: bool
    series: str


class ProjectIdeaOut(Schema):
    id: int
    idea: str
    name: str
    text: str
    driver: str
    for_everyone_from: date | None
    dropped: date | None
    address: str | None


class ChangeTestOut(Schema):
    id: str
    idea: int
    number: int
    question: str
    prediction: str
    scale: str
    start: date
    end: date
    happened: str
    compared: str
    learned: str
    decision: str
    next_step: str
    address: str


class ProjectPauseOut(Schema):
    start: date
    end: date | None
    reason: str


class ProjectOut(ProjectBriefOut):
    place: str
    how_much: str
    for_whom: str
    where: str
    package: str
    package_version: int
    package_address: str
    result: str
    learned: str
    measures: list[ProjectMeasureOut]
    ideas: list[ProjectIdeaOut]
    tests: list[ChangeTestOut]
    pauses: list[ProjectPauseOut]
    reports: list[str]
