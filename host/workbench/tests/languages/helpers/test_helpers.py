import json
import unittest
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Dict, List, Literal, Optional

from tidegate_sdk import limits, moment, pattern, ratio, text
from tidegate_sdk.failure import BadSettings
from tidegate_sdk.finding import Severity, decisive, note
from tidegate_sdk.report import judged
from tidegate_sdk.settings import read

TABLE = json.loads((Path(__file__).parent / "table.json").read_text("utf-8"))


@dataclass
class Inner:
    max: float


@dataclass
class Outer:
    limits: List[Inner]
    mode: Literal["a", "b"] = "a"
    name: Optional[str] = None
    counts: Dict[str, int] = field(default_factory=dict)
    is_on: bool = True


class Helpers(unittest.TestCase):
    def test_helpers_say_what_the_table_of_all_languages_says(self):
        for given, on, expected in TABLE["matches"]:
            self.assertEqual(pattern.matches(given, on), expected, (given, on))
        for numerator, denominator, expected in TABLE["percent"]:
            self.assertEqual(ratio.percent(ratio.Ratio(numerator, denominator)), expected)
        for points, before, now, expected in TABLE["fell"]:
            self.assertEqual(ratio.fell_by_more_than(points, ratio.Ratio(*before), ratio.Ratio(*now)), expected)
        for given, most, expected in TABLE["bounded"]:
            self.assertEqual(text.bounded(given, most), expected)
        for count, expected in TABLE["counted"]:
            self.assertEqual(text.counted(count, "test"), expected)
        for given, day, hour, minute, shown in TABLE["utc"]:
            at = moment.utc(int(given))
            self.assertEqual((at.day, at.hour, at.minute, moment.shown(int(given))), (day, hour, minute, shown))
        for given, counts, expected in TABLE["exceeded"]:
            found = limits.exceeded(given, SimpleNamespace(**counts))
            self.assertEqual([one.severity.name.lower() for one in found], expected)

    def test_decisive_findings_come_first_and_those_beyond_the_limit_are_counted(self):
        findings = [note("a", Severity.CRITICAL, "m")] + [decisive("b", Severity.LOW, "m")] * 1001
        report = judged(findings, "s")
        self.assertEqual((len(report.findings), report.omitted, report.omitted_decisive), (1000, 2, True))

    def test_settings_are_read_into_dataclasses(self):
        given = '{"limits": [{"max": 1}], "mode": "b", "name": null, "counts": {"x": 2.0}, "is_on": false}'
        self.assertEqual(read(Outer, given), Outer([Inner(1.0)], "b", None, {"x": 2}, False))

    def test_settings_that_do_not_fit_say_where(self):
        for given, place in [
            ('{"limits": [{"max": "1"}]}', "`/limits/0/max`"),
            ('{"limits": [{"max": true}]}', "`/limits/0/max`"),
            ('{"limits": [{"max": 1, "min": 1}]}', "`/limits/0/min`"),
            ('{"limits": [], "mode": "c"}', "`/mode`"),
            ('{"limits": {}}', "`/limits`"),
            ('{"limits": [], "is_on": 1}', "`/is_on`"),
            ("{}", "limits"),
        ]:
            with self.assertRaises(BadSettings, msg=given) as caught:
                read(Outer, given)
            self.assertIn(place, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
