/** A judgement after the deployment: what to write. `tidegate-sdk/rollback` makes a component of it. */
import type { Observation as Observed, RollbackReport } from "./contract.ts";
import type { Described } from "./plugin.ts";

/** One question: the whole window up to now. */
export interface Observation<Settings> extends Omit<Observed, "settings"> {
  settings: Settings;
}

/** A plugin that watches what was deployed. */
export interface Rollback<Settings> extends Described<Settings> {
  /** How far back the window must reach, in nanoseconds. */
  lookback(settings: Settings): bigint;
  /**
   * A pure function. A sample that is missing is no good sample: what it leaves open is `inconclusive`, and the advice `hold`.
   * `roll-back` needs a trigger that fires, and `proceed` none that is inconclusive: the host refuses reports that say otherwise.
   */
  evaluate(observation: Observation<Settings>): RollbackReport;
}
