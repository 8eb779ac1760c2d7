//! What Trivy finds beside vulnerabilities: misconfigurations and secrets, as issues.

use super::{modified::EXCEPTION, shape::Target};
use crate::{
    issues::{Issues, Row},
    severity,
};
use tidegate_core::evidence::{Content, ScanKind, Suppression};

/// Checks that passed are no issues; those that somebody excepted are suppressed ones.
pub(super) fn misconfigurations(targets: &[Target], issues: &mut Issues<'_>) -> Content {
    let tags = ["misconfiguration".to_owned()];
    for (target, row) in targets.iter().flat_map(|target| with(target, target.misconfigurations.as_deref())) {
        let suppression = match row.status.as_deref() {
            Some("PASS") => continue,
            Some(EXCEPTION) => Suppression::Claimed,
            _ => Suppression::None,
        };
        let message = row.message.as_deref().filter(|text| !text.is_empty()).or(row.title.as_deref());
        let line = row.cause_metadata.as_ref().and_then(|cause| cause.start_line);
        let issue = Row::new(&row.id, severity::of_word(row.severity.as_deref()), message.unwrap_or_default());
        issues.add(&Row { uri: uri(target), line, suppression, tags: &tags, ..issue });
    }
    issues.done(ScanKind::Misconfigurations)
}

/// Passwords, keys and tokens.
pub(super) fn secrets(targets: &[Target], issues: &mut Issues<'_>) -> Content {
    let tags = ["secret".to_owned()];
    for (target, row) in targets.iter().flat_map(|target| with(target, target.secrets.as_deref())) {
        let message = row.title.as_deref().unwrap_or_default();
        let issue = Row::new(&row.rule, severity::of_word(row.severity.as_deref()), message);
        let suppression = if row.suppressed { Suppression::Claimed } else { Suppression::None };
        issues.add(&Row { uri: uri(target), line: row.start_line, suppression, tags: &tags, ..issue });
    }
    issues.done(ScanKind::Secrets)
}

fn with<'t, T>(target: &'t Target, rows: Option<&'t [T]>) -> impl Iterator<Item = (&'t Target, &'t T)> {
    rows.unwrap_or_default().iter().map(move |row| (target, row))
}

fn uri(target: &Target) -> Option<&str> {
    Some(target.target.as_str()).filter(|uri| !uri.is_empty())
}
