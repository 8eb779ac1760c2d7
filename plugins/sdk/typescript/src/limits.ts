/** Limits per severity, as policy sets write them: `{"critical": 0, "high": 0}`; one that is not named has no limit. */
import type { Severity, SeverityCounts } from "./contract.ts";
import { SEVERITIES } from "./finding.ts";

/** How many of each severity there may be. */
export type SeverityLimits = Partial<Record<Severity, number>>;

/** A limit that is exceeded. */
export interface Exceeded {
  severity: Severity;
  /** So many there are. */
  count: number;
  /** So many there may be. */
  max: number;
}

/** Every limit that the counts exceed, the worst severity first. */
export function exceeded(limits: SeverityLimits, counts: SeverityCounts): Exceeded[] {
  return [...SEVERITIES].reverse().flatMap((severity) => {
    const max = limits[severity];
    return max !== undefined && counts[severity] > max ? [{ severity, count: counts[severity], max }] : [];
  });
}

/** The JSON Schema of such limits, to be put into a schema of settings. */
export const SEVERITY_LIMITS_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(SEVERITIES.map((severity) => [severity, { type: "integer", minimum: 0, maximum: 4294967295 }])),
};
