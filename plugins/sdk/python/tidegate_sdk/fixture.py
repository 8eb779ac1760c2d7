"""Evidence and questions of tests: a rule is a function, so it is tested without WebAssembly."""

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import List, Optional, Tuple, TypeVar

from wit_world.imports import evidence as offered
from wit_world.imports.types import Cause, Deployment, Ratio, Service

from .gate import Request

S = TypeVar("S")


class DocumentFixture(offered.Document):
    """A document with these contents."""

    def __init__(self, name: str, contents: List[offered.Content] = [], complete: bool = True, digest: str = "0" * 64):
        self._source = offered.Source(name, None, "fixture", f"sha256:{digest}", None, None, None, [], None, complete)
        self._contents = list(contents)

    def source(self) -> offered.Source:
        return self._source

    def contents(self) -> List[offered.Content]:
        return self._contents


@dataclass
class EvidenceFixture:
    """These documents, and what there was before; by default the stage does not ask for that."""

    given: List[offered.Document] = field(default_factory=list)
    before: offered.BaselineDocuments = field(default_factory=offered.BaselineDocuments_NotAsked)

    def documents(self) -> List[offered.Document]:
        return self.given

    def baseline(self) -> offered.BaselineDocuments:
        return self.before


class TestReportFixture(offered.TestReport):
    """Test cases."""

    def __init__(self, cases: List[offered.TestCase]):
        self._cases = cases

    def totals(self) -> offered.TestTotals:
        def count(status: offered.TestStatus) -> int:
            return sum(case.status is status for case in self._cases)

        of = offered.TestStatus
        counts = [count(status) for status in (of.PASSED, of.FAILED, of.ERRORED, of.SKIPPED, of.FLAKY)]
        return offered.TestTotals(*counts, sum(case.duration_ms for case in self._cases))

    def suites(self) -> List[str]:
        return list(dict.fromkeys(case.suite for case in self._cases))

    def cases(self, statuses: List[offered.TestStatus], offset: int, limit: int) -> List[offered.TestCase]:
        wanted = [case for case in self._cases if not statuses or case.status in statuses]
        return wanted[offset : offset + limit]

    def contradictions(self) -> List[str]:
        return []


def coverage(lines: Tuple[int, int], branches: Optional[Tuple[int, int]] = None) -> offered.Content_Coverage:
    """Coverage: lines covered of lines, and branches likewise."""
    return offered.Content_Coverage(offered.Coverage(Ratio(*lines), None if branches is None else Ratio(*branches)))


def tests(*cases: offered.TestCase) -> offered.Content_Tests:
    """A report of these test cases."""
    return offered.Content_Tests(TestReportFixture(list(cases)))


def deployment(cause: Cause = Cause.PUSH, environment: str = "production") -> Deployment:
    """What is deployed in tests: `api` 1.0.0."""
    return Deployment("fixture", environment, [Service("api", "1.0.0", None, None)], None, cause, "fixture", 0, [])


def moment(at: str) -> int:
    """Nanoseconds since 1970 of a moment written as `2027-03-05T14:30:00Z`."""
    return int(datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()) * 1_000_000_000


def request(settings: S, at: str = "2027-03-03T10:00:00Z", cause: Cause = Cause.PUSH) -> Request[S]:
    """A question at that moment."""
    return Request(deployment(cause), "fixture", None, settings, moment(at))
