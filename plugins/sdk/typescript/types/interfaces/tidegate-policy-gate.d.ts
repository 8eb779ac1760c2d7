/// <reference path="./tidegate-policy-types.d.ts" />
declare module 'tidegate:policy/gate@0.1.0' {
  /**
   * Judges. The same request over the same evidence gives the same answer.
   */
  export function evaluate(request: Request): Report;
  export type Deployment = import('tidegate:policy/types@0.1.0').Deployment;
  export type Timestamp = import('tidegate:policy/types@0.1.0').Timestamp;
  export type Ratio = import('tidegate:policy/types@0.1.0').Ratio;
  export type Finding = import('tidegate:policy/types@0.1.0').Finding;
  export type Failure = import('tidegate:policy/types@0.1.0').Failure;
  /**
   * What the rules come to.
   */
  export type Outcome = OutcomePass | OutcomeFail | OutcomeHold | OutcomeNotApplicable | OutcomeInconclusive;
  /**
   * They are fulfilled.
   */
  export interface OutcomePass {
    tag: 'pass',
  }
  /**
   * They are not.
   */
  export interface OutcomeFail {
    tag: 'fail',
  }
  /**
   * Not now: a freeze, an approval still missing. Carries the next moment worth asking, when known.
   */
  export interface OutcomeHold {
    tag: 'hold',
    val: Timestamp | undefined,
  }
  /**
   * The rule does not concern this deployment. Counts only when the evidence was complete.
   */
  export interface OutcomeNotApplicable {
    tag: 'not-applicable',
  }
  /**
   * The evidence allows no conclusion. Never counts as a pass.
   */
  export interface OutcomeInconclusive {
    tag: 'inconclusive',
  }
  /**
   * A plugin's answer. `pass` with a decisive finding is a malformed report.
   */
  export interface Report {
    /**
     * What the rules come to.
     */
    outcome: Outcome,
    /**
     * How much of what was asked is fulfilled, e.g. passed cases of all cases.
     */
    score?: Ratio,
    /**
     * In one sentence.
     */
    summary: string,
    /**
     * The most important first, at most the host's limit; a longer list is refused, not cut.
     */
    findings: Array<Finding>,
    /**
     * How many findings there are beyond those listed.
     */
    omitted: number,
    /**
     * Whether one of the omitted is decisive: then nothing can be waived.
     */
    omittedDecisive: boolean,
  }
  /**
   * One question to a plugin.
   */
  export interface Request {
    /**
     * What is to be deployed.
     */
    deployment: Deployment,
    /**
     * The stage that asks.
     */
    stage: string,
    /**
     * The service this evaluation is about, when the stage is judged per service.
     */
    service?: string,
    /**
     * JSON, already valid under the plugin's own schema.
     */
    settings: string,
    /**
     * The moment of the whole decision: the only "now" there is.
     */
    evaluatedAt: Timestamp,
  }
}
