import unittest

from rule import Rule, Settings
from tidegate_sdk.fixture import deployment
from tidegate_sdk.rollback import Advice, Observation
from wit_world.exports.rollback import Sample, Series
from wit_world.imports.types import TriggerState

SETTINGS = Settings("queue", 100.0, 3, 30)


def asked(values, defect=None):
    samples = [Sample(at, value) for at, value in enumerate(values)]
    series = [Series("queue", "", [], samples, 1, defect)]
    return Rule().evaluate(Observation(deployment(), 0, 0, "", series, [], []), SETTINGS)


class RuleTest(unittest.TestCase):
    def test_the_advice_follows_from_the_newest_samples(self):
        for values, state, advice in [
            ([20, 100], TriggerState.OK, Advice.PROCEED),
            ([400, 400, 100], TriggerState.OK, Advice.PROCEED),
            ([20, 101, 150], TriggerState.PENDING, Advice.HOLD),
            ([101, None, 150], TriggerState.PENDING, Advice.HOLD),
            ([20, 101, 150, 400], TriggerState.FIRING, Advice.ROLL_BACK),
            ([20, 20, None], TriggerState.INCONCLUSIVE, Advice.HOLD),
            ([20, float("nan")], TriggerState.INCONCLUSIVE, Advice.HOLD),
            ([], TriggerState.INCONCLUSIVE, Advice.HOLD),
        ]:
            with self.subTest(values=values):
                report = asked(values)
                self.assertEqual((report.triggers[0].state, report.advice), (state, advice))

    def test_what_may_be_partial_allows_no_conclusion(self):
        self.assertEqual(asked([1, 2], "a shard did not answer").advice, Advice.HOLD)

    def test_the_window_reaches_back_as_far_as_the_looks_do(self):
        self.assertEqual(Rule().lookback(SETTINGS), 90_000_000_000)


if __name__ == "__main__":
    unittest.main()
