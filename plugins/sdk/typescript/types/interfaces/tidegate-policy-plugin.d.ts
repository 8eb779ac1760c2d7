/// <reference path="./tidegate-policy-types.d.ts" />
declare module 'tidegate:policy/plugin@0.1.0' {
  /**
   * Says who this is. Has to answer without evidence.
   */
  export function describe(): Description;
  /**
   * Checks what the schema cannot express. Every problem at once; an empty list accepts the settings.
   */
  export function validateSettings(settings: string): Array<Problem>;
  export type Severity = import('tidegate:policy/types@0.1.0').Severity;
  /**
   * One checkable clause; findings cite it.
   */
  export interface Rule {
    /**
     * Unique in the plugin, e.g. `tests.pass-rate`: lower-case letters, digits, `_`, `-` and `.`, beginning with a letter.
     */
    id: string,
    /**
     * In a few words.
     */
    title: string,
    /**
     * How bad a finding by this rule usually is.
     */
    severity: Severity,
    /**
     * What it asks, and what to do when it is broken.
     */
    help: string,
    /**
     * Where to read more.
     */
    doc?: string,
  }
  /**
   * Who the plugin is and what it can be asked.
   */
  export interface Description {
    /**
     * Its name, e.g. `quality`: lower-case letters, digits, `_` and `-`, beginning with a letter.
     */
    name: string,
    /**
     * Its own version.
     */
    version: string,
    /**
     * In one sentence.
     */
    summary: string,
    /**
     * Every rule that a finding may cite.
     */
    rules: Array<Rule>,
    /**
     * JSON Schema (2020-12) of the settings a policy may pass; `$ref` stays inside it.
     */
    settingsSchema: string,
  }
  /**
   * Something wrong with settings.
   */
  export interface Problem {
    /**
     * JSON Pointer into the settings; empty for the whole.
     */
    pointer: string,
    /**
     * What is wrong there.
     */
    message: string,
  }
}
