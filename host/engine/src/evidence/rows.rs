//! The contract's records as they are handed to a plugin. Texts are shared with core's rows: making a row copies no text.

mod from_core;

use std::sync::Arc;
use wasmtime::component::{ComponentType, Lift, Lower, Resource, flags};

/// A list of texts.
type Texts = Arc<[Arc<str>]>;

/// What a handle to a document points to.
pub(super) enum DocumentHandle {}
/// What a handle to test cases points to.
pub(super) enum TestsHandle {}
/// What a handle to a scan points to.
pub(super) enum ScanHandle {}
/// What a handle to vulnerabilities points to.
pub(super) enum VulnerabilitiesHandle {}
/// What a handle to a bill of materials points to.
pub(super) enum ComponentsHandle {}

#[derive(ComponentType, Lower, Lift, Clone, Copy, Debug, PartialEq, Eq)]
#[component(enum)]
#[repr(u8)]
pub(super) enum SeverityRow {
    #[component(name = "info")]
    Info,
    #[component(name = "low")]
    Low,
    #[component(name = "medium")]
    Medium,
    #[component(name = "high")]
    High,
    #[component(name = "critical")]
    Critical,
}

#[derive(ComponentType, Lower, Lift, Clone, Copy, Debug, PartialEq, Eq)]
#[component(enum)]
#[repr(u8)]
pub(super) enum StatusRow {
    #[component(name = "passed")]
    Passed,
    #[component(name = "failed")]
    Failed,
    #[component(name = "errored")]
    Errored,
    #[component(name = "skipped")]
    Skipped,
    #[component(name = "flaky")]
    Flaky,
}

#[derive(ComponentType, Lower, Clone, Copy, Debug, PartialEq, Eq)]
#[component(enum)]
#[repr(u8)]
pub(super) enum ExploitabilityRow {
    #[component(name = "unknown")]
    Unknown,
    #[component(name = "not-affected")]
    NotAffected,
    #[component(name = "under-investigation")]
    UnderInvestigation,
    #[component(name = "affected")]
    Affected,
    #[component(name = "known-exploited")]
    KnownExploited,
}

#[derive(ComponentType, Lower, Clone, Copy, Debug, PartialEq, Eq)]
#[component(enum)]
#[repr(u8)]
pub(super) enum ScanKindRow {
    #[component(name = "analysis")]
    Analysis,
    #[component(name = "secrets")]
    Secrets,
    #[component(name = "misconfigurations")]
    Misconfigurations,
    #[component(name = "accessibility")]
    Accessibility,
    #[component(name = "licenses")]
    Licenses,
}

#[derive(ComponentType, Lower, Clone, Copy, Debug, PartialEq, Eq)]
#[component(enum)]
#[repr(u8)]
pub(super) enum SuppressionRow {
    #[component(name = "none")]
    None,
    #[component(name = "claimed")]
    Claimed,
    #[component(name = "trusted")]
    Trusted,
}

#[derive(ComponentType, Lower, Debug, Default, Clone, Copy, PartialEq, Eq)]
#[component(record)]
pub(super) struct SuppressionCountsRow {
    pub(super) claimed: u32,
    pub(super) trusted: u32,
}

#[derive(ComponentType, Lower, Clone, Copy, Debug, PartialEq, Eq)]
#[component(enum)]
#[repr(u8)]
pub(super) enum VexStatusRow {
    #[component(name = "fixed")]
    Fixed,
    #[component(name = "not-affected")]
    NotAffected,
    #[component(name = "under-investigation")]
    UnderInvestigation,
    #[component(name = "affected")]
    Affected,
}

#[derive(ComponentType, Lower, Debug, PartialEq, Eq)]
#[component(record)]
pub(super) struct ClaimRow {
    pub(super) vulnerability: Arc<str>,
    pub(super) package: Arc<str>,
    pub(super) status: VexStatusRow,
    pub(super) by: Arc<str>,
    pub(super) justification: Arc<str>,
    pub(super) counts: bool,
}

#[derive(ComponentType, Lower, Clone, Copy, Debug, PartialEq, Eq)]
#[component(enum)]
#[repr(u8)]
pub(super) enum StandingRow {
    #[component(name = "met")]
    Met,
    #[component(name = "unmet")]
    Unmet,
    #[component(name = "not-applicable")]
    NotApplicable,
}

flags! {
    FieldsRow {
        #[component(name = "message")]
        const MESSAGE;
        #[component(name = "location")]
        const LOCATION;
        #[component(name = "fingerprint")]
        const FINGERPRINT;
        #[component(name = "tags")]
        const TAGS;
    }
}

#[derive(ComponentType, Lower, Debug, PartialEq)]
#[component(record)]
pub(super) struct SourceRow {
    pub(super) name: String,
    pub(super) service: Option<String>,
    pub(super) format: Arc<str>,
    pub(super) digest: String,
    pub(super) tool: Option<Arc<str>>,
    pub(super) author: Option<Arc<str>>,
    #[component(name = "produced-at")]
    pub(super) produced_at: Option<u64>,
    pub(super) subjects: Vec<String>,
    pub(super) signer: Option<Arc<str>>,
    pub(super) complete: bool,
}

#[derive(ComponentType, Lower, Debug, Default, PartialEq, Eq)]
#[component(record)]
pub(super) struct TotalsRow {
    pub(super) passed: u32,
    pub(super) failed: u32,
    pub(super) errored: u32,
    pub(super) skipped: u32,
    pub(super) flaky: u32,
    #[component(name = "duration-ms")]
    pub(super) duration_ms: u64,
}

