import type { Finding, Remediation, Severity } from "./contract.ts";
import { bounded } from "./text.ts";

/** Bytes of a finding's message, at most; longer ones are cut. */
const MESSAGE_BYTES_MAX = 1024;
/** Bytes of any other text of a finding, at most. */
const FIELD_BYTES_MAX = 512;

/** All severities, from least to worst. */
export const SEVERITIES: readonly Severity[] = ["info", "low", "medium", "high", "critical"];

/** What a finding may say besides its rule, severity and message. */
export interface Details {
  /** What it is about: a CVE, a package, a test, a service. Waivers match on it. */
  subject?: string;
  /** Where. The line is counted from 1. */
  location?: { uri: string; line?: number };
  /** Stable across runs for the same observation. */
  fingerprint?: string;
  /** The digest of the document it was read from. */
  evidence?: string;
  /** What to do: a sentence, or more than one. */
  remediation?: string | Remediation;
}

/** Something worth saying: it changes nothing. */
export const note = (rule: string, severity: Severity, message: string, details: Details = {}): Finding =>
  finding(rule, severity, message, details, false);

/** Something that alone makes the stage fail. */
export const decisive = (rule: string, severity: Severity, message: string, details: Details = {}): Finding =>
  finding(rule, severity, message, details, true);

function finding(rule: string, severity: Severity, message: string, details: Details, decisive: boolean): Finding {
  const cut = (text: string | undefined) => (text === undefined ? undefined : bounded(text, FIELD_BYTES_MAX));
  const { subject, location, fingerprint, evidence, remediation } = details;
  return {
    rule,
    severity,
    message: bounded(message, MESSAGE_BYTES_MAX),
    subject: cut(subject),
    location: location && { ...location, uri: bounded(location.uri, FIELD_BYTES_MAX) },
    fingerprint: cut(fingerprint),
    evidence,
    remediation: typeof remediation === "string" ? { title: bounded(remediation, FIELD_BYTES_MAX) } : remediation,
    decisive,
  };
}
