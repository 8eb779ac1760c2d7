"""Coverage may not fall below that of the last deployment that succeeded by the rules."""

from dataclasses import dataclass
from typing import List, Literal

from tidegate_sdk.evidence import COVERAGE, Evidence, earlier, everything, finished, need
from tidegate_sdk.failure import BadEvidence
from tidegate_sdk.finding import Finding, Severity, decisive, note
from tidegate_sdk.gate import Gate, Report, Request
from tidegate_sdk.plugin import About, rule, schema_beside
from tidegate_sdk.ratio import fell_by_more_than, percent, together
from tidegate_sdk.report import judged
from wit_world.imports.evidence import Coverage, Document

FALL = "fall"
FIRST = "first"
SCHEMA = schema_beside(__file__)


@dataclass(frozen=True)
class Settings:
    """What a policy may set: whole percentage points, and what it means that the earlier deployment has no coverage."""

    max_fall: int = 0
    unmeasured_before: Literal["inconclusive", "accept"] = "inconclusive"


class CoverageMayNotFall(Gate[Settings]):
    settings = Settings

    def describe(self) -> About:
        fall = rule(
            FALL,
            "Coverage is not below that of the last deployment",
            Severity.MEDIUM,
            "Cover what the change added or touched.",
        )
        first = rule(
            FIRST,
            "There is an earlier deployment to compare with",
            Severity.INFO,
            "Nothing to do: the next deployment is compared with this one.",
        )
        return About("coverage-may-not-fall", "1.0.0", "Coverage may not fall.", [fall, first], SCHEMA)

    def evaluate(self, request: Request[Settings], evidence: Evidence) -> Report:
        now = measured(evidence.documents())
        documents = earlier(evidence)
        if documents is None:
            return nothing_before("there is no earlier deployment of this service here")
        if not everything(finished(documents), COVERAGE):
            if request.settings.unmeasured_before == "accept":
                return nothing_before("the earlier deployment has no coverage")
            raise BadEvidence("the earlier deployment has no coverage to compare with")
        return compared(request.settings.max_fall, measured(documents), now)


def nothing_before(why: str) -> Report:
    return judged([note(FIRST, Severity.INFO, why)], "nothing to compare with yet")


def measured(documents: List[Document]) -> Coverage:
    """The coverage of all documents together. A share of nothing is no measurement."""
    found = [found.value for found in need(documents, COVERAGE)]
    lines = together(coverage.lines for coverage in found)
    if lines is None:
        raise BadEvidence("the coverage is of no lines")
    branches = [coverage.branches for coverage in found if coverage.branches is not None]
    return Coverage(lines, together(branches) if len(branches) == len(found) else None)


def compared(max_fall: int, before: Coverage, now: Coverage) -> Report:
    # Whoever stops counting branches has not covered them.
    if before.branches is not None and now.branches is None:
        raise BadEvidence("the earlier deployment counted branches, and this one does not")
    findings: List[Finding] = []
    shares: List[str] = []
    for what, was, is_now in [("lines", before.lines, now.lines), ("branches", before.branches, now.branches)]:
        if was is None or is_now is None:
            continue
        share = f"{percent(is_now)} of {what} covered, {percent(was)} before"
        if fell_by_more_than(max_fall, was, is_now):
            message = f"{share}: it may fall by at most {max_fall} points"
            remediation = "cover what the change added or touched"
            findings.append(decisive(FALL, Severity.MEDIUM, message, subject=what, remediation=remediation))
        shares.append(share)
    return judged(findings, ", ".join(shares))
