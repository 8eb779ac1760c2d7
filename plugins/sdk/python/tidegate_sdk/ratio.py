"""Exact shares."""

from typing import Iterable, Optional

from wit_world.imports.types import Ratio

__all__ = ["Ratio", "compare", "fell_by_more_than", "percent", "says_something", "together"]


def says_something(ratio: Ratio) -> bool:
    """Whether it is a share of something: a share of nothing says nothing, and is no grounds for a pass."""
    return 0 <= ratio.numerator <= ratio.denominator and ratio.denominator > 0


def together(ratios: Iterable[Ratio]) -> Optional[Ratio]:
    """Several shares counted together; none when there is nothing to count."""
    all_of_them = list(ratios)
    total = Ratio(sum(one.numerator for one in all_of_them), sum(one.denominator for one in all_of_them))
    return total if says_something(total) else None


def compare(one: Ratio, other: Ratio) -> int:
    """Negative where the first is smaller, 0 where they are equal; exact."""
    left, right = one.numerator * other.denominator, other.numerator * one.denominator
    return (left > right) - (left < right)


def fell_by_more_than(points: int, before: Ratio, now: Ratio) -> bool:
    """Whether the share fell from `before` to `now` by more than so many whole percentage points; exact."""
    lowest = before.numerator * now.denominator * 100 - points * now.denominator * before.denominator
    return now.numerator * before.denominator * 100 < lowest


def percent(ratio: Ratio) -> str:
    """As a percentage with at most one decimal, rounded half up, never 100 when below 1: `97.5%`."""
    whole = max(ratio.denominator, 1)
    tenths = (ratio.numerator * 2000 + whole) // (whole * 2)
    if ratio.numerator < whole:
        tenths = min(tenths, 999)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"
