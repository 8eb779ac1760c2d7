/** The contract's types by short names. They are generated from `wit/` (see `types/`); nothing here is written twice. */
/// <reference path="../types/sdk.d.ts" />

export type {
  Artifact, Deployment, Digest, Finding, Location, Ratio, Remediation, Severity, Timestamp, Trigger, TriggerState,
} from "tidegate:policy/types@0.1.0";
export type {
  BaselineDocuments, BillOfMaterials, Content, Coverage, Document, Fact, Issue, IssueFilter, Measurement, Provenance, ScanReport,
  SeverityCounts, Source, Statement, TestCase, TestReport, TestTotals, Vulnerability, VulnerabilityFilter, VulnerabilityReport,
} from "tidegate:policy/evidence@0.1.0";
export type { Outcome, Report } from "tidegate:policy/gate@0.1.0";
export type { Description, Problem, Rule } from "tidegate:policy/plugin@0.1.0";
export type { Advice, Alert, Observation, Report as RollbackReport, Sample, Series } from "tidegate:policy/rollback@0.1.0";
export type { Classification, Incident, Priority } from "tidegate:policy/severity@0.1.0";
