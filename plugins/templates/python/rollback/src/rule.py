"""Undo a deployment when one signal stays above a limit."""

import math
from dataclasses import dataclass
from typing import Optional

from tidegate_sdk.plugin import About, Severity, rule, schema_beside
from tidegate_sdk.rollback import Advice, Observation, Report, Rollback
from wit_world.exports.rollback import Sample, Series
from wit_world.imports.types import Trigger, TriggerState

TOO_HIGH = "too-high"
"""The trigger, also the rule's id."""
SCHEMA = schema_beside(__file__)
ANSWERS = {
    TriggerState.OK: (Advice.PROCEED, Severity.INFO),
    TriggerState.PENDING: (Advice.HOLD, Severity.MEDIUM),
    TriggerState.INCONCLUSIVE: (Advice.HOLD, Severity.MEDIUM),
    TriggerState.FIRING: (Advice.ROLL_BACK, Severity.HIGH),
}


@dataclass(frozen=True)
class Settings:
    """What a policy set may say: so many looks in a row above `max`, each `step_s` seconds after the other, undo the deployment."""

    signal: str
    max: float
    looks: int
    step_s: int


class Rule(Rollback[Settings]):
    settings = Settings

    def describe(self) -> About:
        help = (
            "So many looks in a row above the limit undo the deployment; a look that did not come keeps it from passing."
        )
        rules = [rule(TOO_HIGH, "The signal stays low enough", Severity.HIGH, help)]
        return About("plugin-name", "0.1.0", "Undoes a deployment whose signal stays too high.", rules, SCHEMA)

    def lookback(self, settings: Settings) -> int:
        return settings.looks * settings.step_s * 1_000_000_000

    def evaluate(self, observation: Observation, settings: Settings) -> Report:
        series = next((one for one in observation.series if one.signal == settings.signal), None)
        trigger = judged(settings, series)
        return Report(*ANSWERS[trigger.state], [trigger], trigger.message)


def judged(settings: Settings, series: Optional[Series]) -> Trigger:
    last = series.samples[-settings.looks :] if series else []
    observed = last[-1].value if last else None

    def trigger(state: TriggerState, message: str) -> Trigger:
        return Trigger(TOO_HIGH, state, None, observed, settings.max, len(last), f"`{settings.signal}` {message}")

    # What did not come is never `ok`, and a NaN is not above anything, and not below it either.
    if series is not None and series.defect is not None:
        return trigger(TriggerState.INCONCLUSIVE, f"may be partial: {series.defect}")
    if observed is None:
        return trigger(TriggerState.INCONCLUSIVE, "has no sample of this look")
    if math.isnan(observed):
        return trigger(TriggerState.INCONCLUSIVE, "is no number")
    above = in_a_row(last, settings.max)
    limit = f"is {observed:g}, above {settings.max:g} for {above}"
    if above >= settings.looks:
        return trigger(TriggerState.FIRING, f"{limit} looks")
    if above > 0:
        return trigger(TriggerState.PENDING, f"{limit} of {settings.looks} looks")
    return trigger(TriggerState.OK, f"is {observed:g}, at most {settings.max:g}")


def in_a_row(samples: list[Sample], limit: float) -> int:
    """So many of the newest samples are above the limit."""
    count = 0
    for sample in reversed(samples):
        if sample.value is None or not sample.value > limit:
            break
        count += 1
    return count
