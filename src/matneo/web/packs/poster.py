"""A poster for a learning event: aim and chart large, what was tried and learned beside it."""

from matneo.charts.document import Bullets, Document, Paragraph, Section, Stamp
from matneo.improvement.models import ProjectIdea
from matneo.utils.viewer import Viewer
from matneo.web.packs import parts
from matneo.web.packs.gathered import Gathered

IDEAS, LEARNED, SMALL, TEAM, LETTERS = 5, 4, 3, 8, 150


def document(found: Gathered, viewer: Viewer, stamp: Stamp) -> Document:
    """What has no room is left out, from the end; the story holds all of it."""
    sections = (
        parts.main_section(found),
        *_tried(found),
        *_learned(found),
        *_voice(found),
        *_team(found, viewer),
    )
    small = parts.others_section(found, SMALL)
    where = found.project.place or found.project.organisation
    lead = f"{where.short_name}. {parts.aim(found)}"
    return Document(found.project.title, lead, (*sections, *small), stamp, "poster")


def _tried(found: Gathered) -> tuple[Section, ...]:
    tested = [idea for idea in found.ideas if found.tests_of(idea) or idea.for_everyone_from]
    said = tuple(_idea(found, idea) for idea in (tested or list(found.ideas))[:IDEAS])
    return (Section("What we tried", (Bullets(said),), place="side"),) if said else ()


def _idea(found: Gathered, idea: ProjectIdea) -> str:
    numbers = found.numbers_of(idea)
    listed = ", ".join(map(str, numbers))
    tests = f" ({'test' if len(numbers) == 1 else 'tests'} {listed})" if numbers else ""
    return f"{_cut(idea.name)}{tests}: {parts.decision(found, idea)}"


def _learned(found: Gathered) -> tuple[Section, ...]:
    said = tuple(_cut(words) for words in parts.learned(found, LEARNED))
    return (Section("What we learned", (Bullets(said),), place="side"),) if said else ()


def _voice(found: Gathered) -> tuple[Section, ...]:
    said = parts.voices(found)[-1:]
    return tuple(
        Section("In their own words", (Paragraph(_cut(words), "quote"),), place="side") for words in said
    )


def _team(found: Gathered, viewer: Viewer) -> tuple[Section, ...]:
    who = parts.team(found, viewer)[:TEAM]
    return (Section("Who", (Paragraph("; ".join(who)),), place="side"),) if who else ()


def _cut(words: str) -> str:
    return words if len(words) <= LETTERS else f"{words[:LETTERS].rsplit(' ', 1)[0].rstrip(' ,;.')}…"
