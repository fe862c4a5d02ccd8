"""The projects of a small demonstration England: twelve trusts, planned and written."""

import re
from collections import Counter
from dataclasses import astuple, replace
from datetime import datetime, time
from itertools import pairwise

import pytest

from matneo.accounts.access import NotAllowed, viewer_for
from matneo.audit.models import AuditEvent
from matneo.commands.demo import builder, months, neighbours, projects, words, writing
from matneo.improvement import local
from matneo.improvement.actions import bringing
from matneo.improvement.ladder import Rung
from matneo.improvement.models import Ask, ChangeTest, CoachNote, Entry, Project, ProjectIdea, Score
from matneo.library import actions as library
from matneo.measures.intake.identifiers import in_words
from matneo.measures.synthetic import SEED, truth
from matneo.measures.synthetic.england import TODAY, build
from matneo.organisations.models import Organisation
from matneo.submissions.models import Value
from matneo.utils.clock import Clock
from matneo.utils.viewer import ANONYMOUS

BANNED = re.compile(r"\b(fail|worst|breach|best|rank|RAG)\w*\b")
ENGLAND = build(SEED, 12)
STATES = {"", "paused", "reached", "partly", "no_change", "stopped"}


@pytest.fixture(scope="module")
def plans():
    return projects.plan(ENGLAND, words.load(), frozenset(builder._caseload(ENGLAND)))


@pytest.fixture
def people(db, data_dir, settings):
    settings.CLOCK = Clock(TODAY)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    builder._organisations(ENGLAND)
    return builder._people(ENGLAND)


@pytest.fixture
def written(plans, people):
    writing.write(ENGLAND, plans, people)
    return people


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for entry in value:
            yield from _texts(entry)


def test_the_same_seed_gives_the_same_projects(plans):
    again = projects.plan(build(SEED, 12), words.load(), frozenset(builder._caseload(ENGLAND)))

    assert again == plans
    assert projects.plan(build(SEED + 1, 12), words.load(), frozenset())[3:] != plans[3:]


def test_every_kind_of_project_is_there(plans):
    endings = Counter(plan.ending.result or "paused" if plan.ending else "" for plan in plans)

    assert set(endings) == STATES
    assert {plan.rung for plan in plans} == {rung.value for rung in Rung}
    assert {plan.area for plan in plans} == set(projects.AREAS)
    assert sum(plan.kind == "home" for plan in plans) == 3
    assert {plan.trust for plan in plans} == {trust.code for trust in ENGLAND.open_trusts}


def test_the_whole_england_has_about_150_projects_and_ideas_that_nobody_tried():
    england = build(SEED)
    plans = projects.plan(england, words.load(), frozenset())
    where = {trust.code: trust.collaborative for trust in england.trusts}
    tried = Counter(tried.idea for plan in plans for tried in plan.ideas)

    assert 145 <= len(plans) <= 155
    assert min(Counter(where[plan.trust] for plan in plans).values()) >= 3
    assert set(tried) == set(words.load().tests)
    assert min(tried.values()) >= 3


def test_the_home_story_has_its_reasons_where_its_chart_shifts(plans):
    story = plans[0]
    planted = next(entry for entry in truth.planted(ENGLAND) if entry.id == "true-effect")
    everyone = sorted(tried.for_everyone for tried in story.ideas if tried.for_everyone)

    assert (story.trust, story.measures[0].measure) == (planted.subject, planted.measures[0])
    assert len(story.ideas) == 5
    assert all(abs((day - planted.since).days) < 14 for day in everyone[:2])
    assert any(row.kind == "voice" for row in story.told)
    assert {row.voice for row in story.scored} == {"team", "coach"}


def test_nothing_is_written_that_should_not_be_said(plans):
    said = list(_texts([astuple(plan) for plan in plans])) + list(_texts(_values(words.load().stories)))

    assert [text for text in said if BANNED.search(text)] == []
    assert [text for text in said if in_words(text)] == []


def _values(raw):
    if isinstance(raw, dict):
        return [_values(value) for value in raw.values()]
    return [_values(value) for value in raw] if isinstance(raw, list) else raw


def test_months_leave_the_newest_one_to_the_home_team(plans):
    home = next(trust for trust in ENGLAND.trusts if trust.code == plans[0].trust)
    cells = months.typed([plan for plan in plans if plan.trust == home.code], home, SEED)
    monthly = [cell for cell in cells if cell.period_kind == "month"]

    assert {cell.period.month for cell in monthly if cell.period.year == 2025} == set(range(1, 10))
    assert any(not cell.collected for cell in cells)
    assert all(cell.numerator <= cell.denominator for cell in cells if cell.collected)


def test_what_is_written_is_what_was_planned(plans, written):
    end_of_today = datetime.combine(TODAY, time.max, tzinfo=Project.objects.first().touched.tzinfo)

    assert Project.objects.count() == len(plans)
    assert not Project.objects.filter(members=None).exists()
    assert not Project.objects.filter(aim="").exists()
    assert ChangeTest.objects.count() == sum(len(t.cycles) for plan in plans for t in plan.ideas)
    for model, field in (
        (Project, "touched"), (ChangeTest, "planned_at"), (Entry, "at"), (Score, "at"), (CoachNote, "at"),
        (AuditEvent, "at"), (Value, "at"),
    ):  # fmt: skip
        assert not model.objects.filter(**{f"{field}__gt": end_of_today}).exists(), model
    for idea in ProjectIdea.objects.prefetch_related("tests"):
        tests = sorted(idea.tests.all(), key=lambda test: test.number)
        assert [test.number for test in tests] == list(range(1, len(tests) + 1))
        assert all(a.studied_at <= b.planned_at for a, b in pairwise(tests))
    assert ChangeTest.objects.due(TODAY).count() >= 4
    assert AuditEvent.objects.filter(action="improvement.bring_in").count() == len(plans) - 3
    assert AuditEvent.objects.filter(action="submissions.type_in").exists()


