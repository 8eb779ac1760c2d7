//! A submission as a form, so that plain `curl -F` suffices.
//!
//! Fields of the deployment have names of their own; every other file is evidence, named by its field.

use crate::{
    api::{
        problem::{PlacedError, Problem, ProblemKind},
        request::{ArtifactRequest, DeploymentRequestBody, EmergencyRequest, RevisionRequest, ServiceRequest},
    },
    gate::{
        error::placed,
        submission::{Source, Submission, Upload},
    },
};
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, multipart::Field},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use std::collections::BTreeMap;
use tidegate_core::plan::nearest;

/// Fields that are not documents.
const FIELDS: [&str; 17] = [
    "deployment",
    "id",
    "environment",
    "service",
    "version",
    "previous_version",
    "artifact",
    "artifact_uri",
    "repository",
    "commit",
    "ref",
    "cause",
    "skip",
    "emergency",
    "force_deployment",
    "justification",
    "skip_performance_tests",
];
/// Fields of one form that are not documents, at most.
const FIELDS_MAX: usize = 512;
/// Bytes of one field that is not a document, at most.
const FIELD_BYTES_MAX: usize = 64 * 1024;

/// Reads a form, or says everything that is wrong with it.
pub async fn submission_of(headers: &HeaderMap, body: Bytes, documents_max: usize) -> Result<Submission, Problem> {
    let mut request = Request::new(Body::from(body));
    if let Some(content_type) = headers.get(header::CONTENT_TYPE) {
        request.headers_mut().insert(header::CONTENT_TYPE, content_type.clone());
    }
    // The body was read within its own limit already.
    DefaultBodyLimit::disable().apply(&mut request);
    let form = Multipart::from_request(request, &())
        .await
        .map_err(|error| malformed(vec![placed("body", error.body_text())]))?;
    let mut parts = Parts::default();
    parts.collect(form, documents_max).await?;
    parts.submission()
}

fn malformed(errors: Vec<PlacedError>) -> Problem {
    let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.place, error.message)).collect();
    Problem::new(ProblemKind::MalformedRequest, lines.join("; ")).with_errors(errors)
}

fn too_many(what: &str, used: usize, allowed: usize) -> Problem {
    Problem::new(ProblemKind::TooLarge, format!("{what}: {used} used, {allowed} allowed"))
}

#[derive(Default)]
struct Parts {
    fields: BTreeMap<String, Vec<String>>,
    uploads: Vec<Upload>,
    errors: Vec<PlacedError>,
}

impl Parts {
    async fn collect(&mut self, mut form: Multipart, documents_max: usize) -> Result<(), Problem> {
        let mut fields = 0;
        loop {
            let field = form.next_field().await.map_err(|error| malformed(vec![placed("body", error.body_text())]))?;
            let Some(field) = field else { return Ok(()) };
            let name = field.name().unwrap_or("").to_owned();
            if self.uploads.len() > documents_max {
                return Err(too_many("documents", self.uploads.len(), documents_max));
            }
            match field.file_name().map(str::to_owned) {
                Some(file) if name != "deployment" => self.file(name, &file, field).await?,
                _ => {
                    fields += 1;
                    if fields > FIELDS_MAX {
                        return Err(too_many("form fields", fields, FIELDS_MAX));
                    }
                    self.text(name, field).await?;
                }
            }
        }
    }

    async fn file(&mut self, name: String, file: &str, field: Field<'_>) -> Result<(), Problem> {
        let bytes = field.bytes().await.map_err(|error| malformed(vec![placed(name.clone(), error.body_text())]))?;
        let place = if file.is_empty() { name.clone() } else { format!("{name} ({file})") };
        if FIELDS.contains(&name.as_str()) {
            self.errors.push(placed(place, "this field is text, not a file"));
            return Ok(());
        }
        self.uploads.push(Upload { name, place, format: None, produced_at: None, source: Source::Bytes(bytes) });
        Ok(())
    }

    async fn text(&mut self, name: String, field: Field<'_>) -> Result<(), Problem> {
        let bytes = field.bytes().await.map_err(|error| malformed(vec![placed(name.clone(), error.body_text())]))?;
        if bytes.len() > FIELD_BYTES_MAX {
            return Err(too_many(&format!("bytes of the field `{name}`"), bytes.len(), FIELD_BYTES_MAX));
        }
        match String::from_utf8(bytes.to_vec()) {
            Ok(text) => self.fields.entry(name).or_default().push(text),
            Err(_) => self.errors.push(placed(name, "not UTF-8")),
        }
        Ok(())
    }

    fn submission(mut self) -> Result<Submission, Problem> {
        let mut skip = self.fields.remove("skip").unwrap_or_default();
        if self.flag("skip_performance_tests") {
            skip.push("performance".to_owned());
        }
        let emergency = self.emergency();
        let skip = skip.iter().flat_map(|text| text.split(',')).map(|stage| stage.trim().to_owned()).collect();
        let deployment = match self.one("deployment") {
            Some(json) => self.deployment_document(&json),
            None => self.deployment_fields(),
        };
        self.cited();
        self.annotations();
        self.unknown();
        if !self.errors.is_empty() {
            return Err(malformed(self.errors));
        }
        Ok(Submission { deployment, skip, emergency, evidence: self.uploads })
    }

