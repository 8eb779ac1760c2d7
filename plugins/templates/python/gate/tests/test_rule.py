import unittest

from rule import Rule, Settings
from tidegate_sdk.failure import BadEvidence
from tidegate_sdk.fixture import DocumentFixture, EvidenceFixture, request, tests
from tidegate_sdk.settings import read
from wit_world.exports.gate import Outcome_Fail, Outcome_Pass
from wit_world.imports.evidence import TestCase, TestStatus


def case(name, duration_ms=1, status=TestStatus.PASSED):
    return TestCase("shop", name, status, duration_ms, "")


def asked(*documents):
    return Rule().evaluate(request(Settings(500, ["shop::imports*"])), EvidenceFixture(list(documents)))


class RuleTest(unittest.TestCase):
    def test_a_test_may_take_as_long_as_is_allowed_and_no_longer(self):
        quick = DocumentFixture("unit_tests", [tests(case("adds", 500), case("imports everything", 9_000))])
        self.assertEqual(asked(quick).outcome, Outcome_Pass())
        report = asked(DocumentFixture("unit_tests", [tests(case("adds", 501))]))
        self.assertEqual((report.outcome, report.findings[0].subject), (Outcome_Fail(), "shop::adds"))

    def test_what_was_not_seen_is_no_pass(self):
        for what, documents in [
            ("no document", []),
            ("a document of something else", [DocumentFixture("unit_tests")]),
            ("a report without a test", [DocumentFixture("unit_tests", [tests()])]),
            ("all skipped", [DocumentFixture("unit_tests", [tests(case("adds", 1, TestStatus.SKIPPED))])]),
            ("an unfinished report", [DocumentFixture("unit_tests", [tests(case("adds"))], complete=False)]),
        ]:
            with self.subTest(what), self.assertRaises(BadEvidence):
                asked(*documents)

    def test_an_exception_of_everything_is_refused(self):
        self.assertEqual(Rule().problems(Settings(1, ["a*", "*"]))[0].pointer, "/except/1")

    def test_settings_have_defaults(self):
        self.assertEqual(read(Settings, '{"max_ms": 1}'), Settings(1, []))
        self.assertEqual(read(Settings, '{"max_ms": 1, "except": ["a"]}').except_, ["a"])


if __name__ == "__main__":
    unittest.main()
