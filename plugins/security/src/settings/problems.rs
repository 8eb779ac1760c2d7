//! What is wrong with settings beyond what their schema says.

use super::{
    BaselineSettings, Settings,
    endpoints::{CertificateSettings, EndpointSettings, HeaderSettings},
    packages::{KnownExploited, LicenseSettings, ProvenanceSettings, VulnerabilitySettings},
    scans::{IssueSettings, MisconfigurationSettings, SecretSettings},
};
use std::collections::BTreeSet;
use tidegate_sdk::{
    describe::Problem,
    finding::Severity,
    limits::SeverityLimits,
    settings::problems::{ENTRIES_MAX, EXCEPTIONS_MAX, Problems},
};

/// Days of leeway or validity, at most: ten years.
const DAYS_MAX: u64 = 3_650;
/// Hours of age, at most: ten years.
const HOURS_MAX: u64 = DAYS_MAX * 24;

impl Settings {
    /// Everything that is wrong.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::default();
        let all = &mut problems;
        let asked = [
            self.vulnerabilities.as_ref().map(|settings| of_vulnerabilities(settings, all)),
            self.issues.as_ref().map(|settings| of_issues(settings, all)),
            self.secrets.as_ref().map(|settings| of_secrets(settings, all)),
            self.misconfigurations.as_ref().map(|settings| of_misconfigurations(settings, all)),
            self.licenses.as_ref().map(|settings| of_licenses(settings, all)),
            self.sbom.as_ref().map(|_| ()),
            self.provenance.as_ref().map(|settings| of_provenance(settings, all)),
            self.certificates.as_ref().map(|settings| of_certificates(settings, all)),
            self.headers.as_ref().map(|settings| of_headers(settings, all)),
            self.endpoints.as_ref().map(|settings| of_endpoints(settings, all)),
            self.baseline.as_ref().map(|settings| of_baseline(settings, all)),
        ];
        if asked.iter().all(Option::is_none) {
            all.add("", "nothing is asked: set one of the groups, such as `vulnerabilities` or `secrets`");
        }
        problems.into_vec()
    }
}

fn limits(pointer: &str, max: Option<&SeverityLimits>, problems: &mut Problems) {
    if max.is_some_and(|max| max.least().is_none()) {
        problems.add(pointer, "nothing is asked: name a severity");
    }
}

fn at_most(pointer: &str, used: Option<u64>, allowed: u64, problems: &mut Problems) {
    if let Some(used) = used.filter(|used| *used > allowed) {
        problems.add(pointer, format!("{used} used, {allowed} allowed"));
    }
}

fn of_vulnerabilities(settings: &VulnerabilitySettings, problems: &mut Problems) {
    limits("/vulnerabilities/max", settings.max.as_ref(), problems);
    let max = settings.max.unwrap_or_default();
    for severity in Severity::ALL {
        let Some(days) = settings.leeway_days.of(severity) else { continue };
        let pointer = format!("/vulnerabilities/leeway_days/{}", severity.word());
        at_most(&pointer, Some(days), DAYS_MAX, problems);
        if max.of(severity).is_none() {
            problems.add(pointer, "this severity has no limit that leeway could be given from: set it under `max`");
        }
    }
    if let Some(epss) = settings.max_epss.filter(|epss| !(0.0..=1.0).contains(epss)) {
        problems.add("/vulnerabilities/max_epss", format!("{epss} is no probability from 0 to 1"));
    }
    problems.entries("/vulnerabilities/except", &settings.except, EXCEPTIONS_MAX);
    let hours = settings.database_max_age_hours;
    at_most("/vulnerabilities/database_max_age_hours", hours, HOURS_MAX, problems);
    let lenient = settings.known_exploited == KnownExploited::Report;
    if lenient && settings.max.is_none() && settings.max_epss.is_none() && hours.is_none() {
        problems.add("/vulnerabilities", "nothing is asked: set `max`, `max_epss` or `database_max_age_hours`");
    }
}

fn of_issues(settings: &IssueSettings, problems: &mut Problems) {
    limits("/issues/max", settings.max.as_ref(), problems);
    if settings.max.is_none() && settings.score_below.is_none() {
        problems.add("/issues", "nothing is asked: set `score_below` or `max`");
    }
    if let Some(score) = settings.score_below.filter(|score| !(*score > 0.0 && *score <= 10.0)) {
        problems.add("/issues/score_below", format!("{score} is no score above 0 and up to 10"));
    }
    problems.entries("/issues/only", &settings.only, EXCEPTIONS_MAX);
    problems.entries("/issues/except", &settings.except, EXCEPTIONS_MAX);
    problems.entries("/issues/except_under", &settings.except_under, EXCEPTIONS_MAX);
}

