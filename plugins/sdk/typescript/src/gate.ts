/** A check before the deployment: what to write. `tidegate-sdk/gate` makes a component of it. */
import type { Deployment, Report } from "./contract.ts";
import type { Evidence } from "./evidence.ts";
import type { Described } from "./plugin.ts";

/** One question. */
export interface Request<Settings> {
  /** What is to be deployed. */
  deployment: Deployment;
  /** The stage that asks. */
  stage: string;
  /** The service this is about, when the stage is judged per service. */
  service?: string;
  /** The stage's settings, read. */
  settings: Settings;
  /** The moment of the whole decision, nanoseconds since 1970, UTC: the only "now" there is. */
  evaluatedAt: bigint;
}

/** A plugin that judges deployments. */
export interface Gate<Settings> extends Described<Settings> {
  /** A pure function: the same request over the same evidence gives the same answer. Throw `BadEvidence` where there is no conclusion. */
  evaluate(request: Request<Settings>, evidence: Evidence): Report;
}
