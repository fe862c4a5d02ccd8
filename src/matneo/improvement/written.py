"""What people write in a project becomes columns: checked here once, whichever action keeps it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings

from matneo.accounts.models import User
from matneo.improvement.models import Compared, Decision, Entry, Member, Project, Scale
from matneo.improvement.progress import Suggestion
from matneo.improvement.saying import Unsuitable, between, choice, line, lines
from matneo.library.schema import Idea
from matneo.organisations.models import Link, Organisation

YEARS_AHEAD = 5
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Person:
    """Somebody for the team: by name and part, with an account where they have one."""

    name: str
    part: str = ""
    user: User | None = None
    leads: bool = False


@dataclass(frozen=True)
class Aim:
    """The aim as it is typed; `how_much`, `for_whom` and `where` may be filled in later."""

    title: str
    aim: str
    by_when: date
    how_much: str = ""
    for_whom: str = ""
    where: str = ""


@dataclass(frozen=True)
class Plan:
    """What is written before a test. A prediction is needed: without one nobody can be surprised."""

    question: str
    prediction: str
    start: date
    end: date
    scale: int = Scale.FEW
    who: str = ""


@dataclass(frozen=True)
class Study:
    """What is written after it."""

    happened: str
    compared: str
    decision: str
    learned: str = ""
    next_step: str = ""


def aim_fields(aim: Aim, started: date) -> dict:
    """The columns of a project that an aim fills, checked."""
    last = date(started.year + YEARS_AHEAD, 12, 31)
    return {
        "title": line(aim.title, field="title", name="what the project is called", most=80, needed=True),
        "aim": line(aim.aim, field="aim", name="what you want to change", most=200, needed=True),
        "how_much": line(aim.how_much, field="how_much", name="how much", most=80),
        "by_when": between(
            aim.by_when, started + timedelta(days=7), last, field="by_when", name="the day to reach it by"
        ),
        "for_whom": line(aim.for_whom, field="for_whom", name="for whom", most=120),
        "where": line(aim.where, field="where", name="where", most=120),
    }


def part_of(organisation: Organisation, place: Organisation | None) -> Organisation | None:
    """The site or unit, where it is one of the trust's; None for the trust itself."""
    if place is None or place == organisation:
        return None
    belongs = Link.objects.filter(kind__in=["site_of", "unit_of"], source=place, target=organisation)
    if not belongs.exists():
        raise Unsuitable(f"{place.short_name} is no part of {organisation.short_name}.", "place")
    return place


def new_member(project: Project, person: Person, today: date) -> Member:
    """A row for somebody on the team, checked and not kept yet."""
    return Member(
        project=project,
        user=person.user,
        name=line(person.name, field="team", name="the name of each person", most=80, needed=True),
        part=line(person.part, field="team", name="what each person does", most=60),
        leads=person.leads,
        start=today,
    )


def idea_fields(known: Idea | None, idea: str, driver: str = "") -> dict:
    """The words of a national idea; `known` is what the library has under the id `idea`."""
    if known is None:
        raise Unsuitable(f"There is no change idea {idea} in the library.", "idea")
    return {
        "name": known.name,
        "text": known.text[:400],
        "first_test": known.first_test[:200],
        "driver": driver or known.drivers[0],
    }


def plan_fields(plan: Plan, project: Project) -> dict:
    """The columns of a test that its plan fills, checked."""
    today = settings.CLOCK.today()
    start = between(
        plan.start, project.started - LONGEST, today + LONGEST, field="start", name="the day the test begins"
    )
    return {
        "question": line(
            plan.question, field="question", name="what you want to find out", most=200, needed=True
        ),
        "prediction": line(
            plan.prediction, field="prediction", name="what you expect", most=200, needed=True
        ),
        "scale": int(choice(plan.scale, Scale.values, field="scale", name="how many it is tried with")),
        "start": start,
        "end": between(plan.end, start, start + LONGEST, field="end", name="the day the test ends"),
        "who": line(plan.who, field="who", name="who does it", most=80),
    }


def study_fields(study: Study) -> dict:
    """The columns of a test that its result fills, checked."""
    return {
        "happened": lines(study.happened, field="happened", name="what happened", most=1000, needed=True),
        "compared": choice(
            study.compared, Compared.values, field="compared", name="how it was beside what you expected"
        ),
        "decision": choice(study.decision, Decision.values, field="decision", name="adopt, adapt or abandon"),
        "learned": lines(study.learned, field="learned", name="what you learned", most=1000),
        "next_step": line(study.next_step, field="next_step", name="what comes next", most=200),
    }


def entry_fields(project: Project, date: date, title: str, text: str, kind: str) -> dict:
    """What an entry says, checked."""
    return {
        "date": between(date, project.started, settings.CLOCK.today(), field="date", name="the day"),
        "kind": choice(
            kind, [kind for kind, _ in Entry.KINDS], field="kind", name="what kind of entry it is"
        ),
        "title": line(title, field="title", name="what happened", most=80, needed=True),
        "text": line(text, field="text", name="the story", most=600),
    }


def score_fields(voice: str, value: Decimal, suggestion: Suggestion, reason: str) -> dict:
    """What a score says, checked against what the records suggest."""
    if value * 2 != int(value * 2) or not Decimal("0.5") <= value <= 5:
        raise Unsuitable("The score goes from 0.5 to 5 in steps of a half.", "value")
    why = line(reason, field="reason", name="why", most=300)
    if value != suggestion.value and not why:
        raise Unsuitable(
            f"The records suggest {suggestion.value:.1f}. Say in a few words why {value:.1f} is nearer.",
            "reason",
        )
    return {"voice": voice, "value": value, "suggested": suggestion.value, "reason": why}
