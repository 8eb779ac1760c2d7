"""What a rule sees of the evidence, and what it does where something is missing.

Missing is not pass. A rule that looks for something asks for it with `need`, `need_one` or `earlier`; where it is not there, they raise
`BadEvidence`, the stage is inconclusive, and the deployment waits. A rule that counts in a list and finds it empty has seen nothing.
"""

from dataclasses import dataclass
from typing import Callable, Generic, Iterator, List, Optional, Protocol, Type, TypeVar

from wit_world.imports import evidence as offered
from wit_world.imports.evidence import BaselineDocuments, Content, Document, Source, TestCase

from .failure import BadEvidence, BadSettings

T = TypeVar("T")

COVERAGE = offered.Content_Coverage
TESTS = offered.Content_Tests
SCAN = offered.Content_Scan
VULNERABILITIES = offered.Content_Vulnerabilities
COMPONENTS = offered.Content_Components
MEASUREMENTS = offered.Content_Measurements
STATEMENTS = offered.Content_Statements
PROVENANCE = offered.Content_Provenance
FACTS = offered.Content_Facts


class Evidence(Protocol):
    """The documents of one evaluation: the host's inside a component, fixtures in tests."""

    def documents(self) -> List[Document]:
        """Those that the policy binds to the stage, ordered by name and digest."""

    def baseline(self) -> BaselineDocuments:
        """Those of the last deployment of the service here that succeeded by the rules."""


class Holds(Protocol[T]):
    """A kind of content: a class whose `value` is what it holds."""

    value: T


@dataclass(frozen=True)
class Found(Generic[T]):
    """A content, with where it comes from."""

    source: Source
    value: T


def everything(documents: List[Document], kind: Type[Holds[T]]) -> List[Found[T]]:
    """Every content of that kind, perhaps none: for what adds to a judgement, not for what it rests on."""

    def of(document: Document) -> Iterator[Found[T]]:
        source = document.source()
        contents: List[Content] = document.contents()
        return (Found(source, content.value) for content in contents if isinstance(content, kind))

    return [found for document in documents for found in of(document)]


def finished(documents: List[Document]) -> List[Document]:
    """The documents, once all of them are finished; else `BadEvidence`: what an unfinished one lacks says nothing."""
    unfinished = [source for source in (document.source() for document in documents) if not source.complete]
    if unfinished:
        names = ", ".join(f"`{source.name}` ({source.format})" for source in unfinished)
        raise BadEvidence(f"not finished, or cannot tell a clean result from none: {names}")
    return documents


def need(documents: List[Document], kind: Type[Holds[T]]) -> List[Found[T]]:
    """Every content of that kind: at least one, and from finished documents only. Else `BadEvidence`."""
    found = everything(finished(documents), kind)
    if not found:
        raise BadEvidence(f"no document of this stage holds {_name(kind)}")
    return found


def need_one(documents: List[Document], kind: Type[Holds[T]]) -> Found[T]:
    """The one content of that kind; none, or several, is `BadEvidence`."""
    found = need(documents, kind)
    if len(found) > 1:
        raise BadEvidence(f"one document of this stage should hold {_name(kind)}, and {len(found)} do")
    return found[0]


def earlier(evidence: Evidence) -> Optional[List[Document]]:
    """The documents of the earlier deployment; none where there never was one, which a rule has to think about.

    A stage that does not ask for them is `BadSettings`; ones that cannot be had are `BadEvidence`.
    """
    baseline = evidence.baseline()
    if isinstance(baseline, offered.BaselineDocuments_Documents):
        return baseline.value
    if isinstance(baseline, offered.BaselineDocuments_First):
        return None
    if isinstance(baseline, offered.BaselineDocuments_NotAsked):
        raise BadSettings(
            "the rule compares with a baseline, and the stage asks for none: set `baseline: true` beside its `evidence`"
        )
    raise BadEvidence(f"the documents of the earlier deployment cannot be had: {baseline.value}")


def rows(page: Callable[[int, int], List[T]]) -> Iterator[T]:
    """Rows of a list that comes in pages. `page` is called with offset and limit until it answers with nothing."""
    offset = 0
    while some := page(offset, 512):
        yield from some
        offset += len(some)


def case_id(case: TestCase) -> str:
    """`suite::name`, by which waivers and exceptions know a test case."""
    return f"{case.suite}::{case.name}" if case.suite else case.name


def _name(kind: type) -> str:
    return kind.__name__.removeprefix("Content_").lower()
