"""A classification of incidents."""

from abc import abstractmethod
from typing import Tuple, Type, TypeVar

from wit_world import exports
from wit_world.exports import severity as contract

from .failure import answered
from .plugin import Described, describing, sound
from .shut import shut

S = TypeVar("S")
Classification = contract.Classification
Incident = contract.Incident
Priority = contract.Priority


class Severity(Described[S]):
    """A plugin that says how urgent an incident is."""

    @abstractmethod
    def classify(self, incident: Incident, settings: S) -> Classification:
        """A pure function. What nobody knows (`UNKNOWN`, or none) never counts as well: say so in the reasons."""


def component(rule: Severity[S]) -> Tuple[Type[exports.Plugin], Type[exports.Severity]]:
    """What a component of world `severity-plugin` exports: `Plugin, Severity = component(MyRule())`."""
    shut()

    class Exported(exports.Severity):
        def classify(self, incident: Incident) -> Classification:
            return answered(lambda: rule.classify(incident, sound(rule, incident.settings)))

    return describing(rule), Exported
