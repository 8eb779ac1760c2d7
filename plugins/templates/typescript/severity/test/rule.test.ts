import assert from "node:assert/strict";
import { test } from "node:test";
import type { Incident } from "tidegate-sdk";
import { rule } from "../src/rule.ts";

const settings = { manyUsersPercent: 10 };
const KNOWN: Omit<Incident, "settings"> = {
  title: "slow", detectedAt: 0n, usersAffectedPercent: 0, service: "operational", data: "intact", security: "none", features: "none",
  performance: "none", rollbackRequired: false, triggers: [], labels: [],
};

for (const [changed, priority, cited] of [
  [{}, "p3", "minor"],
  [{ service: "outage" }, "p0", "outage"],
  [{ service: "outage", usersAffectedPercent: undefined }, "p0", "outage"],
  [{ data: "lost" }, "p0", "outage"],
  [{ security: "breach" }, "p0", "outage"],
  [{ usersAffectedPercent: 10 }, "p3", "minor"],
  [{ usersAffectedPercent: 10.1, service: "unknown" }, "p1", "many-users"],
  [{ usersAffectedPercent: undefined }, "p2", "unknown"],
  [{ data: "unknown" }, "p2", "unknown"],
] as [Partial<Omit<Incident, "settings">>, string, string][]) {
  test(`${JSON.stringify(changed)} is ${priority}`, () => {
    const found = rule.classify({ ...KNOWN, ...changed, settings });
    assert.deepEqual([found.priority, found.rule, found.reasons.length], [priority, cited, 1]);
  });
}
