import unittest

from rule import DAYS, NoFridayAfternoon, Settings
from tidegate_sdk.fixture import EvidenceFixture, moment, request
from tidegate_sdk.settings import read
from wit_world.exports.gate import Outcome_Hold, Outcome_Pass
from wit_world.imports.types import Cause

FRIDAY = Settings()
WEEKEND = Settings(0, ["friday", "saturday", "sunday"])


def asked(settings, at, cause=Cause.PUSH):
    return NoFridayAfternoon().evaluate(request(settings, at, cause), EvidenceFixture())


class Rule(unittest.TestCase):
    def test_the_closed_hours_are_those_of_the_settings(self):
        for settings, at, expected in [
            (FRIDAY, "2027-03-04T23:59:59Z", Outcome_Pass()),
            (FRIDAY, "2027-03-05T11:59:59Z", Outcome_Pass()),
            (FRIDAY, "2027-03-05T12:00:00Z", Outcome_Hold(moment("2027-03-06T00:00:00Z"))),
            (FRIDAY, "2027-03-05T23:59:59Z", Outcome_Hold(moment("2027-03-06T00:00:00Z"))),
            (FRIDAY, "2027-03-06T00:00:00Z", Outcome_Pass()),
            (WEEKEND, "2027-03-05T00:00:00Z", Outcome_Hold(moment("2027-03-08T00:00:00Z"))),
        ]:
            with self.subTest(at=at, settings=settings):
                self.assertEqual(asked(settings, at).outcome, expected)

    def test_a_rollback_goes_out_on_friday_afternoon_and_the_report_says_so(self):
        report = asked(FRIDAY, "2027-03-05T15:00:00Z", Cause.ROLLBACK)
        self.assertEqual((report.outcome, report.findings[0].rule), (Outcome_Pass(), "rollback"))

    def test_settings_that_close_everything_are_refused(self):
        self.assertEqual(len(NoFridayAfternoon().problems(Settings(0, list(DAYS)))), 1)
        self.assertEqual(NoFridayAfternoon().problems(WEEKEND), [])

    def test_settings_have_defaults(self):
        self.assertEqual(read(Settings, "{}"), FRIDAY)


if __name__ == "__main__":
    unittest.main()
