"""Names that are left out, as policy sets write them: a name, or with `*` any run of characters."""

from typing import Iterable


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern means the text. `*` stands for any run of characters, also none; everything else for itself."""
    beginning, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    end = rest.pop()
    if len(text) < len(beginning) + len(end) or not text.startswith(beginning) or not text.endswith(end):
        return False
    # The parts between stars, each at its earliest place: whatever fits at all fits so.
    place, last = len(beginning), len(text) - len(end)
    for part in rest:
        place = text.find(part, place, last)
        if place < 0:
            return False
        place += len(part)
    return True


def matches_any(patterns: Iterable[str], text: str) -> bool:
    """Whether one of the patterns means the text."""
    return any(matches(pattern, text) for pattern in patterns)
