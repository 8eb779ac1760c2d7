"""A judgement after the deployment."""

from abc import abstractmethod
from typing import Tuple, Type, TypeVar

from wit_world import exports
from wit_world.exports import rollback as contract

from .failure import answered
from .plugin import Described, describing, sound
from .shut import shut

S = TypeVar("S")
Advice = contract.Advice
Observation = contract.Observation
Report = contract.Report


class Rollback(Described[S]):
    """A plugin that watches what was deployed."""

    @abstractmethod
    def lookback(self, settings: S) -> int:
        """How far back the window must reach, in nanoseconds."""

    @abstractmethod
    def evaluate(self, observation: Observation, settings: S) -> Report:
        """A pure function. A sample that is missing is no good sample: what it leaves open is `INCONCLUSIVE`, and the advice `HOLD`.

        `ROLL_BACK` needs a trigger that fires, and `PROCEED` none that is inconclusive: the host refuses reports that say otherwise.
        """


def component(rule: Rollback[S]) -> Tuple[Type[exports.Plugin], Type[exports.Rollback]]:
    """What a component of world `rollback-plugin` exports: `Plugin, Rollback = component(MyRule())`."""
    shut()

    class Exported(exports.Rollback):
        def lookback(self, settings: str) -> int:
            return answered(lambda: rule.lookback(sound(rule, settings)))

        def evaluate(self, observation: Observation) -> Report:
            return answered(lambda: rule.evaluate(observation, sound(rule, observation.settings)))

    return describing(rule), Exported
