/// <reference path="./tidegate-policy-types.d.ts" />
declare module 'tidegate:policy/severity@0.1.0' {
  /**
   * Judges. The same incident gives the same answer.
   */
  export function classify(incident: Incident): Classification;
  export type Deployment = import('tidegate:policy/types@0.1.0').Deployment;
  export type Timestamp = import('tidegate:policy/types@0.1.0').Timestamp;
  export type Failure = import('tidegate:policy/types@0.1.0').Failure;
  export type Label = import('tidegate:policy/types@0.1.0').Label;
  export type Trigger = import('tidegate:policy/types@0.1.0').Trigger;
  /**
   * How urgent.
   * # Variants
   * 
   * ## `"p0"`
   * 
   * Drop everything.
   * ## `"p1"`
   * 
   * Now.
   * ## `"p2"`
   * 
   * Today.
   * ## `"p3"`
   * 
   * In its turn.
   */
  export type Priority = 'p0' | 'p1' | 'p2' | 'p3';
  /**
   * How the service does.
   * # Variants
   * 
   * ## `"unknown"`
   * 
   * Nobody knows: never counts as well.
   * ## `"operational"`
   * 
   * As it should.
   * ## `"degraded"`
   * 
   * Slower or poorer than it should.
   * ## `"partial-outage"`
   * 
   * Parts of it do not answer.
   * ## `"outage"`
   * 
   * It does not answer.
   */
  export type ServiceState = 'unknown' | 'operational' | 'degraded' | 'partial-outage' | 'outage';
  /**
   * How its data do.
   * # Variants
   * 
   * ## `"unknown"`
   * 
   * Nobody knows: never counts as well.
   * ## `"intact"`
   * 
   * Whole.
   * ## `"at-risk"`
   * 
   * Whole, but not safely so.
   * ## `"lost"`
   * 
   * Some are gone.
   * ## `"corrupted"`
   * 
   * Some are wrong.
   */
  export type DataState = 'unknown' | 'intact' | 'at-risk' | 'lost' | 'corrupted';
  /**
   * Whether somebody got in.
   * # Variants
   * 
   * ## `"unknown"`
   * 
   * Nobody knows: never counts as well.
   * ## `"none"`
   * 
   * Known not to be.
   * ## `"suspected"`
   * 
   * There are signs.
   * ## `"breach"`
   * 
   * Somebody did.
   */
  export type SecurityState = 'unknown' | 'none' | 'suspected' | 'breach';
  /**
   * How much of what users can do is broken.
   * # Variants
   * 
   * ## `"unknown"`
   * 
   * Nobody knows: never counts as none.
   * ## `"none"`
   * 
   * Nothing.
   * ## `"minor"`
   * 
   * A minor feature.
   * ## `"major"`
   * 
   * A major feature.
   */
  export type FeatureImpact = 'unknown' | 'none' | 'minor' | 'major';
  /**
   * How much slower it is.
   * # Variants
   * 
   * ## `"unknown"`
   * 
   * Nobody knows: never counts as none.
   * ## `"none"`
   * 
   * Not.
   * ## `"moderate"`
   * 
   * Noticeably.
   * ## `"significant"`
   * 
   * Very much.
   */
  export type PerformanceImpact = 'unknown' | 'none' | 'moderate' | 'significant';
  /**
   * What is known of an incident.
   */
  export interface Incident {
    /**
     * In one sentence.
     */
    title: string,
    /**
     * The deployment it followed, when it followed one.
     */
    deployment?: Deployment,
    /**
     * When it was noticed.
     */
    detectedAt: Timestamp,
    /**
     * JSON, already valid under the plugin's own schema.
     */
    settings: string,
    /**
     * 0 to 100; absent means nobody knows, which is not zero.
     */
    usersAffectedPercent?: number,
    /**
     * How the service does.
     */
    service: ServiceState,
    /**
     * How its data do.
     */
    data: DataState,
    /**
     * Whether somebody got in.
     */
    security: SecurityState,
    /**
     * How much of what users can do is broken.
     */
    features: FeatureImpact,
    /**
     * How much slower it is.
     */
    performance: PerformanceImpact,
    /**
     * Whether a rollback was advised.
     */
    rollbackRequired: boolean,
    /**
     * The triggers that raised it.
     */
    triggers: Array<Trigger>,
    /**
     * What the host attached.
     */
    labels: Array<Label>,
  }
  /**
   * A plugin's answer.
   */
  export interface Classification {
    /**
     * How urgent.
     */
    priority: Priority,
    /**
     * The id of the rule that set it.
     */
    rule: string,
    /**
     * Why, each in one sentence.
     */
    reasons: Array<string>,
  }
}
