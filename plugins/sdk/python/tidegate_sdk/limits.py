"""Limits per severity, as policy sets write them: `{"critical": 0, "high": 0}`; one that is not named has no limit."""

from dataclasses import dataclass
from typing import Dict, List

from wit_world.imports.types import Severity

SEVERITY_LIMITS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        severity.name.lower(): {"type": "integer", "minimum": 0, "maximum": 4294967295} for severity in Severity
    },
}
"""The JSON Schema of such limits, to be put into a schema of settings."""


@dataclass(frozen=True)
class Exceeded:
    """A limit that is exceeded."""

    severity: Severity
    count: int
    max: int


def exceeded(limits: Dict[str, int], counts: object) -> List[Exceeded]:
    """Every limit that the counts (of the host's `count`) exceed, the worst severity first."""
    found = []
    for severity in sorted(Severity, key=lambda one: -one.value):
        count: int = getattr(counts, severity.name.lower())
        limit = limits.get(severity.name.lower())
        if limit is not None and count > limit:
            found.append(Exceeded(severity, count, limit))
    return found