#[derive(ComponentType, Lower, Debug, PartialEq, Eq)]
#[component(record)]
pub(super) struct CaseRow {
    pub(super) suite: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) status: StatusRow,
    #[component(name = "duration-ms")]
    pub(super) duration_ms: u64,
    pub(super) message: Arc<str>,
}

#[derive(ComponentType, Lower, Debug, PartialEq, Eq)]
#[component(record)]
pub(super) struct LocationRow {
    pub(super) uri: Arc<str>,
    pub(super) line: Option<u32>,
}

#[derive(ComponentType, Lower, Debug, PartialEq)]
#[component(record)]
pub(super) struct IssueRow {
    pub(super) rule: Arc<str>,
    pub(super) severity: SeverityRow,
    pub(super) message: Arc<str>,
    pub(super) location: Option<LocationRow>,
    pub(super) fingerprint: Arc<str>,
    pub(super) score: Option<f64>,
    pub(super) suppression: SuppressionRow,
    pub(super) tags: Texts,
}

#[derive(ComponentType, Lower, Debug, Default, Clone, Copy, PartialEq, Eq)]
#[component(record)]
pub(super) struct CountsRow {
    pub(super) info: u32,
    pub(super) low: u32,
    pub(super) medium: u32,
    pub(super) high: u32,
    pub(super) critical: u32,
}

#[derive(ComponentType, Lower, Debug)]
#[component(record)]
pub(super) struct ColumnsRow {
    pub(super) severities: Arc<[u8]>,
    pub(super) rules: Arc<[u32]>,
    pub(super) paths: Arc<[u32]>,
    pub(super) lines: Arc<[u32]>,
}

#[derive(ComponentType, Lower, Debug, PartialEq)]
#[component(record)]
pub(super) struct VulnerabilityRow {
    pub(super) id: Arc<str>,
    pub(super) aliases: Texts,
    pub(super) severity: SeverityRow,
    pub(super) cvss: Option<f64>,
    pub(super) epss: Option<f64>,
    pub(super) published: Option<u64>,
    pub(super) package: Arc<str>,
    pub(super) purl: Option<Arc<str>>,
    pub(super) installed: Arc<str>,
    pub(super) fixed: Option<Arc<str>>,
    pub(super) exploitability: ExploitabilityRow,
}

#[derive(ComponentType, Lower, Debug, PartialEq, Eq)]
#[component(record)]
pub(super) struct ComponentRow {
    pub(super) name: Arc<str>,
    pub(super) version: Arc<str>,
    pub(super) purl: Option<Arc<str>>,
    pub(super) licenses: Texts,
}

#[derive(ComponentType, Lower, Debug, Clone, Copy, PartialEq, Eq)]
#[component(record)]
pub(super) struct RatioRow {
    numerator: u64,
    denominator: u64,
}

#[derive(ComponentType, Lower, Debug, PartialEq, Eq)]
#[component(record)]
pub(super) struct CoverageRow {
    pub(super) lines: RatioRow,
    pub(super) branches: Option<RatioRow>,
}

#[derive(ComponentType, Lower, Debug, PartialEq)]
#[component(record)]
pub(super) struct MeasurementRow {
    name: Arc<str>,
    subject: Option<Arc<str>>,
    value: f64,
    unit: Arc<str>,
}

#[derive(ComponentType, Lower, Debug, PartialEq, Eq)]
#[component(record)]
pub(super) struct StatementRow {
    item: Arc<str>,
    standing: StandingRow,
    by: Arc<str>,
    pub(super) at: u64,
    link: Option<Arc<str>>,
    note: Arc<str>,
}

#[derive(ComponentType, Lower, Debug, PartialEq, Eq)]
#[component(record)]
pub(super) struct ProvenanceRow {
    pub(super) builder: Arc<str>,
    #[component(name = "build-type")]
    pub(super) build_type: Arc<str>,
    pub(super) repository: Arc<str>,
    pub(super) commit: Arc<str>,
    #[component(name = "ref-name")]
    pub(super) ref_name: Arc<str>,
    pub(super) materials: Vec<String>,
}

#[derive(ComponentType, Lower, Debug, PartialEq)]
#[component(variant)]
pub(super) enum ValueRow {
    #[component(name = "text")]
    Text(Arc<str>),
    #[component(name = "number")]
    Number(f64),
    #[component(name = "flag")]
    Flag(bool),
    #[component(name = "time")]
    Time(u64),
}

#[derive(ComponentType, Lower, Debug, PartialEq)]
#[component(record)]
pub(super) struct FactRow {
    name: Arc<str>,
    subject: Option<Arc<str>>,
    value: ValueRow,
}

#[derive(ComponentType, Lower)]
#[component(variant)]
pub(super) enum ContentRow {
    #[component(name = "tests")]
    Tests(Resource<TestsHandle>),
    #[component(name = "scan")]
    Scan(Resource<ScanHandle>),
    #[component(name = "vulnerabilities")]
    Vulnerabilities(Resource<VulnerabilitiesHandle>),
    #[component(name = "components")]
    Components(Resource<ComponentsHandle>),
    #[component(name = "coverage")]
    Coverage(CoverageRow),
    #[component(name = "measurements")]
    Measurements(Vec<MeasurementRow>),
    #[component(name = "statements")]
    Statements(Vec<StatementRow>),
    #[component(name = "provenance")]
    Provenance(ProvenanceRow),
    #[component(name = "facts")]
    Facts(Vec<FactRow>),
}

#[derive(ComponentType, Lower)]
#[component(variant)]
pub(super) enum BaselineRow {
    #[component(name = "not-asked")]
    NotAsked,
    #[component(name = "first")]
    First,
    #[component(name = "documents")]
    Documents(Vec<Resource<DocumentHandle>>),
    #[component(name = "unavailable")]
    Unavailable(Arc<str>),
}
