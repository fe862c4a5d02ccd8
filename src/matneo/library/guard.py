"""Text that somebody sent in, before it is parsed: plain YAML of a size that a person can read.

Files of the software are reviewed by people; what comes in by a page is not, and YAML can be small and become huge.
"""

import yaml

from matneo.library.reading import unreadable
from matneo.measures.definitions import ContentError
from matneo.utils.content import events

MOST_BYTES = 400_000  # the largest package of the software has 26,000
MOST_EVENTS = 60_000
DEEPEST = 12  # a package has six levels


def check(text: str, name: str) -> None:
    """Raise a ContentError for what no package needs: too much, too deep, references, tags, a field twice."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise ContentError(f"{name}: is larger than {MOST_BYTES // 1000} KB; a package is a tenth of that.")
    try:
        _walk(text, name)
    except yaml.YAMLError as problem:
        raise unreadable(name, problem) from problem


def _walk(text: str, name: str) -> None:
    """Event by event: building anything would already be the harm."""
    open_fields: list[set[str] | None] = []  # the fields of each mapping around; None for a list
    waits_for_value: list[bool] = []
    for number, event in enumerate(events(text)):
        line = event.start_mark.line + 1
        if number > MOST_EVENTS or len(open_fields) > DEEPEST:
            raise ContentError(f"{name} line {line}: holds more, or deeper, than a package can have.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ContentError(f"{name} line {line}: uses & or * to refer; write it out.")
        if getattr(event, "tag", None):
            raise ContentError(f"{name} line {line}: uses a tag (!); plain values are enough.")
        if isinstance(event, yaml.NodeEvent) and open_fields and open_fields[-1] is not None:
            _field(event, open_fields[-1], waits_for_value, name, line)
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            open_fields.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            waits_for_value.append(False)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            open_fields.pop()
            waits_for_value.pop()


def _field(event: yaml.NodeEvent, known: set[str], waits: list[bool], name: str, line: int) -> None:
    """Fields and values take turns. Of two fields with one name YAML would keep the second and say nothing."""
    if not waits[-1]:
        if not isinstance(event, yaml.ScalarEvent):
            raise ContentError(f"{name} line {line}: a field's name should be a word.")
        if event.value in known:
            raise ContentError(f"{name} line {line}: {event.value[:40]} stands twice in the same place.")
        known.add(event.value)
    waits[-1] = not waits[-1]


def line_in(problem: ContentError, text: str) -> str:
    """The line of the text that a problem names, to be shown beside it; empty where it names none."""
    words = str(problem).partition(" line ")[2].partition(":")[0]
    lines = text.split("\n")
    number = int(words) if words.isascii() and words.isdecimal() and len(words) < 8 else 0
    return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""
