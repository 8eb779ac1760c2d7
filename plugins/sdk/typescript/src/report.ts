import type { Finding, Outcome, Ratio, Report } from "./contract.ts";
import { SEVERITIES } from "./finding.ts";
import { bounded } from "./text.ts";

/** Findings listed in one report, at most (the host's own default); further ones are counted. */
export const FINDINGS_LISTED_MAX = 1000;
/** Bytes of a summary, at most. */
const SUMMARY_BYTES_MAX = 1024;

/** `fail` when one finding is decisive, else `pass`. */
export const judged = (findings: Finding[], summary: string, score?: Ratio): Report =>
  concluded({ tag: findings.some((finding) => finding.decisive) ? "fail" : "pass" }, findings, summary, score);

/** Not now; ask again at that moment (nanoseconds since 1970, UTC), when it is known. */
export const held = (until: bigint | undefined, findings: Finding[], summary: string): Report =>
  concluded({ tag: "hold", val: until }, findings, summary);

/** The evidence allows no conclusion, because of these findings. Never a pass. */
export const inconclusive = (findings: Finding[], summary: string): Report =>
  concluded({ tag: "inconclusive" }, findings, summary);

/** The rules do not concern this deployment. */
export const notApplicable = (summary: string): Report => concluded({ tag: "not-applicable" }, [], summary);

/** That outcome: decisive findings first, then the worst; those beyond the limit are counted. */
export function concluded(outcome: Outcome, findings: Finding[], summary: string, score?: Ratio): Report {
  const rank = (finding: Finding) => (finding.decisive ? SEVERITIES.length : 0) + SEVERITIES.indexOf(finding.severity);
  const ordered = [...findings].sort((one, other) => rank(other) - rank(one));
  const unlisted = ordered.splice(FINDINGS_LISTED_MAX);
  return {
    outcome,
    score,
    summary: bounded(summary, SUMMARY_BYTES_MAX),
    findings: ordered,
    omitted: unlisted.length,
    omittedDecisive: unlisted.some((finding) => finding.decisive),
  };
}
