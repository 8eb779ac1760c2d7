import assert from "node:assert/strict";
import { test } from "node:test";
import { bounded, counted, decisive, exceeded, judged, matches, note, ratio, time } from "tidegate-sdk";
import table from "./table.json" with { type: "json" };

const share = (pair: unknown) => {
  const [numerator, denominator] = pair as [number, number];
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
};

test("helpers say what the table of all languages says", () => {
  for (const [pattern, text, expected] of table.matches as [string, string, boolean][]) {
    assert.equal(matches(pattern, text), expected, `${pattern} on ${text}`);
  }
  for (const [numerator, denominator, expected] of table.percent as [number, number, string][]) {
    assert.equal(ratio.percent(share([numerator, denominator])), expected);
  }
  for (const [points, before, now, expected] of table.fell as [number, unknown, unknown, boolean][]) {
    assert.equal(ratio.fellByMoreThan(points, share(before), share(now)), expected, `${points} ${before} ${now}`);
  }
  for (const [text, max, expected] of table.bounded as [string, number, string][]) assert.equal(bounded(text, max), expected);
  for (const [count, expected] of table.counted as [number, string][]) assert.equal(counted(count, "test"), expected);
  for (const [moment, day, hour, minute, shown] of table.utc as [string, string, number, number, string][]) {
    const at = time.utc(BigInt(moment));
    assert.deepEqual([at.day, at.hour, at.minute, time.shown(BigInt(moment))], [day, hour, minute, shown]);
  }
  for (const [limits, counts, expected] of table.exceeded as [object, Parameters<typeof exceeded>[1], string[]][]) {
    assert.deepEqual(exceeded(limits, counts).map((one) => one.severity), expected);
  }
});

test("decisive findings come first, and those beyond the limit are counted", () => {
  const findings = [note("a", "critical", "m"), ...Array.from({ length: 1001 }, () => decisive("b", "low", "m"))];
  const report = judged(findings, "s");
  assert.deepEqual([report.outcome.tag, report.findings.length, report.omitted, report.omittedDecisive], ["fail", 1000, 2, true]);
});
