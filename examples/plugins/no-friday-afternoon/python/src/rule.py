"""No deployments on Friday afternoon."""

from dataclasses import dataclass, field
from typing import List

from tidegate_sdk.evidence import Evidence
from tidegate_sdk.finding import Severity, note
from tidegate_sdk.gate import Gate, Report, Request
from tidegate_sdk.moment import DAYS, add_days, shown, utc
from tidegate_sdk.plugin import About, Problem, rule, schema_beside
from tidegate_sdk.report import held, judged
from wit_world.imports.types import Cause

CLOSED = "closed"
ROLLBACK = "rollback"
SCHEMA = schema_beside(__file__)


@dataclass(frozen=True)
class Settings:
    """What a policy may set. Hours and days are those of UTC."""

    from_hour: int = 12
    days: List[str] = field(default_factory=lambda: ["friday"])

    def close(self, day: str, hour: int) -> bool:
        """Whether nothing is deployed at that hour."""
        return day in self.days and hour >= self.from_hour


class NoFridayAfternoon(Gate[Settings]):
    settings = Settings

    def describe(self) -> About:
        help = "Deploy when the hour is open again. What undoes a deployment is never held."
        rules = [
            rule(CLOSED, "The hour is open for deployments", Severity.MEDIUM, help),
            rule(ROLLBACK, "What undoes a deployment may go out at any hour", Severity.INFO, "Nothing to do."),
        ]
        return About("no-friday-afternoon", "1.0.0", "No deployments on Friday afternoon.", rules, SCHEMA)

    def problems(self, settings: Settings) -> List[Problem]:
        if settings.from_hour == 0 and len(set(settings.days)) == len(DAYS):
            return [Problem("/days", "every hour of every day is closed: nothing could ever be deployed")]
        return []

    def evaluate(self, request: Request[Settings], evidence: Evidence) -> Report:
        settings, now = request.settings, utc(request.evaluated_at)
        if not settings.close(now.day, now.hour):
            return judged([], f"{now.day}, {now.hour}:00 is open")
        closed = f"{now.day} is closed from {settings.from_hour}:00 UTC on"
        if request.deployment.cause is Cause.ROLLBACK:
            finding = note(ROLLBACK, Severity.INFO, f"{closed}, but not for what undoes a deployment")
            return judged([finding], "a rollback is never held")
        until = next_open(settings, now.midnight)
        remediation = f"ask again from {shown(until)} on; in an emergency, break-glass"
        finding = note(CLOSED, Severity.MEDIUM, closed, subject=now.day, remediation=remediation)
        return held(until, [finding], f"no deployments until {shown(until)}")


def next_open(settings: Settings, midnight: int) -> int:
    """The first midnight after this one at which it is open: within a week, or every hour were closed."""
    following = add_days(midnight, 1)
    while settings.close(utc(following).day, 0):
        following = add_days(following, 1)
    return following
