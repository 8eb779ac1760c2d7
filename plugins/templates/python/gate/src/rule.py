"""No test may take longer than the team is ready to wait."""

from dataclasses import dataclass, field
from typing import List

from tidegate_sdk.evidence import TESTS, Evidence, case_id, need, rows
from tidegate_sdk.failure import BadEvidence
from tidegate_sdk.finding import Finding, Severity, decisive
from tidegate_sdk.gate import Gate, Report, Request
from tidegate_sdk.pattern import matches_any
from tidegate_sdk.plugin import About, Problem, rule, schema_beside
from tidegate_sdk.report import judged
from tidegate_sdk.text import counted
from wit_world.imports.evidence import TestReport

SLOW = "tests.slow"
ADVICE = "split the test, or list it in `except`"
SCHEMA = schema_beside(__file__)


@dataclass(frozen=True)
class Settings:
    """What a policy set may say: milliseconds that one test may take, and tests that may take longer, as `suite::name`.

    (`except` is a word of Python's: the SDK reads it into `except_`.)
    """

    max_ms: int
    except_: List[str] = field(default_factory=list)


class Rule(Gate[Settings]):
    settings = Settings

    def describe(self) -> About:
        help = "A test that takes longer than `max_ms` makes everybody wait. Split it, or list it in `except`."
        slow = rule(SLOW, "No test is slow", Severity.MEDIUM, help)
        return About("plugin-name", "0.1.0", "No test takes too long.", [slow], SCHEMA)

    def problems(self, settings: Settings) -> List[Problem]:
        """What a schema cannot say."""
        message = "means every test: the rule would look at nothing"
        everything = (index for index, pattern in enumerate(settings.except_) if not pattern.strip("*"))
        return [Problem(f"/except/{index}", message) for index in everything]

    def evaluate(self, request: Request[Settings], evidence: Evidence) -> Report:
        max_ms, ran = request.settings.max_ms, 0
        findings: List[Finding] = []
        # Missing is not pass: without a finished report of tests `need` raises, and the deployment waits.
        for found in need(evidence.documents(), TESTS):
            totals = found.value.totals()
            ran += totals.passed + totals.failed + totals.errored + totals.flaky
            findings += slow(request.settings, found.source.digest, found.value)
        # Nothing that is slow is no good sign where nothing was run.
        if ran == 0:
            raise BadEvidence("no document holds a test that was run")
        return judged(findings, f"{len(findings)} of {counted(ran, 'test')} took longer than {max_ms} ms")


def slow(settings: Settings, digest: str, report: TestReport) -> List[Finding]:
    findings = []
    for case in rows(lambda offset, limit: report.cases([], offset, limit)):
        id = case_id(case)
        if case.duration_ms > settings.max_ms and not matches_any(settings.except_, id):
            message = f"`{id}` took {case.duration_ms} ms; {settings.max_ms} ms are allowed"
            findings.append(decisive(SLOW, Severity.MEDIUM, message, subject=id, evidence=digest, remediation=ADVICE))
    return findings