fn of_secrets(settings: &SecretSettings, problems: &mut Problems) {
    problems.entries("/secrets/except", &settings.except, EXCEPTIONS_MAX);
    problems.entries("/secrets/except_under", &settings.except_under, EXCEPTIONS_MAX);
    problems.entries("/secrets/evidence", &settings.evidence, ENTRIES_MAX);
}

fn of_misconfigurations(settings: &MisconfigurationSettings, problems: &mut Problems) {
    limits("/misconfigurations/max", Some(&settings.max), problems);
    problems.entries("/misconfigurations/except", &settings.except, EXCEPTIONS_MAX);
    problems.entries("/misconfigurations/except_under", &settings.except_under, EXCEPTIONS_MAX);
    problems.entries("/misconfigurations/evidence", &settings.evidence, ENTRIES_MAX);
}

fn of_licenses(settings: &LicenseSettings, problems: &mut Problems) {
    problems.entries("/licenses/allow", &settings.allow, EXCEPTIONS_MAX);
    problems.entries("/licenses/deny", &settings.deny, EXCEPTIONS_MAX);
    problems.entries("/licenses/except", &settings.except, EXCEPTIONS_MAX);
    if settings.allow.is_empty() && settings.deny.is_empty() {
        problems.add("/licenses", "nothing is asked: set `allow` or `deny`");
    }
    for (index, license) in settings.deny.iter().enumerate().filter(|(_, license)| settings.allow.contains(license)) {
        problems.add(format!("/licenses/deny/{index}"), format!("`{license}` is allowed as well"));
    }
}

fn of_provenance(settings: &ProvenanceSettings, problems: &mut Problems) {
    let lists = [
        ("builders", &settings.builders),
        ("build_types", &settings.build_types),
        ("repositories", &settings.repositories),
        ("ref_names", &settings.ref_names),
        ("signers", &settings.signers),
    ];
    for (key, list) in lists {
        problems.entries(&format!("/provenance/{key}"), list, ENTRIES_MAX);
    }
    let compared = settings.same_commit || settings.same_repository || settings.same_artifact;
    if !compared && lists.iter().all(|(_, list)| list.is_empty()) {
        problems.add("/provenance", "nothing is asked: set a list such as `builders`, or `same_commit`");
    }
}

fn of_certificates(settings: &CertificateSettings, problems: &mut Problems) {
    at_most("/certificates/min_days_left", Some(settings.min_days_left), DAYS_MAX, problems);
    problems.entries("/certificates/expected_subjects", &settings.expected_subjects, ENTRIES_MAX);
}

fn of_headers(settings: &HeaderSettings, problems: &mut Problems) {
    at_most("/headers/min_hsts_days", settings.min_hsts_days, DAYS_MAX, problems);
    problems.entries("/headers/expected_subjects", &settings.expected_subjects, ENTRIES_MAX);
    problems.count("/headers/expected", settings.expected.len(), ENTRIES_MAX);
    if settings.expected.is_empty() && settings.min_hsts_days.is_none() {
        problems.add("/headers/expected", "nothing is asked: name a header");
    }
    let mut names = BTreeSet::new();
    for (index, header) in settings.expected.iter().enumerate() {
        let pointer = format!("/headers/expected/{index}");
        problems.entries(&format!("{pointer}/any_of"), &header.any_of, ENTRIES_MAX);
        if header.name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            problems.add(format!("{pointer}/name"), format!("`{}` is not in lower case", header.name));
        }
        if !names.insert(&header.name) {
            problems.add(format!("{pointer}/name"), format!("`{}` is named twice", header.name));
        }
        problems.text(format!("{pointer}/name"), &header.name);
    }
}

fn of_endpoints(settings: &EndpointSettings, problems: &mut Problems) {
    problems.entries("/endpoints/expected_subjects", &settings.expected_subjects, ENTRIES_MAX);
    problems.count("/endpoints/status", settings.status.len(), ENTRIES_MAX);
    if settings.status.is_empty() {
        problems.add("/endpoints/status", "no status is accepted: name one");
    }
}

fn of_baseline(settings: &BaselineSettings, problems: &mut Problems) {
    let BaselineSettings { new_vulnerabilities, new_issues } = settings;
    if let Some(new) = new_vulnerabilities {
        limits("/baseline/new_vulnerabilities/max", Some(&new.max), problems);
        problems.entries("/baseline/new_vulnerabilities/except", &new.except, EXCEPTIONS_MAX);
    }
    if let Some(new) = new_issues {
        limits("/baseline/new_issues/max", Some(&new.max), problems);
        problems.entries("/baseline/new_issues/except", &new.except, EXCEPTIONS_MAX);
        problems.entries("/baseline/new_issues/except_under", &new.except_under, EXCEPTIONS_MAX);
    }
    if new_vulnerabilities.is_none() && new_issues.is_none() {
        problems.add("/baseline", "nothing is asked: set `new_vulnerabilities` or `new_issues`");
    }
}
