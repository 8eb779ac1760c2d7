/// <reference path="./tidegate-policy-types.d.ts" />
declare module 'tidegate:policy/evidence@0.1.0' {
  /**
   * The documents the policy bound to this evaluation, ordered by name and digest; no others can be seen.
   */
  export function documents(): Array<Document>;
  /**
   * The documents of the same names from the last deployment of the service here that succeeded by the rules.
   */
  export function baseline(): BaselineDocuments;
  export type Timestamp = import('tidegate:policy/types@0.1.0').Timestamp;
  export type Digest = import('tidegate:policy/types@0.1.0').Digest;
  export type Severity = import('tidegate:policy/types@0.1.0').Severity;
  export type Location = import('tidegate:policy/types@0.1.0').Location;
  export type Ratio = import('tidegate:policy/types@0.1.0').Ratio;
  /**
   * Where a document comes from and what vouches for it.
   */
  export interface Source {
    /**
     * The name the policy set binds it by, e.g. `unit_tests`. A name may hold several documents (shards, one file a suite).
     */
    name: string,
    /**
     * The service it speaks of, when the caller says so.
     */
    service?: string,
    /**
     * `junit`, `sarif`, `cobertura`, `cyclonedx`, …
     */
    format: string,
    /**
     * Of its bytes.
     */
    digest: Digest,
    /**
     * The tool that wrote it, with its version where it says so.
     */
    tool?: string,
    /**
     * Who answers for what it declares harmless, as it names them: a claim.
     */
    author?: string,
    /**
     * When it says that it was written.
     */
    producedAt?: Timestamp,
    /**
     * The artifacts this evidence speaks of; empty when it does not say.
     */
    subjects: Array<Digest>,
    /**
     * Verified signer, when the document came in a signed envelope that the host trusts.
     */
    signer?: string,
    /**
     * False when the producing tool says that it did not finish, or cannot tell a clean result from none.
     */
    complete: boolean,
  }
  /**
   * --- tests ------------------------------------------------------------------------------------
   * How a test case ended.
   * # Variants
   * 
   * ## `"passed"`
   * 
   * It passed.
   * ## `"failed"`
   * 
   * An assertion failed.
   * ## `"errored"`
   * 
   * It could not be run to its end.
   * ## `"skipped"`
   * 
   * It was not run.
   * ## `"flaky"`
   * 
   * It failed first and passed in the end.
   */
  export type TestStatus = 'passed' | 'failed' | 'errored' | 'skipped' | 'flaky';
  /**
   * Cases as counted by the host, never as the document's own counters say.
   */
  export interface TestTotals {
    /**
     * Cases that passed at once.
     */
    passed: number,
    /**
     * Cases that failed.
     */
    failed: number,
    /**
     * Cases that could not be run to their end.
     */
    errored: number,
    /**
     * Cases that were not run.
     */
    skipped: number,
    /**
     * Cases that failed first and passed in the end.
     */
    flaky: number,
    /**
     * Milliseconds of all cases together.
     */
    durationMs: bigint,
  }
  /**
   * One test case.
   */
  export interface TestCase {
    /**
     * The suite as the document names it.
     */
    suite: string,
    /**
     * The case, with its class where the format has one.
     */
    name: string,
    /**
     * How it ended.
     */
    status: TestStatus,
    /**
     * Milliseconds; 0 when not stated.
     */
    durationMs: bigint,
    /**
     * Of a failure, an error or a skip; may be empty.
     */
    message: string,
  }
  /**
   * --- scans: static analysis, accessibility, secrets, misconfiguration ---------------------------
   * What a scan looked for.
   * # Variants
   * 
   * ## `"analysis"`
   * 
   * Mistakes in code or style; also where a report does not say.
   * ## `"secrets"`
   * 
   * Passwords, keys and tokens.
   * ## `"misconfigurations"`
   * 
   * Configuration of infrastructure and images.
   * ## `"accessibility"`
   * 
   * Barriers for people.
   * ## `"licenses"`
   * 
   * Licences.
   */
  export type ScanKind = 'analysis' | 'secrets' | 'misconfigurations' | 'accessibility' | 'licenses';
  /**
   * Whether an issue is suppressed.
   * # Variants
   * 
   * ## `"none"`
   * 
   * It is not.
   * ## `"claimed"`
   * 
   * The document says so, on nobody's word that counts for this stage: the issue counts.
   * ## `"trusted"`
   * 
   * The document says so, and comes from a signer or an author whom the stage lists.
   */
  export type Suppression = 'none' | 'claimed' | 'trusted';
  /**
   * How many issues are suppressed, by whose word.
   */
  export interface SuppressionCounts {
    /**
     * On nobody's word that counts.
     */
    claimed: number,
    /**
     * By somebody whom the stage lists.
     */
    trusted: number,
  }
  /**
   * One issue of a scan.
   */
  export interface Issue {
    /**
     * The tool's rule.
     */
    rule: string,
    /**
     * As normalised by the host.
     */
    severity: Severity,
    /**
     * In the tool's words; empty when not asked for.
     */
    message: string,
    /**
     * Where; absent when not asked for.
     */
    location?: Location,
    /**
     * Stable across runs; empty when not asked for.
     */
    fingerprint: string,
    /**
     * How grave it is for security, 0 to 10, where the tool says so (SARIF's `security-severity`).
     */
    score?: number,
    /**
     * Whether it is suppressed, and whether that counts.
     */
    suppression: Suppression,
    /**
     * The tool's tags; empty when not asked for.
     */
    tags: Array<string>,
  }
  /**
   * Which issues are meant. The host compiles it once and checks the deadline while it runs.
   */
  export interface IssueFilter {
    /**
     * This bad or worse.
     */
    atLeast: Severity,
    /**
     * Also those whose suppression counts. Those with a mere claim are always included.
     */
    includeSuppressed: boolean,
    /**
     * Only those with a security score of at least this; without it also those that have none.
     */
    scoreAtLeast?: number,
    /**
     * Rule ids or tags to keep; a trailing `*` matches a prefix. Empty keeps all.
     */
    only: Array<string>,
    /**
     * Rule ids or tags to leave out; a trailing `*` matches a prefix.
     */
    except: Array<string>,
    /**
     * Files and directories to leave out: `gen` leaves out `gen` and `gen/a.rs`, not `generic.rs`.
     */
    exceptUnder: Array<string>,
  }
  /**
   * Which parts of a row are wanted: strings are what a row costs.
   */
  export interface IssueFields {
    /**
     * `issue.message`
     */
    message?: boolean,
    /**
     * `issue.location`
     */
    location?: boolean,
    /**
     * `issue.fingerprint`
     */
    fingerprint?: boolean,
    /**
     * `issue.tags`
     */
    tags?: boolean,
  }
  /**
   * How many there are of each severity.
   */
  export interface SeverityCounts {
    /**
     * Worth knowing.
     */
    info: number,
    /**
     * Low.
     */
    low: number,
    /**
     * Medium.
     */
    medium: number,
    /**
     * High.
     */
    high: number,
    /**
     * Critical.
     */
    critical: number,
  }
  /**
   * Every issue, suppressed ones too, as columns of equal length, for rules that look at everything: one memory copy each.
   */
  export interface IssueColumns {
    /**
     * 0 for info to 4 for critical, 64 more for a claimed suppression, 128 more for a trusted one.
     */
    severities: Uint8Array,
    /**
     * Ids of rules; equal ids are equal texts.
     */
    rules: Uint32Array,
    /**
     * Ids of paths; equal ids are equal texts; 4294967295 for none.
     */
    paths: Uint32Array,
    /**
     * Lines, counted from 1; 0 for none.
     */
    lines: Uint32Array,
  }
  /**
   * --- vulnerabilities: VEX documents of the stage are already applied, counted apart ---------------
   * What is known of a vulnerability's reach here.
   * # Variants
   * 
   * ## `"unknown"`
   * 
   * Nothing.
   * ## `"not-affected"`
   * 
   * A trusted statement says that this product is not affected.
   * ## `"under-investigation"`
   * 
   * Being looked at.
   * ## `"affected"`
   * 
   * This product is affected.
   * ## `"known-exploited"`
   * 
   * It is being exploited somewhere.
   */
  export type Exploitability = 'unknown' | 'not-affected' | 'under-investigation' | 'affected' | 'known-exploited';
  /**
   * What a statement about a vulnerability (VEX) says.
   * # Variants
   * 
   * ## `"fixed"`
   * 
   * This version holds the fix.
   * ## `"not-affected"`
   * 
   * The vulnerability does not reach the product.
   * ## `"under-investigation"`
   * 
   * Nobody knows yet.
   * ## `"affected"`
   * 
   * It reaches the product.
   */
  export type VexStatus = 'fixed' | 'not-affected' | 'under-investigation' | 'affected';
  /**
   * What somebody said about a vulnerability of this report.
   */
  export interface VexClaim {
    /**
     * Its id.
     */
    vulnerability: string,
    /**
     * Its package.
     */
    'package': string,
    /**
     * What was said.
     */
    status: VexStatus,
    /**
     * The verified signer, or else the author that the document names, or else `nobody`.
     */
    by: string,
    /**
     * Why, in their words; may be empty.
     */
    justification: string,
    /**
     * Whether the stage lists them. Only then it changed the vulnerability's `exploitability`.
     */
    counts: boolean,
  }
  /**
   * One vulnerability of one package.
   */
  export interface Vulnerability {
    /**
     * E.g. `CVE-2026-1234`.
     */
    id: string,
    /**
     * Other names for the same.
     */
    aliases: Array<string>,
    /**
     * As the scanner rates it.
     */
    severity: Severity,
    /**
     * Base score, 0 to 10.
     */
    cvss?: number,
    /**
     * Probability of exploitation in the next 30 days, 0 to 1.
     */
    epss?: number,
    /**
     * When it became public.
     */
    published?: Timestamp,
    /**
     * Package name.
     */
    'package': string,
    /**
     * Package URL.
     */
    purl?: string,
    /**
     * Installed version.
     */
    installed: string,
    /**
     * First version without it.
     */
    fixed?: string,
    /**
     * What is known of its reach here.
     */
    exploitability: Exploitability,
  }
  /**
   * Which vulnerabilities are meant.
   */
  export interface VulnerabilityFilter {
    /**
     * This bad or worse.
     */
    atLeast: Severity,
    /**
     * Only those with a fixed version.
     */
    onlyFixable: boolean,
    /**
     * Keep those that a trusted VEX statement declares not affected.
     */
    includeNotAffected: boolean,
    /**
     * Only those that are being exploited somewhere.
     */
    onlyKnownExploited: boolean,
    /**
     * Only those whose EPSS probability is this high or higher, and those whose probability is no number; those without one never.
     */
    epssAtLeast?: number,
    /**
     * Keep only those published before this moment (leeway for new ones), and those of which nobody knows when.
     */
    publishedBefore?: Timestamp,
    /**
     * Ids or aliases to leave out; a trailing `*` matches a prefix.
     */
    except: Array<string>,
  }
  /**
   * --- bill of materials --------------------------------------------------------------------------
   * One component of a product.
   */
  export interface Component {
    /**
     * Its name.
     */
    name: string,
    /**
     * Its version; may be empty.
     */
    version: string,
    /**
     * Package URL.
     */
    purl?: string,
    /**
     * SPDX expressions or names.
     */
    licenses: Array<string>,
  }
  /**
   * --- small things, passed by value --------------------------------------------------------------
   * Coverage, counted.
   */
  export interface Coverage {
    /**
     * Lines covered of lines that could be.
     */
    lines: Ratio,
    /**
     * Branches covered of branches that could be.
     */
    branches?: Ratio,
  }
  /**
   * A number with its unit.
   */
  export interface Measurement {
    /**
     * E.g. `http_req_duration.p95`.
     */
    name: string,
    /**
     * What it was measured on: a page, an endpoint; absent: everything that the document speaks of.
     */
    subject?: string,
    /**
     * Finite.
     */
    value: number,
    /**
     * E.g. `ms`; may be empty.
     */
    unit: string,
  }
  /**
   * How a checklist item stands.
   * # Variants
   * 
   * ## `"met"`
   * 
   * It is fulfilled.
   * ## `"unmet"`
   * 
   * It is not.
   * ## `"not-applicable"`
   * 
   * It does not concern this deployment; the note says why.
   */
  export type Standing = 'met' | 'unmet' | 'not-applicable';
  /**
   * A checklist item that a person or a system vouched for.
   */
  export interface Statement {
    /**
     * The item's id.
     */
    item: string,
    /**
     * How it stands.
     */
    standing: Standing,
    /**
     * Who says so, as the document names them. (Identities that the gate itself authenticated come with statements of its own.)
     */
    by: string,
    /**
     * When they said it; where the document does not say, when the document was made, at the latest when it was received.
     */
    at: Timestamp,
    /**
     * Where to read more.
     */
    link?: string,
    /**
     * Free text; may be empty.
     */
    note: string,
  }
  /**
   * How the artifact came to be.
   */
  export interface Provenance {
    /**
     * Who built it.
     */
    builder: string,
    /**
     * How.
     */
    buildType: string,
    /**
     * From where.
     */
    repository: string,
    /**
     * From which commit.
     */
    commit: string,
    /**
     * From which branch or tag; may be empty.
     */
    refName: string,
    /**
     * From what.
     */
    materials: Array<Digest>,
  }
  /**
   * The value of a fact.
   */
  export type Value = ValueText | ValueNumber | ValueFlag | ValueTime;
  /**
   * Text.
   */
  export interface ValueText {
    tag: 'text',
    val: string,
  }
  /**
   * A finite number.
   */
  export interface ValueNumber {
    tag: 'number',
    val: number,
  }
  /**
   * Yes or no.
   */
  export interface ValueFlag {
    tag: 'flag',
    val: boolean,
  }
  /**
   * A moment.
   */
  export interface ValueTime {
    tag: 'time',
    val: Timestamp,
  }
  /**
   * Anything else that is a name and a value: a certificate's end, a response header, a version.
   */
  export interface Fact {
    /**
     * E.g. `certificate.not_after`.
     */
    name: string,
    /**
     * What it is true of: an address, a host; absent: everything that the document speaks of.
     */
    subject?: string,
    /**
     * Its value.
     */
    value: Value,
  }
  /**
   * One kind of content of a document.
   */
  export type Content = ContentTests | ContentScan | ContentVulnerabilities | ContentComponents | ContentCoverage | ContentMeasurements | ContentStatements | ContentProvenance | ContentFacts;
  /**
   * Test cases.
   */
  export interface ContentTests {
    tag: 'tests',
    val: TestReport,
  }
  /**
   * Issues of a static analysis, an accessibility check, a secret scanner, …
   */
  export interface ContentScan {
    tag: 'scan',
    val: ScanReport,
  }
  /**
   * Known vulnerabilities of packages.
   */
  export interface ContentVulnerabilities {
    tag: 'vulnerabilities',
    val: VulnerabilityReport,
  }
  /**
   * A bill of materials.
   */
  export interface ContentComponents {
    tag: 'components',
    val: BillOfMaterials,
  }
  /**
   * Coverage.
   */
  export interface ContentCoverage {
    tag: 'coverage',
    val: Coverage,
  }
  /**
   * Numbers with units.
   */
  export interface ContentMeasurements {
    tag: 'measurements',
    val: Array<Measurement>,
  }
  /**
   * What a person or a system vouched for.
   */
  export interface ContentStatements {
    tag: 'statements',
    val: Array<Statement>,
  }
  /**
   * How the artifact came to be.
   */
  export interface ContentProvenance {
    tag: 'provenance',
    val: Provenance,
  }
  /**
   * Names and values.
   */
  export interface ContentFacts {
    tag: 'facts',
    val: Array<Fact>,
  }
  /**
   * The documents of an earlier deployment.
   */
  export type BaselineDocuments = BaselineDocumentsNotAsked | BaselineDocumentsFirst | BaselineDocumentsDocuments | BaselineDocumentsUnavailable;
  /**
   * The stage does not ask for one.
   */
  export interface BaselineDocumentsNotAsked {
    tag: 'not-asked',
  }
  /**
   * There was no earlier deployment of this service here.
   */
  export interface BaselineDocumentsFirst {
    tag: 'first',
  }
  /**
   * They are here, ordered by name and digest.
   */
  export interface BaselineDocumentsDocuments {
    tag: 'documents',
    val: Array<Document>,
  }
  /**
   * There was one, but its documents cannot be had (redacted, say): no grounds for a pass. Says why.
   */
  export interface BaselineDocumentsUnavailable {
    tag: 'unavailable',
    val: string,
  }
  
