import {
  all, BadEvidence, type Coverage, decisive, type Document, earlier, type Finding, finished, type Gate, judged, need, note, ratio,
} from "tidegate-sdk";
import settingsSchema from "../settings.schema.json" with { type: "json" };

/** What a policy may set. */
export interface Settings {
  /** Whole percentage points. */
  maxFall: number;
  /** What it means that the earlier deployment has no coverage. */
  unmeasuredBefore: "inconclusive" | "accept";
}

const FALL = "fall";
const FIRST = "first";

export const rule: Gate<Settings> = {
  describe: () => ({
    name: "coverage-may-not-fall",
    version: "1.0.0",
    summary: "Coverage may not fall.",
    rules: [
      {
        id: FALL,
        title: "Coverage is not below that of the last deployment",
        severity: "medium",
        help: "Cover what the change added or touched.",
      },
      {
        id: FIRST,
        title: "There is an earlier deployment to compare with",
        severity: "info",
        help: "Nothing to do: the next deployment is compared with this one.",
      },
    ],
    settingsSchema,
  }),

  settings: (given) => ({ maxFall: given.max_fall ?? 0, unmeasuredBefore: given.unmeasured_before ?? "inconclusive" }),

  evaluate({ settings }, evidence) {
    const now = measured(evidence.documents());
    const documents = earlier(evidence);
    if (documents === undefined) return nothingBefore("there is no earlier deployment of this service here");
    if (all(finished(documents), "coverage").length === 0) {
      if (settings.unmeasuredBefore === "accept") return nothingBefore("the earlier deployment has no coverage");
      throw new BadEvidence("the earlier deployment has no coverage to compare with");
    }
    return compared(settings.maxFall, measured(documents), now);
  },
};

const nothingBefore = (why: string) => judged([note(FIRST, "info", why)], "nothing to compare with yet");

/** The coverage of all documents together. A share of nothing is no measurement. */
function measured(documents: Document[]): Coverage {
  const found = need(documents, "coverage").map(({ value }) => value);
  const lines = ratio.together(found.map((coverage) => coverage.lines));
  if (lines === undefined) throw new BadEvidence("the coverage is of no lines");
  const branches = found.flatMap((coverage) => coverage.branches ?? []);
  return { lines, branches: branches.length === found.length ? ratio.together(branches) : undefined };
}

function compared(maxFall: number, before: Coverage, now: Coverage) {
  // Whoever stops counting branches has not covered them.
  if (before.branches && !now.branches) throw new BadEvidence("the earlier deployment counted branches, and this one does not");
  const findings: Finding[] = [];
  const shares: string[] = [];
  for (const what of ["lines", "branches"] as const) {
    const [was, is] = [before[what], now[what]];
    if (was === undefined || is === undefined) continue;
    const share = `${ratio.percent(is)} of ${what} covered, ${ratio.percent(was)} before`;
    if (ratio.fellByMoreThan(maxFall, was, is)) {
      const message = `${share}: it may fall by at most ${maxFall} points`;
      findings.push(decisive(FALL, "medium", message, { subject: what, remediation: "cover what the change added or touched" }));
    }
    shares.push(share);
  }
  return judged(findings, shares.join(", "));
}
