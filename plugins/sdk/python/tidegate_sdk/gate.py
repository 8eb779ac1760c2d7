"""A check before the deployment."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Generic, Optional, Tuple, Type, TypeVar

from wit_world import exports
from wit_world.exports import gate as contract
from wit_world.imports import evidence as offered
from wit_world.imports.types import Deployment

from .evidence import Evidence
from .failure import answered
from .plugin import Described, describing, sound
from .shut import shut

S = TypeVar("S")
Report = contract.Report


@dataclass(frozen=True)
class Request(Generic[S]):
    """One question. `evaluated_at` is the moment of the whole decision, nanoseconds since 1970, UTC: the only "now" there is."""

    deployment: Deployment
    stage: str
    service: Optional[str]
    settings: S
    evaluated_at: int


class Gate(Described[S]):
    """A plugin that judges deployments."""

    @abstractmethod
    def evaluate(self, request: Request[S], evidence: Evidence) -> Report:
        """A pure function: the same request over the same evidence gives the same answer. Raise `BadEvidence` where there is no conclusion."""


def component(rule: Gate[S]) -> Tuple[Type[exports.Plugin], Type[exports.Gate]]:
    """What a component of world `gate-plugin` exports: `Plugin, Gate = component(MyRule())`."""
    shut()

    class Exported(exports.Gate):
        def evaluate(self, request: contract.Request) -> Report:
            def judge() -> Report:
                settings = sound(rule, request.settings)
                asked = Request(request.deployment, request.stage, request.service, settings, request.evaluated_at)
                return rule.evaluate(asked, offered)

            return answered(judge)

    return describing(rule), Exported
