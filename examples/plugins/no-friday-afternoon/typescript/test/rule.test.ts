import assert from "node:assert/strict";
import { test } from "node:test";
import { time } from "tidegate-sdk";
import { evidence, request } from "tidegate-sdk/fixture";
import { rule, type Settings } from "../src/rule.ts";

const FRIDAY: Settings = { fromHour: 12, days: ["friday"] };
const WEEKEND: Settings = { fromHour: 0, days: ["friday", "saturday", "sunday"] };

const asked = (settings: Settings, at: string, cause: "push" | "rollback" = "push") =>
  rule.evaluate(request(settings, at, { cause }), evidence([]));

for (const [settings, at, outcome, until] of [
  [FRIDAY, "2027-03-04T23:59:59Z", "pass", undefined],
  [FRIDAY, "2027-03-05T11:59:59Z", "pass", undefined],
  [FRIDAY, "2027-03-05T12:00:00Z", "hold", "2027-03-06T00:00Z"],
  [FRIDAY, "2027-03-05T23:59:59Z", "hold", "2027-03-06T00:00Z"],
  [FRIDAY, "2027-03-06T00:00:00Z", "pass", undefined],
  [WEEKEND, "2027-03-05T00:00:00Z", "hold", "2027-03-08T00:00Z"],
] as const) {
  test(`from ${settings.fromHour} on ${settings.days.join(", ")}: ${at} is ${outcome}`, () => {
    const report = asked(settings, at);
    assert.equal(report.outcome.tag, outcome);
    if (report.outcome.tag === "hold") assert.equal(time.shown(report.outcome.val ?? 0n), until);
  });
}

test("a rollback goes out on Friday afternoon, and the report says so", () => {
  const report = asked(FRIDAY, "2027-03-05T15:00:00Z", "rollback");
  assert.deepEqual([report.outcome.tag, report.findings[0]?.rule], ["pass", "rollback"]);
});

test("settings that close everything are refused", () => {
  assert.equal(rule.problems?.({ fromHour: 0, days: [...time.DAYS] }).length, 1);
  assert.deepEqual(rule.problems?.(WEEKEND), []);
});

test("settings have defaults", () => {
  assert.deepEqual(rule.settings?.({}), FRIDAY);
});