def test_one_project_is_untouched_where_it_was_planted(written):
    idle = truth.plan(ENGLAND).idle
    since = next(entry.since for entry in truth.planted(ENGLAND) if entry.id == "idle")

    quiet = Project.objects.open().filter(organisation__code=idle, touched__date__lt=since)

    assert quiet.count() == 1
    assert not ChangeTest.objects.filter(project__in=quiet, end__gte=since).exists()


def test_who_sees_what_follows_the_ladder(plans, written):
    public = sum(plan.rung == Rung.PUBLIC for plan in plans)
    viewers = {key: viewer_for(user) for key, user in written.items()}
    seen = {key: Project.objects.visible_to(viewer) for key, viewer in viewers.items()}

    assert Project.objects.visible_to(ANONYMOUS).count() == public
    assert seen["national"].count() == sum(plan.rung >= Rung.PROGRAMME for plan in plans)
    assert {"lead", "staff", "analyst"} <= {
        key for key in seen if seen[key].filter(title="The first hour together").exists()
    }
    assert seen["lead"].filter(title="Heard the first time", rung=Rung.TEAM).exists()
    assert not seen["analyst"].filter(title="Heard the first time", rung=Rung.TEAM).exists()
    old = seen["manager"].open().filter(touched__date__lt=TODAY.replace(month=10))
    assert seen["manager"].count() > seen["national"].count()
    assert old.exists()
    assert CoachNote.objects.visible_to(viewers["lead"]).filter(shared=False).count() == 0


def test_an_error_leaves_no_project(plans, people, monkeypatch):
    def refuse(**_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(writing.submissions, "type_in", refuse)
    with pytest.raises(RuntimeError):
        writing.write(ENGLAND, plans, people)

    assert Project.objects.count() == 0
    assert not AuditEvent.objects.filter(action__startswith="improvement").exists()


def test_bringing_in_asks_who_may(plans, people):
    places = {row.code: row for row in builder.Organisation.objects.all()}
    other = next(plan for plan in plans if plan.kind != "home" and plan.rung == Rung.PUBLIC)
    record = writing.kept(other, places, writing.Hours(writing.np.random.default_rng(1)))

    with pytest.raises(NotAllowed):
        bringing.bring_in(projects=[record], by=people["lead"])
    assert Project.objects.count() == 0


def test_the_neighbours_lead_one_asks_and_a_package_has_a_newer_version(written):
    home = Organisation.objects.get(code=builder.home_trust(ENGLAND).code)
    library.load(by=None)

    neighbours.settle(home, written, builder.ASKED, builder.PUBLISHED)

    (waiting,) = Ask.objects.waiting_for(viewer_for(written["lead"]))
    assert waiting.of == home
    assert waiting.by.email == f"{waiting.project.organisation.code.lower()}@example.org"
    behind = Project.objects.filter(area="DET", state="active").first()
    assert local.news(behind).summary == "2 drivers changed"


# What says who pressed the button and at what minute, and where a project was when: not what was written.
OF_THE_MOMENT = {
    "id",
    "project",
    "idea",
    "at",
    "touched",
    "planned_at",
    "studied_at",
    "edited_by",
    "planned_by",
    "studied_by",
}
OF_THE_MOMENT |= {"by", "by_name", "version", "user"}


def _said(project):
    """All that a project says, row by row in its own order, without whom and when it was pressed."""

    def columns(row, left_out=OF_THE_MOMENT):
        return {f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in left_out}

    return {
        "project": columns(project),
        "members": [columns(row) for row in project.members.order_by("name")],
        "measures": [columns(row) for row in project.measures.order_by("order")],
        "ideas": [columns(row) for row in project.ideas.order_by("order")],
        "tests": [
            (row.idea.idea, columns(row))
            for row in project.tests.order_by("idea__order", "number").select_related("idea")
        ],
        "drivers": [columns(row) for row in project.drivers.order_by("key")],
    }


def test_a_project_brought_in_says_what_the_same_project_says_step_by_step(plans, written):
    """Bringing in is a shorter way to the same rows: nothing can be brought in that nobody could have written."""
    places = {row.code: row for row in Organisation.objects.all()}
    hours = writing.Hours(writing.np.random.default_rng(1))
    for plan in (plan for plan in plans if plan.kind == "home"):
        by_steps = Project.objects.get(title=plan.title, organisation__code=plan.trust)
        record = replace(writing.kept(plan, places, hours), by_name=written[plan.by].name)
        record = replace(record, team=[replace(p, leads=p.name == record.by_name) for p in record.team])
        record = replace(record, entries=[replace(e, by_name=record.by_name) for e in record.entries])
        (at_once,) = bringing.bring_in(projects=[record], by=written["lead"])

        assert _said(Project.objects.get(pk=at_once.pk)) == _said(by_steps)
