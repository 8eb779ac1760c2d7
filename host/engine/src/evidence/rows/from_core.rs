//! Core's rows as the contract's. The way back, for arguments, stands at the end.

use super::{
    CaseRow, ClaimRow, ComponentRow, CoverageRow, ExploitabilityRow, FactRow, FieldsRow, IssueRow, LocationRow,
    MeasurementRow, ProvenanceRow, RatioRow, ScanKindRow, SeverityRow, StandingRow, StatementRow, StatusRow,
    SuppressionRow, ValueRow, VexStatusRow, VulnerabilityRow,
};
use std::sync::{Arc, LazyLock};
use tidegate_core::{
    evidence::{
        Component, Coverage, Fact, Issue, Measurement, Provenance, ScanKind, Standing, Statement, Suppression,
        TestCase, TestStatus, Value,
    },
    finding::Severity,
    ratio::Ratio,
    time::Timestamp,
    vex::{VexClaim, VexStatus},
    vulnerability::{Exploitability, Vulnerability},
};

/// What stands in a row for a text that was not asked for.
static NOTHING: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(""));
/// The same for tags.
static NO_TAGS: LazyLock<Arc<[Arc<str>]>> = LazyLock::new(|| Arc::from([]));

impl IssueRow {
    /// A row with the parts that were asked for.
    pub(in crate::evidence) fn new(issue: &Issue, fields: FieldsRow) -> Self {
        let wanted =
            |field: FieldsRow, text: &Arc<str>| Arc::clone(if fields & field == field { text } else { &NOTHING });
        let location = issue.location.as_ref().filter(|_| fields & FieldsRow::LOCATION == FieldsRow::LOCATION);
        let tags = if fields & FieldsRow::TAGS == FieldsRow::TAGS { &issue.tags } else { &*NO_TAGS };
        Self {
            rule: Arc::clone(&issue.rule),
            severity: issue.severity.into(),
            message: wanted(FieldsRow::MESSAGE, &issue.message),
            location: location.map(|l| LocationRow { uri: Arc::clone(&l.uri), line: l.line }),
            fingerprint: wanted(FieldsRow::FINGERPRINT, &issue.fingerprint),
            score: issue.score,
            suppression: issue.suppression.into(),
            tags: Arc::clone(tags),
        }
    }
}

impl From<&TestCase> for CaseRow {
    fn from(case: &TestCase) -> Self {
        Self {
            suite: Arc::clone(&case.suite),
            name: Arc::clone(&case.name),
            status: case.status.into(),
            duration_ms: case.duration_ms,
            message: Arc::clone(&case.message),
        }
    }
}

impl From<&Vulnerability> for VulnerabilityRow {
    fn from(found: &Vulnerability) -> Self {
        Self {
            id: Arc::clone(&found.id),
            aliases: Arc::clone(&found.aliases),
            severity: found.severity.into(),
            cvss: found.cvss,
            epss: found.epss,
            published: found.published.map(|at| at.nanos()),
            package: Arc::clone(&found.package),
            purl: found.purl.clone(),
            installed: Arc::clone(&found.installed),
            fixed: found.fixed.clone(),
            exploitability: found.exploitability.into(),
        }
    }
}

impl From<&VexClaim> for ClaimRow {
    fn from(claim: &VexClaim) -> Self {
        Self {
            vulnerability: Arc::clone(&claim.vulnerability),
            package: Arc::clone(&claim.package),
            status: claim.status.into(),
            by: Arc::clone(&claim.by),
            justification: Arc::clone(&claim.justification),
            counts: claim.counts,
        }
    }
}

impl From<VexStatus> for VexStatusRow {
    fn from(status: VexStatus) -> Self {
        match status {
            VexStatus::Fixed => Self::Fixed,
            VexStatus::NotAffected => Self::NotAffected,
            VexStatus::UnderInvestigation => Self::UnderInvestigation,
            VexStatus::Affected => Self::Affected,
        }
    }
}

impl From<ScanKind> for ScanKindRow {
    fn from(kind: ScanKind) -> Self {
        match kind {
            ScanKind::Analysis => Self::Analysis,
            ScanKind::Secrets => Self::Secrets,
            ScanKind::Misconfigurations => Self::Misconfigurations,
            ScanKind::Accessibility => Self::Accessibility,
            ScanKind::Licenses => Self::Licenses,
        }
    }
}

