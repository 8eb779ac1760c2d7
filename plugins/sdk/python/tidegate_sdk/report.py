"""What a gate answers."""

from typing import List, Optional

from wit_world.exports.gate import (
    Outcome,
    Outcome_Fail,
    Outcome_Hold,
    Outcome_Inconclusive,
    Outcome_NotApplicable,
    Outcome_Pass,
    Report,
)
from wit_world.imports.types import Finding, Ratio

from .text import bounded

FINDINGS_LISTED_MAX = 1000
"""Findings listed in one report, at most (the host's own default); further ones are counted."""
SUMMARY_BYTES_MAX = 1024
"""Bytes of a summary, at most."""


def judged(findings: List[Finding], summary: str, score: Optional[Ratio] = None) -> Report:
    """`fail` when one finding is decisive, else `pass`."""
    failed = any(finding.decisive for finding in findings)
    return concluded(Outcome_Fail() if failed else Outcome_Pass(), findings, summary, score)


def held(until: Optional[int], findings: List[Finding], summary: str) -> Report:
    """Not now; ask again at that moment (nanoseconds since 1970, UTC), when it is known."""
    return concluded(Outcome_Hold(until), findings, summary)


def inconclusive(findings: List[Finding], summary: str) -> Report:
    """The evidence allows no conclusion, because of these findings. Never a pass."""
    return concluded(Outcome_Inconclusive(), findings, summary)


def not_applicable(summary: str) -> Report:
    """The rules do not concern this deployment."""
    return concluded(Outcome_NotApplicable(), [], summary)


def concluded(outcome: Outcome, findings: List[Finding], summary: str, score: Optional[Ratio] = None) -> Report:
    """That outcome: decisive findings first, then the worst; those beyond the limit are counted."""
    ordered = sorted(findings, key=lambda finding: (not finding.decisive, -finding.severity.value))
    listed, unlisted = ordered[:FINDINGS_LISTED_MAX], ordered[FINDINGS_LISTED_MAX:]
    omitted_decisive = any(finding.decisive for finding in unlisted)
    return Report(outcome, score, bounded(summary, SUMMARY_BYTES_MAX), listed, len(unlisted), omitted_decisive)
