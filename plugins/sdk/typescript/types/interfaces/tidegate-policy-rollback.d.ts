/// <reference path="./tidegate-policy-types.d.ts" />
declare module 'tidegate:policy/rollback@0.1.0' {
  /**
   * How far back, in nanoseconds, the window must reach for these settings.
   */
  export function lookback(settings: string): bigint;
  /**
   * Judges. The same observation gives the same answer.
   */
  export function evaluate(observation: Observation): Report;
  export type Deployment = import('tidegate:policy/types@0.1.0').Deployment;
  export type Timestamp = import('tidegate:policy/types@0.1.0').Timestamp;
  export type Failure = import('tidegate:policy/types@0.1.0').Failure;
  export type Severity = import('tidegate:policy/types@0.1.0').Severity;
  export type Label = import('tidegate:policy/types@0.1.0').Label;
  export type Trigger = import('tidegate:policy/types@0.1.0').Trigger;
  /**
   * One look at a signal.
   */
  export interface Sample {
    /**
     * When it was due.
     */
    at: Timestamp,
    /**
     * What was seen; `none` is a sample that was due and did not come.
     */
    value?: number,
  }
  /**
   * One signal over time.
   */
  export interface Series {
    /**
     * Its name in the settings.
     */
    signal: string,
    /**
     * E.g. `ms`; may be empty.
     */
    unit: string,
    /**
     * What the metrics server attached.
     */
    labels: Array<Label>,
    /**
     * In order of time.
     */
    samples: Array<Sample>,
    /**
     * The gap the host was asked to keep between samples, nanoseconds.
     */
    step: bigint,
    /**
     * Why the series may be partial: a warning of the metrics server, a failed query.
     */
    defect?: string,
  }
  /**
   * An alert of the alerting system.
   */
  export interface Alert {
    /**
     * Its name.
     */
    name: string,
    /**
     * In the alerting system's words.
     */
    severity: string,
    /**
     * E.g. `security`.
     */
    category: string,
    /**
     * Whether it is active at the moment of observation.
     */
    firing: boolean,
    /**
     * Since when.
     */
    since: Timestamp,
    /**
     * What the alerting system attached.
     */
    labels: Array<Label>,
  }
  /**
   * What to do with the deployment.
   * # Variants
   * 
   * ## `"proceed"`
   * 
   * Nothing stands against it.
   * ## `"hold"`
   * 
   * Wait and look again.
   * ## `"roll-back"`
   * 
   * Undo it.
   */
  export type Advice = 'proceed' | 'hold' | 'roll-back';
  /**
   * A plugin's answer.
   */
  export interface Report {
    /**
     * What to do.
     */
    advice: Advice,
    /**
     * How bad it looks.
     */
    severity: Severity,
    /**
     * Every trigger as judged now; handed back as `previous` the next time.
     */
    triggers: Array<Trigger>,
    /**
     * In one sentence.
     */
    summary: string,
  }
  /**
   * One question: the whole window up to now.
   */
  export interface Observation {
    /**
     * What was deployed.
     */
    deployment: Deployment,
    /**
     * When.
     */
    deployedAt: Timestamp,
    /**
     * The moment of this look: the only "now" there is.
     */
    observedAt: Timestamp,
    /**
     * JSON, already valid under the plugin's own schema.
     */
    settings: string,
    /**
     * Every signal that the settings name.
     */
    series: Array<Series>,
    /**
     * Alerts that concern the deployment. Where not all could be asked for, a series named `alerts` has a defect that says why.
     */
    alerts: Array<Alert>,
    /**
     * The triggers as this plugin last judged them (hysteresis, `since`).
     */
    previous: Array<Trigger>,
  }
}
