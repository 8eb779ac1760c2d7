"""How urgent an incident is."""

from dataclasses import dataclass

from tidegate_sdk.plugin import About, rule, schema_beside
from tidegate_sdk.plugin import Severity as Rating
from tidegate_sdk.severity import Classification, Incident, Priority, Severity
from wit_world.exports.severity import DataState, SecurityState, ServiceState

SCHEMA = schema_beside(__file__)


@dataclass(frozen=True)
class Settings:
    """What a policy set may say: more than so many percent of the users make it urgent."""

    many_users_percent: float


class Rule(Severity[Settings]):
    settings = Settings

    def describe(self) -> About:
        rules = [
            rule("outage", "The service is out, data is gone, or somebody got in", Rating.CRITICAL, "Drop everything."),
            rule("many-users", "Many users are affected", Rating.HIGH, "See to it now."),
            rule("unknown", "Nobody knows how bad it is", Rating.MEDIUM, "Find out: until then it is looked into today."),
            rule("minor", "Known to be nothing of these", Rating.LOW, "See to it in its turn."),
        ]
        return About("plugin-name", "0.1.0", "How urgent an incident is.", rules, SCHEMA)

    def classify(self, incident: Incident, settings: Settings) -> Classification:
        share, many = incident.users_affected_percent, settings.many_users_percent
        if incident.service is ServiceState.OUTAGE:
            return answer(Priority.P0, "outage", "the service does not answer")
        if incident.data in (DataState.LOST, DataState.CORRUPTED):
            return answer(Priority.P0, "outage", f"data is {incident.data.name.lower()}")
        if incident.security is SecurityState.BREACH:
            return answer(Priority.P0, "outage", "somebody got in")
        if share is not None and share > many:
            return answer(Priority.P1, "many-users", f"{share:g}% of the users are affected, more than {many:g}%")
        # `unknown` is never the same as "none": what nobody knows is looked into today.
        states = {"service": incident.service, "data": incident.data, "security": incident.security}
        unknown = [what for what, state in states.items() if state.name == "UNKNOWN"]
        unknown += ["how many users are affected"] if share is None else []
        if unknown:
            return answer(Priority.P2, "unknown", f"nobody knows: {', '.join(unknown)}")
        return answer(Priority.P3, "minor", f"{share:g}% of the users are affected")


def answer(priority: Priority, rule: str, reason: str) -> Classification:
    return Classification(priority, rule, [reason])
