//! What Trivy finds beside vulnerabilities: misconfigurations and secrets, as issues.

use super::shape::Target;
use crate::{
    issues::{Issues, Row},
    limits::Limits,
    severity,
};
use tidegate_core::evidence::{Content, ScanKind, Suppression};

/// Checks that passed are no issues; those that somebody excepted are suppressed ones.
pub(super) fn misconfigurations(targets: &[Target], limits: &Limits) -> Content {
    let (mut issues, tags) = (Issues::new(limits), ["misconfiguration".to_owned()]);
    for (target, row) in targets.iter().flat_map(|target| with(target, target.misconfigurations.as_deref())) {
        let suppression = match row.status.as_deref() {
            Some("PASS") => continue,
            Some("EXCEPTION") => Suppression::Claimed,
            _ => Suppression::None,
        };
        let message = row.message.as_deref().filter(|text| !text.is_empty()).or(row.title.as_deref());
        let line = row.cause_metadata.as_ref().and_then(|cause| cause.start_line);
        issues.add(&Row {
            rule: &row.id,
            severity: severity::of_word(row.severity.as_deref()),
            message: message.unwrap_or_default(),
            suppression,
            ..row_at(target, line, &tags)
        });
    }
    issues.done(ScanKind::Misconfigurations)
}

/// Passwords, keys and tokens.
pub(super) fn secrets(targets: &[Target], limits: &Limits) -> Content {
    let (mut issues, tags) = (Issues::new(limits), ["secret".to_owned()]);
    for (target, row) in targets.iter().flat_map(|target| with(target, target.secrets.as_deref())) {
        issues.add(&Row {
            rule: &row.rule,
            severity: severity::of_word(row.severity.as_deref()),
            message: row.title.as_deref().unwrap_or_default(),
            ..row_at(target, row.start_line, &tags)
        });
    }
    issues.done(ScanKind::Secrets)
}

fn with<'t, T>(target: &'t Target, rows: Option<&'t [T]>) -> impl Iterator<Item = (&'t Target, &'t T)> {
    rows.unwrap_or_default().iter().map(move |row| (target, row))
}

/// A row of which only the place is known.
fn row_at<'r>(target: &'r Target, line: Option<u32>, tags: &'r [String]) -> Row<'r> {
    Row {
        rule: "",
        severity: severity::of_word(None),
        message: "",
        uri: Some(target.target.as_str()).filter(|uri| !uri.is_empty()),
        line: line.filter(|line| *line > 0),
        fingerprint: None,
        suppression: Suppression::None,
        tags,
    }
}