  export class BillOfMaterials implements Disposable {
    /**
     * This type does not have a public constructor.
     */
    private constructor();
    /**
    * How many components there are.
    */
    len(): number;
    /**
    * The components themselves.
    */
    components(offset: number, limit: number): Array<Component>;
    /**
    * Components whose SPDX licence expressions cannot all be satisfied by the allowed licences alone. A component that
    * states no licence is among them, and so is one whose licence is no SPDX expression and not literally allowed.
    */
    outsideLicenses(allowed: Array<string>, offset: number, limit: number): Array<Component>;
    /**
    * Components whose SPDX licence expressions cannot be satisfied without a denied licence, and those that literally name
    * one. A component that states no licence is not among them.
    */
    insideLicenses(denied: Array<string>, offset: number, limit: number): Array<Component>;
    [Symbol.dispose](): void;
  }
  
  export class Document implements Disposable {
    /**
     * This type does not have a public constructor.
     */
    private constructor();
    /**
    * Where it comes from and what vouches for it.
    */
    source(): Source;
    /**
    * What it holds. One document may hold several things (a Trivy report: vulnerabilities, misconfigurations, secrets); none
    * for a format of the team's own, which is read as `bytes`.
    */
    contents(): Array<Content>;
    /**
    * The document as stored; at most 1 MiB a call.
    */
    bytes(offset: bigint, len: number): Uint8Array;
    /**
    * How many bytes it has.
    */
    size(): bigint;
    [Symbol.dispose](): void;
  }
  
