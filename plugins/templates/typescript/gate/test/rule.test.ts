import assert from "node:assert/strict";
import { test } from "node:test";
import { BadEvidence, type Document } from "tidegate-sdk";
import { document, evidence, request, tests } from "tidegate-sdk/fixture";
import { rule, type Settings } from "../src/rule.ts";

const SETTINGS: Settings = { maxMs: 500, except: ["shop::imports*"] };
const asked = (...documents: Document[]) => rule.evaluate(request(SETTINGS), evidence(documents));
const took = (name: string, durationMs: bigint) => ({ suite: "shop", name, durationMs });

test("a test may take as long as is allowed and no longer", () => {
  const quick = asked(document("unit_tests", [tests([took("adds", 500n), took("imports everything", 9_000n)])]));
  assert.equal(quick.outcome.tag, "pass");
  const slow = asked(document("unit_tests", [tests([took("adds", 501n)])]));
  assert.deepEqual([slow.outcome.tag, slow.findings[0]?.subject], ["fail", "shop::adds"]);
});

for (const [what, documents] of [
  ["no document", []],
  ["a document of something else", [document("unit_tests")]],
  ["a report without a test", [document("unit_tests", [tests([])])]],
  ["a report of tests that were all skipped", [document("unit_tests", [tests([{ status: "skipped" }])])]],
  ["an unfinished report", [document("unit_tests", [tests([{}])], { complete: false })]],
] as [string, Document[]][]) {
  test(`${what} is no pass`, () => {
    assert.throws(() => asked(...documents), BadEvidence);
  });
}

test("an exception of everything is refused", () => {
  assert.equal(rule.problems?.({ maxMs: 1, except: ["a*", "*"] })[0]?.pointer, "/except/1");
});

test("settings have defaults", () => {
  assert.deepEqual(rule.settings?.({ max_ms: 1 }), { maxMs: 1, except: [] });
});
