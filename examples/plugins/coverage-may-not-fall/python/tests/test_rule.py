import unittest

from rule import CoverageMayNotFall, Settings
from tidegate_sdk.failure import BadEvidence, BadSettings
from tidegate_sdk.fixture import DocumentFixture, EvidenceFixture, coverage, request
from wit_world.exports.gate import Outcome_Fail, Outcome_Pass
from wit_world.imports import evidence as offered


def covered(lines, branches=None):
    return DocumentFixture("coverage", [coverage(lines, branches)])


def asked(settings, now, before):
    return CoverageMayNotFall().evaluate(request(settings), EvidenceFixture(now, before))


BOTH = covered((8, 10), (1, 2))
BEFORE = offered.BaselineDocuments_Documents([BOTH])


class Rule(unittest.TestCase):
    def test_it_may_fall_by_the_points_that_the_settings_say_and_no_more(self):
        for max_fall, before, now, expected in [
            (0, (80, 100), (80, 100), Outcome_Pass()),
            (0, (80, 100), (799, 1000), Outcome_Fail()),
            (1, (80, 100), (79, 100), Outcome_Pass()),
            (1, (80, 100), (789, 1000), Outcome_Fail()),
            (0, (2, 3), (2_000_000, 3_000_000), Outcome_Pass()),
        ]:
            with self.subTest(now=now):
                baseline = offered.BaselineDocuments_Documents([covered(before)])
                self.assertEqual(asked(Settings(max_fall), [covered(now)], baseline).outcome, expected)

    def test_what_is_missing_is_no_pass(self):
        for what, now, before in [
            ("no document", [], BEFORE),
            ("a document without coverage", [DocumentFixture("coverage")], BEFORE),
            ("an unfinished document", [BOTH, DocumentFixture("coverage", complete=False)], BEFORE),
            ("branches that are counted no more", [covered((8, 10))], BEFORE),
            ("coverage of nothing", [covered((0, 0))], BEFORE),
            ("an earlier deployment without coverage", [BOTH], offered.BaselineDocuments_Documents([])),
            ("one that was redacted", [BOTH], offered.BaselineDocuments_Unavailable("it was redacted")),
        ]:
            with self.subTest(what), self.assertRaises(BadEvidence):
                asked(Settings(), now, before)

    def test_the_first_deployment_has_nothing_to_fall_from_and_says_so(self):
        report = asked(Settings(), [BOTH], offered.BaselineDocuments_First())
        self.assertEqual((report.outcome, report.findings[0].rule), (Outcome_Pass(), "first"))
        accept = Settings(unmeasured_before="accept")
        self.assertEqual(asked(accept, [BOTH], offered.BaselineDocuments_Documents([])).outcome, Outcome_Pass())

    def test_a_stage_that_asks_for_no_baseline_is_the_policys_mistake(self):
        with self.assertRaises(BadSettings):
            asked(Settings(), [BOTH], offered.BaselineDocuments_NotAsked())


if __name__ == "__main__":
    unittest.main()
