//! Cases of gates, as `tidegate policy test` has them: here each stage is asked by itself, also where a gate would not ask the plugin because
//! evidence is missing. A plugin has to say so by itself.

use crate::folders;
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    evidence::{Baseline, Evidence},
    fault::Refusal,
    interpret,
    name::{EnvironmentName, EvidenceName, ServiceName, StageId, Version},
    report::{GateOutcome, GateReport, GateRequest},
    time::Timestamp,
};
use tidegate_engine::{engine::Engine, plugin::Plugin};
use tidegate_evidence::Limits;

pub(crate) struct Case {
    pub(crate) name: String,
    said: Value,
    stages: Vec<Value>,
    deployment: Arc<Deployment>,
    at: Timestamp,
    documents: Vec<Evidence>,
    before: Option<Vec<Evidence>>,
}

/// What came of a case.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    /// Of all stages, to the last word.
    pub(crate) reports: String,
    pub(crate) differences: Vec<String>,
}

pub(crate) fn yaml(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap();
    let (value, _) = tidegate_bundle::document::read(&text, &file.display().to_string(), &json!({})).unwrap();
    value
}

pub(crate) fn of_gates(cases: &Path, policy: &Path) -> Vec<Case> {
    let stages = yaml(policy)["stages"].as_array().unwrap().clone();
    folders(cases).iter().map(|folder| Case::read(folder, stages.clone())).collect()
}

pub(crate) fn moment(value: &Value) -> Timestamp {
    Timestamp::parse(value.as_str().unwrap()).unwrap()
}

impl Case {
    fn read(folder: &Path, stages: Vec<Value>) -> Self {
        let said = yaml(&folder.join("case.yaml"));
        let at = moment(&said["at"]);
        let deployment: Value =
            serde_json::from_str(&fs::read_to_string(folder.join("deployment.json")).unwrap()).unwrap();
        let before = folder.join("before");
        Self {
            name: folder.file_name().unwrap().to_str().unwrap().to_owned(),
            stages,
            deployment: deployed(&deployment, at),
            documents: documents(&folder.join("evidence"), at),
            before: before.is_dir().then(|| documents(&before.join("evidence"), at)),
            at,
            said,
        }
    }

    /// What is wrong with the settings of its stages.
    pub(crate) fn problems(&self, engine: &Engine, plugin: &Plugin) -> Vec<String> {
        let of = |stage: &Value| plugin.settings_problems(engine, &stage["settings"].to_string()).unwrap();
        self.stages.iter().flat_map(of).map(|problem| format!("{problem:?}")).collect()
    }

    pub(crate) fn judge(&self, engine: &Engine, plugin: &Plugin) -> Verdict {
        let (mut results, mut cited, mut reports) = (Vec::new(), Vec::new(), String::new());
        let rules: Vec<_> = plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
        for stage in &self.stages {
            let id = stage["id"].as_str().unwrap();
            let answer = self.asked(engine, plugin, stage);
            reports.push_str(&format!("{id}: {answer:#?}\n"));
            if let Ok(report) = &answer {
                interpret::report(report.clone(), &rules).unwrap();
                cited.extend(report.findings.iter().map(|finding| format!("{id}/{}", finding.rule)));
            }
            results.push((id.to_owned(), word(answer), stage["mode"] != "warn"));
        }
        Verdict { reports, differences: self.differences(&results, &cited) }
    }

    fn asked(&self, engine: &Engine, plugin: &Plugin, stage: &Value) -> Result<GateReport, Refusal> {
        let request = GateRequest {
            deployment: self.deployment.clone(),
            stage: StageId::parse(stage["id"].as_str().unwrap()).unwrap(),
            service: None,
            settings: stage["settings"].to_string().into(),
            evaluated_at: self.at,
        };
        let baseline = match (stage["baseline"] == true, &self.before) {
            (false, _) => Baseline::NotAsked,
            (true, None) => Baseline::First,
            (true, Some(before)) => Baseline::Documents(before.clone()),
        };
        let later = Instant::now() + Duration::from_secs(3600);
        let evaluated = engine.evaluate(plugin, &request, &self.documents, &baseline, later);
        eprintln!("{} {}: {:?}", plugin.description.name, self.name, evaluated.cost);
        evaluated.result
    }

    fn differences(&self, results: &[(String, &'static str, bool)], cited: &[String]) -> Vec<String> {
        let expected = &self.said["expect"];
        let blocks = |word: &[&str]| results.iter().any(|(_, result, decides)| *decides && word.contains(result));
        let outcome = match (blocks(&["fail"]), blocks(&["hold", "inconclusive"])) {
            (true, _) => "REMEDIATE",
            (false, true) => "HOLD",
            (false, false) => "DEPLOY",
        };
        let mut differences = Vec::new();
        let mut compare = |what: &str, wanted: &Value, found: &str| {
            if !wanted.is_null() && wanted != found {
                differences.push(format!("{what}: expected {wanted}, found {found}"));
            }
        };
        compare("outcome", &expected["outcome"], outcome);
        for (id, result, _) in results {
            compare(id, &expected["stages"][id], result);
        }
        let wanted = expected["findings"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = wanted.filter(|rule| !cited.iter().any(|cited| cited == rule));
        differences.extend(missing.map(|rule| format!("no finding {rule} among {cited:?}")));
        differences
    }
}

fn word(answer: Result<GateReport, Refusal>) -> &'static str {
    match answer {
        Ok(report) => match report.outcome {
            GateOutcome::Pass => "pass",
            GateOutcome::Fail => "fail",
            GateOutcome::Hold(_) => "hold",
            GateOutcome::NotApplicable => "not_applicable",
            GateOutcome::Inconclusive => "inconclusive",
        },
        Err(Refusal::BadEvidence(_)) => "inconclusive",
        Err(Refusal::Fault(fault)) => panic!("{fault:?}"),
    }
}

pub(crate) fn deployed(said: &Value, at: Timestamp) -> Arc<Deployment> {
    let service = |service: &Value| Service {
        name: ServiceName::parse(service["name"].as_str().unwrap()).unwrap(),
        version: Version::parse(service["version"].as_str().unwrap()).unwrap(),
        previous_version: None,
        artifact: None,
    };
    let cause = Cause::ALL.into_iter().find(|cause| said["cause"] == cause.word()).unwrap();
    let deployment = DeploymentRequest {
        id: "case".into(),
        environment: EnvironmentName::parse(said["environment"].as_str().unwrap()).unwrap(),
        services: said["services"].as_array().unwrap().iter().map(service).collect(),
        revision: None,
        cause,
        actor: "case".into(),
        person: None,
        requested_at: at,
        labels: vec![],
    };
    Arc::new(Deployment::new(deployment).unwrap())
}

/// Each file under its name without the ending.
fn documents(folder: &Path, at: Timestamp) -> Vec<Evidence> {
    let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let document = |file: &std::path::PathBuf| {
        let bytes = fs::read(file).unwrap();
        let document = tidegate_evidence::read(bytes.into(), None, &Limits::default()).unwrap();
        Evidence {
            name: EvidenceName::parse(file.file_stem().unwrap().to_str().unwrap()).unwrap(),
            service: None,
            document: Arc::new(document),
            declared_at: None,
            received_at: at,
            stated_in: None,
        }
    };
    files.iter().map(document).collect()
}
