"""Reading content files."""

from collections.abc import Iterator
from typing import Any

import yaml

# The parser in C reads the same language ten times faster; where a platform has none, the one in Python does.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """Plain values from YAML text; raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  (both are safe loaders: plain values only)


def events(text: str) -> Iterator[Any]:
    """The text piece by piece, before anything is built from it; raises yaml.YAMLError on the way."""
    return yaml.parse(text, Loader=_LOADER)  # type: ignore[no-any-return, unused-ignore]


def line_of(text: str, way: tuple[str | int, ...]) -> int:
    """The line of the value that a way of keys and numbers leads to, or of the nearest thing around it."""
    node, line = yaml.compose(text, Loader=_LOADER), 1
    for step in way:
        key, node = _step(node, step)
        if node is None:
            break
        line = (key or node).start_mark.line + 1
    return line


def _step(node: Any, step: str | int) -> tuple[Any, Any]:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None, None
