import assert from "node:assert/strict";
import { test } from "node:test";
import { deployment } from "tidegate-sdk/fixture";
import { rule } from "../src/rule.ts";

const settings = { signal: "queue", max: 100, looks: 3, stepS: 30 };
const asked = (values: (number | undefined)[], defect?: string) =>
  rule.evaluate({
    deployment: deployment(), deployedAt: 0n, observedAt: 0n, settings, alerts: [], previous: [],
    series: [{ signal: "queue", unit: "", labels: [], step: 1n, defect, samples: values.map((value, at) => ({ at: BigInt(at), value })) }],
  });

for (const [values, state, advice] of [
  [[20, 100], "ok", "proceed"],
  [[400, 400, 100], "ok", "proceed"],
  [[20, 101, 150], "pending", "hold"],
  [[101, undefined, 150], "pending", "hold"],
  [[20, 101, 150, 400], "firing", "roll-back"],
  [[20, 20, undefined], "inconclusive", "hold"],
  [[20, Number.NaN], "inconclusive", "hold"],
  [[], "inconclusive", "hold"],
] as [(number | undefined)[], string, string][]) {
  test(`${values.map(String).join(", ")} is ${state}`, () => {
    const report = asked(values);
    assert.deepEqual([report.triggers[0]?.state, report.advice], [state, advice]);
  });
}

test("what may be partial allows no conclusion", () => {
  assert.equal(asked([1, 2], "a shard did not answer").advice, "hold");
});

test("the window reaches back as far as the looks do", () => {
  assert.equal(rule.lookback(settings), 90_000_000_000n);
});
