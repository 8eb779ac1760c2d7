/** Evidence and questions of tests: a rule is a function, so it is tested without WebAssembly. */
import type {
  BaselineDocuments, Content, Coverage, Deployment, Document, Source, TestCase, TestReport,
} from "./contract.ts";
import type { Evidence } from "./evidence.ts";
import type { Request } from "./gate.ts";

/** A document with these contents. */
export function document(name: string, contents: Content[] = [], source: Partial<Source> = {}): Document {
  const whole: Source = { name, format: "fixture", digest: `sha256:${"0".repeat(64)}`, subjects: [], complete: true, ...source };
  return { source: () => whole, contents: () => contents, bytes: () => new Uint8Array(), size: () => 0n, ...disposable };
}

/** Coverage: lines covered of lines, and branches likewise. */
export function coverage(lines: [number, number], branches?: [number, number]): Content {
  const ratio = ([numerator, denominator]: [number, number]) => ({ numerator: BigInt(numerator), denominator: BigInt(denominator) });
  const val: Coverage = { lines: ratio(lines), branches: branches && ratio(branches) };
  return { tag: "coverage", val };
}

/** Test cases. */
export function tests(cases: Partial<TestCase>[]): Content {
  const whole = cases.map((one): TestCase => ({ suite: "suite", name: "case", status: "passed", durationMs: 0n, message: "", ...one }));
  const count = (status: TestCase["status"]) => whole.filter((one) => one.status === status).length;
  const val: TestReport = {
    totals: () => ({
      passed: count("passed"), failed: count("failed"), errored: count("errored"), skipped: count("skipped"), flaky: count("flaky"),
      durationMs: whole.reduce((sum, one) => sum + one.durationMs, 0n),
    }),
    suites: () => [...new Set(whole.map((one) => one.suite))],
    cases: (statuses, offset, limit) =>
      whole.filter((one) => statuses.length === 0 || statuses.includes(one.status)).slice(offset, offset + limit),
    contradictions: () => [],
    missingFrom: (other, limit) =>
      other.cases([], 0, 4096).filter((gone) => !whole.some((one) => one.suite === gone.suite && one.name === gone.name)).slice(0, limit),
    ...disposable,
  };
  return { tag: "tests", val };
}

/** These documents, and what there was before; by default the stage does not ask for that. */
export const evidence = (documents: Document[], baseline: BaselineDocuments = { tag: "not-asked" }): Evidence =>
  ({ documents: () => documents, baseline: () => baseline });

/** What is deployed in tests: `api` 1.0.0 to production, pushed. */
export const deployment = (changed: Partial<Deployment> = {}): Deployment => ({
  id: "fixture", environment: "production", services: [{ name: "api", version: "1.0.0" }], cause: "push", actor: "fixture",
  requestedAt: 0n, labels: [], ...changed,
});

/** A question at that moment, written as `2027-03-05T14:30:00Z`. */
export const request = <Settings>(settings: Settings, at = "2027-03-03T10:00:00Z", changed: Partial<Deployment> = {}): Request<Settings> =>
  ({ deployment: deployment(changed), stage: "fixture", settings, evaluatedAt: BigInt(Date.parse(at)) * 1_000_000n });

const disposable = { [Symbol.dispose]: () => {} };
