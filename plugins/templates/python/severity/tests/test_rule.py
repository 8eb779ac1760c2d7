import unittest

from rule import Rule, Settings
from tidegate_sdk.severity import Incident, Priority
from wit_world.exports.severity import DataState, FeatureImpact, PerformanceImpact, SecurityState, ServiceState

KNOWN = {
    "users_affected_percent": 0.0,
    "service": ServiceState.OPERATIONAL,
    "data": DataState.INTACT,
    "security": SecurityState.NONE,
    "features": FeatureImpact.NONE,
    "performance": PerformanceImpact.NONE,
}


def asked(**changed):
    raised = {"title": "slow", "deployment": None, "detected_at": 0, "settings": "", "rollback_required": False}
    incident = Incident(**raised, triggers=[], labels=[], **{**KNOWN, **changed})
    return Rule().classify(incident, Settings(10.0))


class RuleTest(unittest.TestCase):
    def test_every_incident_has_a_priority_and_what_nobody_knows_is_never_well(self):
        for changed, priority, cited in [
            ({}, Priority.P3, "minor"),
            ({"service": ServiceState.OUTAGE}, Priority.P0, "outage"),
            ({"service": ServiceState.OUTAGE, "users_affected_percent": None}, Priority.P0, "outage"),
            ({"data": DataState.LOST}, Priority.P0, "outage"),
            ({"security": SecurityState.BREACH}, Priority.P0, "outage"),
            ({"users_affected_percent": 10.0}, Priority.P3, "minor"),
            ({"users_affected_percent": 10.1, "service": ServiceState.UNKNOWN}, Priority.P1, "many-users"),
            ({"users_affected_percent": None}, Priority.P2, "unknown"),
            ({"data": DataState.UNKNOWN}, Priority.P2, "unknown"),
        ]:
            with self.subTest(changed=changed):
                found = asked(**changed)
                self.assertEqual((found.priority, found.rule, len(found.reasons)), (priority, cited, 1))


if __name__ == "__main__":
    unittest.main()
