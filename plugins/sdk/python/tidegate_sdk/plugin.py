"""What every kind of plugin says of itself, and how its settings are read."""

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Generic, List, Optional, Type, TypeVar

from wit_world import exports
from wit_world.exports.plugin import Description, Problem, Rule
from wit_world.imports.types import Severity

from . import settings as reading
from .failure import BadSettings

S = TypeVar("S")

__all__ = ["About", "Described", "Problem", "Severity", "describing", "rule", "schema_beside", "sound"]


def rule(id: str, title: str, severity: Severity, help: str, doc: Optional[str] = None) -> Rule:
    """One checkable clause; findings cite its id."""
    return Rule(id, title, severity, help, doc)


def schema_beside(module_file: str, name: str = "settings.schema.json") -> Dict[str, Any]:
    """The JSON Schema that lies beside a module (`__file__`). Call it when the module is imported: inside a plugin there are no files."""
    return json.loads((Path(module_file).parent / name).read_text("utf-8"))


@dataclass(frozen=True)
class About:
    """Who the plugin is. Every policy is held against the schema before it is loaded, so a rule reads what fits."""

    name: str
    version: str
    summary: str
    rules: List[Rule]
    settings_schema: Dict[str, Any]


class Described(ABC, Generic[S]):
    """What a plugin of any kind has. `settings` is the dataclass that its settings are read into."""

    settings: Type[S]

    @abstractmethod
    def describe(self) -> About:
        """Called when it is loaded."""

    def problems(self, settings: S) -> List[Problem]:
        """What the schema cannot express; every problem at once."""
        return []


def sound(described: Described[S], text: str) -> S:
    """The settings of that JSON, once nothing is wrong with them; else `BadSettings`, which names every problem."""
    settings = reading.read(described.settings, text)
    problems = described.problems(settings)
    if problems:
        raise BadSettings("; ".join(f"`{problem.pointer}`: {problem.message}" for problem in problems))
    return settings


def describing(described: Described[S]) -> Type[exports.Plugin]:
    """The contract's `plugin` interface of that rule."""

    class Plugin(exports.Plugin):
        def describe(self) -> Description:
            about = described.describe()
            return Description(about.name, about.version, about.summary, about.rules, json.dumps(about.settings_schema))

        def validate_settings(self, settings: str) -> List[Problem]:
            try:
                return described.problems(reading.read(described.settings, settings))
            except BadSettings as error:
                return [Problem("", str(error))]

    return Plugin
