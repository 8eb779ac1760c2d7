declare module 'tidegate:policy/types@0.1.0' {
  /**
   * Nanoseconds since the Unix epoch, UTC. Always handed in by the host: a plugin has no clock.
   */
  export type Timestamp = bigint;
  /**
   * Algorithm-qualified content hash, `sha256:<64 hex>`.
   */
  export type Digest = string;
  /**
   * How bad a finding is. Describes; never decides. From least to worst.
   * # Variants
   * 
   * ## `"info"`
   * 
   * Worth knowing.
   * ## `"low"`
   * 
   * Low.
   * ## `"medium"`
   * 
   * Medium.
   * ## `"high"`
   * 
   * High.
   * ## `"critical"`
   * 
   * Critical.
   */
  export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';
  /**
   * Why this deployment was asked for.
   * # Variants
   * 
   * ## `"push"`
   * 
   * A push to a branch.
   * ## `"manual"`
   * 
   * A person asked.
   * ## `"schedule"`
   * 
   * A timetable asked.
   * ## `"promotion"`
   * 
   * From an earlier environment.
   * ## `"rollback"`
   * 
   * Back to an earlier version.
   */
  export type Cause = 'push' | 'manual' | 'schedule' | 'promotion' | 'rollback';
  /**
   * What is to be deployed: identified by digest, so a decision holds for these bytes only.
   */
  export interface Artifact {
    /**
     * Where the bytes lie; may be empty.
     */
    uri: string,
    /**
     * What they are.
     */
    digest: Digest,
  }
  /**
   * One service of a deployment.
   */
  export interface Service {
    /**
     * Its name; unique in a deployment.
     */
    name: string,
    /**
     * The version to deploy.
     */
    version: string,
    /**
     * The version that runs now, when the caller says so.
     */
    previousVersion?: string,
    /**
     * The bytes to deploy.
     */
    artifact?: Artifact,
  }
  /**
   * A commit.
   */
  export interface Revision {
    /**
     * Its repository; may be empty.
     */
    repository: string,
    /**
     * The commit itself.
     */
    commit: string,
    /**
     * The branch or tag; may be empty.
     */
    refName: string,
  }
  /**
   * A name and a value that somebody attached.
   */
  export interface Label {
    /**
     * Unique among the labels beside it.
     */
    name: string,
    /**
     * Free text.
     */
    value: string,
  }
  /**
   * One attempt to put given services into one environment: the object of every decision.
   */
  export interface Deployment {
    /**
     * Stable name of this attempt.
     */
    id: string,
    /**
     * Where.
     */
    environment: string,
    /**
     * What, sorted by name; at least one.
     */
    services: Array<Service>,
    /**
     * Which commit.
     */
    revision?: Revision,
    /**
     * Why.
     */
    cause: Cause,
    /**
     * The authenticated identity, never what the caller typed: the person behind it, where it is a person's.
     */
    actor: string,
    /**
     * When the gate was asked.
     */
    requestedAt: Timestamp,
    /**
     * What the caller attached, sorted by name.
     */
    labels: Array<Label>,
  }
  /**
   * An exact share, `0 <= numerator <= denominator`, `denominator > 0`; anything else is a malformed report.
   */
  export interface Ratio {
    /**
     * How many of them.
     */
    numerator: bigint,
    /**
     * Of how many.
     */
    denominator: bigint,
  }
  /**
   * Where in a source, a document or a system.
   */
  export interface Location {
    /**
     * A path or URI as the tool wrote it.
     */
    uri: string,
    /**
     * Counted from 1.
     */
    line?: number,
  }
  /**
   * What a person can do about a finding.
   */
  export interface Remediation {
    /**
     * In one sentence.
     */
    title: string,
    /**
     * A command. The host shows it as the plugin's words, labelled with its name, and never runs it.
     */
    command?: string,
    /**
     * Where to read more.
     */
    doc?: string,
  }
  /**
   * One observation by one rule.
   */
  export interface Finding {
    /**
     * The id of a rule that the plugin's description declares.
     */
    rule: string,
    /**
     * How bad it is. Describes; `decisive` decides.
     */
    severity: Severity,
    /**
     * What was observed, in one sentence.
     */
    message: string,
    /**
     * Where.
     */
    location?: Location,
    /**
     * What it is about: a CVE, a package URL, a test id, a service. Waivers match on it.
     */
    subject?: string,
    /**
     * Stable across runs for the same observation.
     */
    fingerprint?: string,
    /**
     * The document it was read from.
     */
    evidence?: Digest,
    /**
     * What to do.
     */
    remediation?: Remediation,
    /**
     * This finding alone makes the stage fail. A waiver lifts a failure only by lifting all of these.
     */
    decisive: boolean,
  }
  /**
   * How far a condition has come.
   * # Variants
   * 
   * ## `"ok"`
   * 
   * Not violated.
   * ## `"pending"`
   * 
   * Violated, but not for long or often enough.
   * ## `"firing"`
   * 
   * Violated for long or often enough.
   * ## `"inconclusive"`
   * 
   * The samples allow no conclusion. Never counts as `ok`.
   */
  export type TriggerState = 'ok' | 'pending' | 'firing' | 'inconclusive';
  /**
   * A condition over samples or alerts, as last judged.
   */
  export interface Trigger {
    /**
     * Its name in the settings.
     */
    name: string,
    /**
     * How far it has come.
     */
    state: TriggerState,
    /**
     * Since when it is in that state.
     */
    since?: Timestamp,
    /**
     * The last value seen.
     */
    observed?: number,
    /**
     * The value it is compared with.
     */
    threshold?: number,
    /**
     * Samples looked at.
     */
    samples: number,
    /**
     * In one sentence.
     */
    message: string,
  }
  /**
   * Why no conclusion was reached.
   */
  export type Failure = FailureBadSettings | FailureBadEvidence | FailureInternal;
  /**
   * The policy set's settings do not fit. Blame: policy.
   */
  export interface FailureBadSettings {
    tag: 'bad-settings',
    val: string,
  }
  /**
   * The evidence cannot be used. The stage is inconclusive, never an error that a policy may wave through. Blame: caller.
   */
  export interface FailureBadEvidence {
    tag: 'bad-evidence',
    val: string,
  }
  /**
   * The plugin's own fault. Blame: plugin.
   */
  export interface FailureInternal {
    tag: 'internal',
    val: string,
  }
}