    /// The runbook's own name for a field that is set or not.
    fn flag(&mut self, name: &str) -> bool {
        match self.one(name).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                self.errors.push(placed(name, "is `true` or `false`"));
                false
            }
        }
    }

    /// A reason with a justification beside it, or both as JSON, as the client sends them. `force_deployment` is what the runbook
    /// calls it.
    fn emergency(&mut self) -> Option<EmergencyRequest> {
        let (reason, runbook, justification) =
            (self.one("emergency"), self.one("force_deployment"), self.one("justification"));
        let given = match (reason, runbook) {
            (Some(_), Some(_)) => {
                self.errors.push(placed("force_deployment", "is another name of `emergency`: give one of them"));
                return None;
            }
            (reason, runbook) => reason.or(runbook),
        };
        let Some(given) = given else {
            if justification.is_some() {
                self.errors.push(placed("justification", "belongs to `emergency`, which is not given"));
            }
            return None;
        };
        if !given.trim_start().starts_with('{') {
            return Some(EmergencyRequest { reason: given, justification: justification.unwrap_or_default() });
        }
        match serde_json::from_str(&given) {
            Ok(request) => Some(request),
            Err(error) => {
                self.errors.push(placed("emergency", error));
                None
            }
        }
    }

    /// The value of a field that may be given once.
    fn one(&mut self, name: &str) -> Option<String> {
        let mut values = self.fields.remove(name)?;
        if values.len() > 1 {
            self.errors.push(placed(name, format!("given {} times, once allowed", values.len())));
        }
        values.pop()
    }

    fn deployment_document(&mut self, json: &str) -> DeploymentRequestBody {
        for name in FIELDS {
            if self.fields.remove(name).is_some() {
                self.errors.push(placed(name, "given beside `deployment`, which says the same"));
            }
        }
        let mut reader = serde_json::Deserializer::from_str(json);
        let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|error| match error.path().to_string() {
            path if path == "." => placed("deployment", error.inner()),
            path => placed(format!("deployment.{path}"), error.inner()),
        });
        // What stands behind it would be read by others who look at the same request, and not by us.
        let whole =
            parsed.and_then(|parsed| reader.end().map(|()| parsed).map_err(|error| placed("deployment", error)));
        whole.unwrap_or_else(|error| {
            self.errors.push(error);
            DeploymentRequestBody::default()
        })
    }

    /// One service by fields alone; several are what `deployment=@d.json` is for.
    fn deployment_fields(&mut self) -> DeploymentRequestBody {
        let artifact_uri = self.one("artifact_uri").unwrap_or_default();
        let artifact = self.one("artifact").map(|digest| ArtifactRequest { uri: artifact_uri, digest });
        let names = self.fields.remove("service").unwrap_or_default();
        if names.len() > 1 {
            self.errors.push(placed("service", "several services are sent as `deployment=@deployment.json`"));
        }
        let (version, previous_version) = (self.one("version"), self.one("previous_version"));
        let services = names.into_iter().take(1).map(|name| ServiceRequest {
            name,
            version: version.clone().unwrap_or_default(),
            previous_version: previous_version.clone(),
            artifact: artifact.clone(),
        });
        let services = services.collect();
        let (repository, ref_name) = (self.one("repository"), self.one("ref"));
        let revision = self.one("commit").map(|commit| RevisionRequest {
            repository: repository.unwrap_or_default(),
            commit,
            ref_name: ref_name.unwrap_or_default(),
        });
        DeploymentRequestBody {
            id: self.one("id"),
            environment: self.one("environment").unwrap_or_default(),
            services,
            revision,
            cause: self.one("cause"),
            labels: self.labels(),
        }
    }

    /// `label.team=payments`.
    fn labels(&mut self) -> BTreeMap<String, String> {
        let names: Vec<String> = self.fields.keys().filter(|name| name.starts_with("label.")).cloned().collect();
        let pairs = names.into_iter().filter_map(|name| {
            let value = self.one(&name)?;
            Some((name.trim_start_matches("label.").to_owned(), value))
        });
        pairs.collect()
    }

    /// `unit_tests=sha256:…` cites a document that was uploaded earlier.
    fn cited(&mut self) {
        for (name, values) in &mut self.fields {
            let digests: Vec<String> = values.extract_if(.., |value| value.starts_with("sha256:")).collect();
            let uploads = digests.into_iter().map(|digest| Upload {
                name: name.clone(),
                place: name.clone(),
                format: None,
                produced_at: None,
                source: Source::Digest(digest),
            });
            self.uploads.extend(uploads);
        }
        self.fields.retain(|_, values| !values.is_empty());
    }

    /// `unit_tests.format=junit` and `unit_tests.produced_at=…` speak of all documents of that name.
    fn annotations(&mut self) {
        let names: Vec<String> = self.uploads.iter().map(|upload| upload.name.clone()).collect();
        for name in names {
            let (format, produced_at) = (self.one(&format!("{name}.format")), self.one(&format!("{name}.produced_at")));
            for upload in self.uploads.iter_mut().filter(|upload| upload.name == name) {
                upload.format = format.clone().or_else(|| upload.format.take());
                upload.produced_at = produced_at.clone().or_else(|| upload.produced_at.take());
            }
        }
    }

    fn unknown(&mut self) {
        for name in self.fields.keys() {
            let hint = nearest(name, FIELDS).map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
            let message =
                format!("unknown field{hint}; a document is sent as `-F name=@file`, or cited as `-F name=sha256:…`");
            self.errors.push(placed(name.clone(), message));
        }
    }
}