impl From<Suppression> for SuppressionRow {
    fn from(suppression: Suppression) -> Self {
        match suppression {
            Suppression::None => Self::None,
            Suppression::Claimed => Self::Claimed,
            Suppression::Trusted => Self::Trusted,
        }
    }
}

impl From<Standing> for StandingRow {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Met => Self::Met,
            Standing::Unmet => Self::Unmet,
            Standing::NotApplicable => Self::NotApplicable,
        }
    }
}

impl From<&Component> for ComponentRow {
    fn from(component: &Component) -> Self {
        Self {
            name: Arc::clone(&component.name),
            version: Arc::clone(&component.version),
            purl: component.purl.clone(),
            licenses: Arc::clone(&component.licenses),
        }
    }
}

impl From<&Coverage> for CoverageRow {
    fn from(coverage: &Coverage) -> Self {
        Self { lines: coverage.lines.into(), branches: coverage.branches.map(RatioRow::from) }
    }
}

impl From<Ratio> for RatioRow {
    fn from(ratio: Ratio) -> Self {
        Self { numerator: ratio.numerator(), denominator: ratio.denominator() }
    }
}

impl From<&Measurement> for MeasurementRow {
    fn from(measurement: &Measurement) -> Self {
        let Measurement { name, subject, value, unit } = measurement;
        Self { name: Arc::clone(name), subject: subject.clone(), value: *value, unit: Arc::clone(unit) }
    }
}

impl StatementRow {
    /// `made_at` is when its document was made: it counts for a statement that names no time of its own.
    pub(in crate::evidence) fn new(statement: &Statement, made_at: Timestamp) -> Self {
        Self {
            item: Arc::clone(&statement.item),
            standing: statement.standing.into(),
            by: Arc::clone(&statement.by),
            at: statement.at.unwrap_or(made_at).nanos(),
            link: statement.link.clone(),
            note: Arc::clone(&statement.note),
        }
    }
}

impl From<&Provenance> for ProvenanceRow {
    fn from(provenance: &Provenance) -> Self {
        Self {
            builder: Arc::clone(&provenance.builder),
            build_type: Arc::clone(&provenance.build_type),
            repository: Arc::clone(&provenance.repository),
            commit: Arc::clone(&provenance.commit),
            ref_name: Arc::clone(&provenance.ref_name),
            materials: provenance.materials.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&Fact> for FactRow {
    fn from(fact: &Fact) -> Self {
        let value = match &fact.value {
            Value::Text(text) => ValueRow::Text(Arc::clone(text)),
            Value::Number(number) => ValueRow::Number(*number),
            Value::Flag(flag) => ValueRow::Flag(*flag),
            Value::Time(at) => ValueRow::Time(at.nanos()),
        };
        Self { name: Arc::clone(&fact.name), subject: fact.subject.clone(), value }
    }
}

impl From<Severity> for SeverityRow {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
            Severity::Critical => Self::Critical,
        }
    }
}

impl From<TestStatus> for StatusRow {
    fn from(status: TestStatus) -> Self {
        match status {
            TestStatus::Passed => Self::Passed,
            TestStatus::Failed => Self::Failed,
            TestStatus::Errored => Self::Errored,
            TestStatus::Skipped => Self::Skipped,
            TestStatus::Flaky => Self::Flaky,
        }
    }
}

impl From<Exploitability> for ExploitabilityRow {
    fn from(exploitability: Exploitability) -> Self {
        match exploitability {
            Exploitability::Unknown => Self::Unknown,
            Exploitability::NotAffected => Self::NotAffected,
            Exploitability::UnderInvestigation => Self::UnderInvestigation,
            Exploitability::Affected => Self::Affected,
            Exploitability::KnownExploited => Self::KnownExploited,
        }
    }
}

impl From<SeverityRow> for Severity {
    fn from(severity: SeverityRow) -> Self {
        match severity {
            SeverityRow::Info => Self::Info,
            SeverityRow::Low => Self::Low,
            SeverityRow::Medium => Self::Medium,
            SeverityRow::High => Self::High,
            SeverityRow::Critical => Self::Critical,
        }
    }
}
