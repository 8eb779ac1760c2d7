//! Suites as teams have them: each folder of `data` is one case, with settings, documents and what is expected.
//!
//! `settings.json` may name a file (`{"file": "a.rego"}`) for its text, as policy sets do. `documents` holds the evidence: the name of
//! a file up to its first point is the name of the evidence.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use rego::Rego;
use serde::Deserialize;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tidegate_sdk::{
    finding::Finding,
    fixture::{DocumentFixture, evidence, request},
    gate::{Failure, Gate, Request},
    report::Report,
    settings::{read, sentence},
};

const NOW: u64 = 1_795_000_000_000_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    outcome: Option<String>,
    #[serde(default)]
    findings: Vec<ExpectedFinding>,
    /// `bad-settings` or `bad-evidence`.
    failure: Option<String>,
    #[serde(default)]
    says: Vec<String>,
}

#[derive(Deserialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct ExpectedFinding {
    rule: String,
    subject: String,
    message: String,
    severity: String,
    decisive: bool,
    /// The end of the remediation: where the rule stands, or the advice.
    #[serde(default)]
    remediation: String,
    #[serde(default)]
    location: String,
}

#[test]
fn every_case_comes_out_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/data");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 15, "{cases:?}");
    let wrong: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn check(case: &Path) -> Result<(), String> {
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let text =
        |file: &str| fs::read_to_string(case.join(file)).unwrap_or_else(|error| panic!("{name}/{file}: {error}"));
    let expected: Expected = serde_json::from_str(&text("expected.json")).unwrap_or_else(|e| panic!("{name}: {e}"));
    let settings = inlined(serde_json::from_str(&text("settings.json")).unwrap(), case).to_string();
    let mut documents: Vec<PathBuf> = fs::read_dir(case.join("documents"))
        .map_or_else(|_| vec![], |all| all.map(|one| one.unwrap().path()).collect());
    documents.sort();
    let documents = documents.iter().map(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        DocumentFixture::new(name.split('.').next().unwrap(), "opaque").bytes(&fs::read(path).unwrap())
    });
    let judged = read::<Rego>(&settings).map_err(|problems| Failure::BadSettings(sentence(&problems)));
    let judged = judged.and_then(|settings| {
        let request = Request { evaluated_at: NOW, ..request(settings) };
        Rego::evaluate(&request, &evidence(documents))
    });
    compare(&expected, &judged).map_err(|why| format!("{name}: {why}\n  {judged:?}"))
}

fn compare(expected: &Expected, judged: &Result<Report, Failure>) -> Result<(), String> {
    let (kind, said) = match judged {
        Ok(report) => {
            let outcome = format!("{:?}", report.outcome).to_lowercase();
            if expected.outcome.as_ref() != Some(&outcome) {
                return Err(format!("outcome {outcome}"));
            }
            let mut found: Vec<ExpectedFinding> = report.findings.iter().map(as_expected).collect();
            found.sort();
            let mut wanted: Vec<&ExpectedFinding> = expected.findings.iter().collect();
            wanted.sort();
            let same = found.len() == wanted.len()
                && found.iter().zip(&wanted).all(|(found, wanted)| {
                    let ExpectedFinding { remediation, location, .. } = found;
                    remediation.ends_with(&wanted.remediation)
                        && (wanted.location.is_empty() || *location == wanted.location)
                        && (&found.rule, &found.subject, &found.message, &found.severity, found.decisive)
                            == (&wanted.rule, &wanted.subject, &wanted.message, &wanted.severity, wanted.decisive)
                });
            return if same { Ok(()) } else { Err(format!("found {found:#?}")) };
        }
        Err(Failure::BadSettings(why)) => ("bad-settings", why),
        Err(Failure::BadEvidence(why)) => ("bad-evidence", why),
        Err(Failure::Internal(why)) => ("internal", why),
    };
    let fits = expected.failure.as_deref() == Some(kind) && expected.says.iter().all(|words| said.contains(words));
    if fits { Ok(()) } else { Err(format!("{kind}: {said}")) }
}

fn as_expected(finding: &Finding) -> ExpectedFinding {
    ExpectedFinding {
        rule: finding.rule.clone(),
        subject: finding.subject.clone().unwrap_or_default(),
        message: finding.message.clone(),
        severity: finding.severity.word().to_owned(),
        decisive: finding.decisive,
        remediation: finding.remediation.as_ref().map(|advice| advice.title.clone()).unwrap_or_default(),
        location: finding.location.as_ref().map(|at| at.uri.clone()).unwrap_or_default(),
    }
}

/// As policy sets put in the texts of files.
fn inlined(value: Value, folder: &Path) -> Value {
    match value {
        Value::Object(map) => match (map.len(), map.get("file").and_then(Value::as_str)) {
            (1, Some(file)) => Value::String(fs::read_to_string(folder.join(file)).unwrap()),
            _ => map
                .into_iter()
                .map(|(key, value)| (key, inlined(value, folder)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        },
        Value::Array(all) => all.into_iter().map(|value| inlined(value, folder)).collect(),
        other => other,
    }
}
