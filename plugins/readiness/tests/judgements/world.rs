//! Evidence in few words.

use readiness::{Readiness, settings::Settings};
use tidegate_sdk::{
    deployment::Label,
    evidence::small::{Fact, Standing, Statement, Value},
    fixture::{DocumentFixture, evidence, request},
    gate::{Gate as _, Request},
    report::Report,
    settings::read,
};

/// One hour.
pub(crate) const HOUR: u64 = 3600 * 1_000_000_000;
/// The moment of every evaluation here.
pub(crate) const NOW: u64 = 1_800_000 * HOUR;
/// Every item of the runbook's checklist, written down once more.
pub(crate) const ALL: [&str; 25] = [
    "feature_branches_merged",
    "code_review_completed",
    "no_merge_conflicts",
    "version_numbers_updated",
    "configuration_reviewed",
    "migrations_tested_in_staging",
    "schema_backward_compatible",
    "infrastructure_capacity_sufficient",
    "certificates_valid",
    "external_dependencies_available",
    "staging_tests_passing",
    "performance_benchmarks_met",
    "security_scans_clean",
    "accessibility_verified",
    "load_testing_completed",
    "deployment_communicated",
    "rollback_plan_ready",
    "dashboards_prepared",
    "incident_team_notified",
    "customer_communication_prepared",
    "database_backup_completed",
    "configuration_backup_created",
    "previous_artifacts_available",
    "rollback_scripts_tested",
    "recovery_procedures_documented",
];

/// Stated by bob, an hour ago.
pub(crate) fn stated(item: &str, standing: Standing) -> Statement {
    Statement { item: item.to_owned(), standing, by: "bob".to_owned(), at: NOW - HOUR, link: None, note: String::new() }
}

/// Stated by bob so long ago.
pub(crate) fn aged(item: &str, standing: Standing, age: u64) -> Statement {
    Statement { at: NOW - age, ..stated(item, standing) }
}

/// Does not apply, for that reason.
pub(crate) fn not_applicable(item: &str, note: &str) -> Statement {
    Statement { note: note.to_owned(), ..stated(item, Standing::NotApplicable) }
}

/// A fact about everything.
pub(crate) fn fact(name: &str, value: Value) -> Fact {
    Fact { name: name.to_owned(), subject: None, value }
}

/// A document of these statements.
pub(crate) fn doc(statements: impl IntoIterator<Item = Statement>) -> DocumentFixture {
    DocumentFixture::new("checklist", "statements").statements(statements)
}

/// A document of these facts, made an hour ago.
pub(crate) fn facts(facts: impl IntoIterator<Item = Fact>) -> DocumentFixture {
    DocumentFixture::new("facts", "facts").facts(facts).source(|source| source.produced_at = Some(NOW - HOUR))
}

/// Settings that ask for every item in the same way.
pub(crate) fn everything(asked: &str) -> String {
    let each: Vec<String> = ALL.iter().map(|id| format!(r#""{id}": {asked}"#)).collect();
    format!(r#"{{"items": {{{}}}}}"#, each.join(", "))
}

/// The report over these documents, for a deployment that alice asks for.
#[track_caller]
pub(crate) fn judged(settings: &str, documents: Vec<DocumentFixture>) -> Report {
    judged_with(settings, documents, |_| {})
}

/// The same for a deployment with these labels.
#[track_caller]
pub(crate) fn labelled(settings: &str, labels: &[(&str, &str)], documents: Vec<DocumentFixture>) -> Report {
    let label = |(name, value): &(&str, &str)| Label { name: (*name).to_owned(), value: (*value).to_owned() };
    judged_with(settings, documents, |request| request.deployment.labels = labels.iter().map(label).collect())
}

/// The same with the request changed so.
#[track_caller]
pub(crate) fn judged_with(
    settings: &str,
    documents: Vec<DocumentFixture>,
    change: impl FnOnce(&mut Request<Settings>),
) -> Report {
    let mut request = request(read::<Readiness>(settings).unwrap());
    request.evaluated_at = NOW;
    request.deployment.actor = "alice".to_owned();
    change(&mut request);
    Readiness::evaluate(&request, &evidence(documents)).unwrap()
}
