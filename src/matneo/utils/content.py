"""Reading content files."""

from typing import Any

import yaml

# The parser in C reads the same language ten times faster; where a platform has none, the one in Python does.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """Plain values from YAML text; raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  (both are safe loaders: plain values only)
