import { BadEvidence, caseId, counted, decisive, type Finding, type Gate, judged, matchesAny, need, rows } from "tidegate-sdk";
import settingsSchema from "../settings.schema.json" with { type: "json" };

/** What a policy set may say. The host holds it against the schema, so here it fits. */
export interface Settings {
  /** Milliseconds that one test may take. */
  maxMs: number;
  /** Tests that may take longer, as `suite::name`. */
  except: string[];
}

const SLOW = "tests.slow";
const ADVICE = "split the test, or list it in `except`";

export const rule: Gate<Settings> = {
  describe: () => ({
    name: "plugin-name",
    version: "0.1.0",
    summary: "No test takes too long.",
    rules: [
      {
        id: SLOW,
        title: "No test is slow",
        severity: "medium",
        help: "A test that takes longer than `max_ms` makes everybody wait. Split it, or list it in `except`.",
      },
    ],
    settingsSchema,
  }),

  settings: (given) => ({ maxMs: given.max_ms, except: given.except ?? [] }),

  // What a schema cannot say.
  problems: ({ except }) =>
    except.flatMap((pattern, index) =>
      /^\*+$/.test(pattern) ? [{ pointer: `/except/${index}`, message: "means every test: the rule would look at nothing" }] : []),

  evaluate({ settings }, evidence) {
    const findings: Finding[] = [];
    let ran = 0;
    // Missing is not pass: without a finished report of tests `need` throws, and the deployment waits.
    for (const { source, value: report } of need(evidence.documents(), "tests")) {
      const { passed, failed, errored, flaky } = report.totals();
      ran += passed + failed + errored + flaky;
      for (const one of rows((offset, limit) => report.cases([], offset, limit))) {
        const [id, durationMs] = [caseId(one), one.durationMs];
        if (durationMs <= BigInt(settings.maxMs) || matchesAny(settings.except, id)) continue;
        const message = `\`${id}\` took ${durationMs} ms; ${settings.maxMs} ms are allowed`;
        findings.push(decisive(SLOW, "medium", message, { subject: id, evidence: source.digest, remediation: ADVICE }));
      }
    }
    // Nothing that is slow is no good sign where nothing was run.
    if (ran === 0) throw new BadEvidence("no document holds a test that was run");
    return judged(findings, `${findings.length} of ${counted(ran, "test")} took longer than ${settings.maxMs} ms`);
  },
};
