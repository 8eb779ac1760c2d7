import assert from "node:assert/strict";
import { test } from "node:test";
import { BadEvidence, BadSettings, type BaselineDocuments, type Document } from "tidegate-sdk";
import { coverage, document, evidence, request } from "tidegate-sdk/fixture";
import { rule, type Settings } from "../src/rule.ts";

const STRICT: Settings = { maxFall: 0, unmeasuredBefore: "inconclusive" };
const covered = (lines: [number, number], branches?: [number, number]) => document("coverage", [coverage(lines, branches)]);
const asked = (settings: Settings, now: Document[], baseline: BaselineDocuments) =>
  rule.evaluate(request(settings), evidence(now, baseline));

for (const [maxFall, before, now, outcome] of [
  [0, [80, 100], [80, 100], "pass"],
  [0, [80, 100], [799, 1000], "fail"],
  [1, [80, 100], [79, 100], "pass"],
  [1, [80, 100], [789, 1000], "fail"],
  [0, [2, 3], [2_000_000, 3_000_000], "pass"],
] as [number, [number, number], [number, number], string][]) {
  test(`from ${before} to ${now}, ${maxFall} points allowed: ${outcome}`, () => {
    const report = asked({ ...STRICT, maxFall }, [covered(now)], { tag: "documents", val: [covered(before)] });
    assert.equal(report.outcome.tag, outcome);
  });
}

const both = covered([8, 10], [1, 2]);
const before: BaselineDocuments = { tag: "documents", val: [both] };
for (const [what, now, baseline] of [
  ["no document", [], before],
  ["a document without coverage", [document("coverage")], before],
  ["an unfinished document", [both, document("coverage", [], { complete: false })], before],
  ["branches that are counted no more", [covered([8, 10])], before],
  ["coverage of nothing", [covered([0, 0])], before],
  ["an earlier deployment without coverage", [both], { tag: "documents", val: [] }],
  ["an earlier deployment that was redacted", [both], { tag: "unavailable", val: "it was redacted" }],
] as [string, Document[], BaselineDocuments][]) {
  test(`${what} is no pass`, () => {
    assert.throws(() => asked(STRICT, now, baseline), BadEvidence);
  });
}

test("the first deployment has nothing to fall from, and says so", () => {
  const report = asked(STRICT, [both], { tag: "first" });
  assert.deepEqual([report.outcome.tag, report.findings[0]?.rule], ["pass", "first"]);
  const accepted = asked({ ...STRICT, unmeasuredBefore: "accept" }, [both], { tag: "documents", val: [] });
  assert.equal(accepted.outcome.tag, "pass");
});

test("a stage that asks for no baseline is the policy's mistake", () => {
  assert.throws(() => asked(STRICT, [both], { tag: "not-asked" }), BadSettings);
});
