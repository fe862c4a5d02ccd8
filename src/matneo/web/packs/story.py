"""The story of a project: where it stands, what was tried, what was learned, who."""

from matneo.charts.document import Bullets, Document, Paragraph, Section, Stamp
from matneo.improvement.models import State
from matneo.utils.viewer import Viewer
from matneo.web.packs import parts
from matneo.web.packs.gathered import Gathered

MOST_FIGURES, MOST_LEARNED, MOST_ENTRIES = 6, 8, 12


def document(found: Gathered, viewer: Viewer, stamp: Stamp) -> Document:
    sections = (
        parts.main_section(found, *_beside(found)),
        *_tried(found),
        *_learned(found),
        *parts.others_section(found, MOST_FIGURES),
        *_happened(found),
        Section("Who", (Bullets(parts.team(found, viewer)),)),
    )
    return Document(found.project.title, parts.aim(found), sections, stamp)


def _beside(found: Gathered) -> tuple[Bullets, ...]:
    project = found.project
    facts = [
        f"Began on {project.started:%-d %B %Y}",
        f"{len(found.ideas)} change ideas, {len(found.tests)} tests",
    ]
    if project.state == State.CLOSED and project.closed:
        facts.append(f"Closed on {project.closed:%-d %B %Y}: {project.get_result_display()}")
    if project.state == State.PAUSED and project.paused_from:
        facts.append(f"Paused since {project.paused_from:%-d %B %Y}")
    if found.missing:
        facts.append(f"{found.missing} of its measures have no figure that you may see yet")
    return (Bullets(tuple(facts)),)


def _tried(found: Gathered) -> tuple[Section, ...]:
    if not found.ideas:
        return (Section("What we tried", (Paragraph("No change idea was taken up yet."),)),)
    tried = Section(
        "What we tried", (parts.ramps(found),), "Each idea begins small and grows with what is learned."
    )
    if not found.tests:
        return (tried,)
    return (tried, Section("Each test", (parts.each_test(found),)))


def _learned(found: Gathered) -> tuple[Section, ...]:
    said = parts.learned(found, MOST_LEARNED)
    quotes = tuple(Paragraph(words, "quote") for words in parts.voices(found)[:3])
    if not said and not quotes:
        return ()
    return (Section("What we learned", (*((Bullets(said),) if said else ()), *quotes)),)


def _happened(found: Gathered) -> tuple[Section, ...]:
    told = [entry for entry in found.entries if entry.kind != "voice"][-MOST_ENTRIES:]
    if not told:
        return ()
    said = tuple(
        f"{entry.date:%-d %B %Y}: {entry.title}{f'. {entry.text}' if entry.text else ''}" for entry in told
    )
    return (Section("What happened, in the order of time", (Bullets(said),)),)