  export class ScanReport implements Disposable {
    /**
     * This type does not have a public constructor.
     */
    private constructor();
    /**
    * What it looked for.
    */
    kind(): ScanKind;
    /**
    * How many issues of this filter are suppressed, by whose word; the filter's `include-suppressed` is not looked at.
    */
    suppressions(filter: IssueFilter): SuppressionCounts;
    /**
    * How many there are of each severity.
    */
    count(filter: IssueFilter): SeverityCounts;
    /**
    * The issues themselves.
    */
    issues(filter: IssueFilter, fields: IssueFields, offset: number, limit: number): Array<Issue>;
    /**
    * All of them as columns.
    */
    columns(): IssueColumns;
    /**
    * The text behind an id of `columns`; another id is trapped.
    */
    text(id: number): string;
    /**
    * Issues here that none of the others has, by fingerprint: what is new against a baseline. Without others, all of them.
    */
    notIn(others: Array<ScanReport>, filter: IssueFilter, fields: IssueFields, offset: number, limit: number): Array<Issue>;
    [Symbol.dispose](): void;
  }
  
  export class TestReport implements Disposable {
    /**
     * This type does not have a public constructor.
     */
    private constructor();
    /**
    * How many ended how.
    */
    totals(): TestTotals;
    /**
    * Every suite named, each once; also those without a case.
    */
    suites(): Array<string>;
    /**
    * Cases that ended in one of these ways; no status asks for all.
    */
    cases(statuses: Array<TestStatus>, offset: number, limit: number): Array<TestCase>;
    /**
    * Where the document's own counters contradict its cases.
    */
    contradictions(): Array<string>;
    /**
    * Cases of `other` that are not here, by suite and name: tests that vanished.
    */
    missingFrom(other: TestReport, limit: number): Array<TestCase>;
    [Symbol.dispose](): void;
  }
  
  export class VulnerabilityReport implements Disposable {
    /**
     * This type does not have a public constructor.
     */
    private constructor();
    /**
    * How many there are of each severity.
    */
    count(filter: VulnerabilityFilter): SeverityCounts;
    /**
    * The vulnerabilities themselves.
    */
    vulnerabilities(filter: VulnerabilityFilter, offset: number, limit: number): Array<Vulnerability>;
    /**
    * How many are being exploited somewhere, but for those that a trusted statement declares not affected.
    */
    knownExploited(): number;
    /**
    * What was said about these vulnerabilities in documents of this evaluation, whether it counts or not.
    */
    claims(offset: number, limit: number): Array<VexClaim>;
    /**
    * When the scanner's database was made.
    */
    databaseAt(): Timestamp | undefined;
    /**
    * Vulnerabilities here that none of the others has, by id and package: what is new against a baseline. Without others, all of
    * them.
    */
    notIn(others: Array<VulnerabilityReport>, filter: VulnerabilityFilter, offset: number, limit: number): Array<Vulnerability>;
    [Symbol.dispose](): void;
  }
}
