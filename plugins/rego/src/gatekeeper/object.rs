//! Kubernetes objects in documents, and the review that a template sees of each.

use crate::{
    annotations::{key, text},
    documents::{Parsed, named},
    input::with,
};
use regorus::Value;

/// An object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) value: Value,
    /// Where it is from.
    pub(crate) evidence: String,
    pub(crate) digest: String,
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    /// Empty where it has none.
    pub(crate) namespace: String,
    /// The request that it came in, where the document is an `AdmissionReview`.
    request: Option<Value>,
}

impl Object {
    /// `Deployment shop/api`
    pub(crate) fn shown(&self) -> String {
        let name = if self.name.is_empty() { "(without a name)" } else { &self.name };
        if self.namespace.is_empty() {
            format!("{} {name}", self.kind)
        } else {
            format!("{} {}/{name}", self.kind, self.namespace)
        }
    }

    /// A field of `metadata`.
    pub(crate) fn metadata(&self, name: &str) -> Option<&Value> {
        key(key(&self.value, "metadata")?, name)
    }

    /// `input.review`
    pub(crate) fn review(&self, operation: &str) -> Value {
        if let Some(request) = &self.request {
            return request.clone();
        }
        let kind = [("group", &self.group), ("version", &self.version), ("kind", &self.kind)];
        let kind =
            kind.into_iter().fold(Value::new_object(), |kind, (key, text)| with(kind, key, Value::from(text.as_str())));
        let mut review = with(Value::new_object(), "kind", kind);
        for (key, text) in [("name", self.name.as_str()), ("namespace", &self.namespace), ("operation", operation)] {
            // Of what is cluster-wide there is no namespace.
            if key != "namespace" || !text.is_empty() {
                review = with(review, key, Value::from(text));
            }
        }
        with(review, "object", self.value.clone())
    }
}

/// Every object of a document; lists are taken apart. Something that is no object is said, since no constraint would match it.
pub(crate) fn objects(parsed: &Parsed) -> Result<Vec<Object>, String> {
    let mut found = Vec::new();
    for value in &parsed.values {
        collect(value, parsed, &mut found)?;
    }
    Ok(found)
}

fn collect(value: &Value, parsed: &Parsed, found: &mut Vec<Object>) -> Result<(), String> {
    let entries = |value: &Value| match value {
        Value::Array(all) => Some(all.to_vec()),
        _ => None,
    };
    if let Some(all) = entries(value) {
        return all.iter().try_for_each(|one| collect(one, parsed, found));
    }
    let said = |name: &str| key(value, name).and_then(text);
    let (Some(api_version), Some(kind)) = (said("apiVersion"), said("kind")) else {
        return Err(format!("{}: it holds something without `apiVersion` and `kind`", named(&parsed.source)));
    };
    if kind.ends_with("List")
        && let Some(all) = key(value, "items").and_then(entries)
    {
        return all.iter().try_for_each(|one| collect(one, parsed, found));
    }
    if kind == "AdmissionReview" {
        found.push(reviewed(value, parsed)?);
        return Ok(());
    }
    found.push(object(value, &api_version, kind, parsed));
    Ok(())
}

fn reviewed(value: &Value, parsed: &Parsed) -> Result<Object, String> {
    let wrong = || format!("{}: an `AdmissionReview` without an object in its request", named(&parsed.source));
    let request = key(value, "request").ok_or_else(wrong)?;
    let is_object = |value: &&Value| matches!(value, Value::Object(_));
    let inner = key(request, "object").filter(is_object).or_else(|| key(request, "oldObject").filter(is_object));
    let inner = inner.ok_or_else(wrong)?;
    let said = |name: &str| key(inner, name).and_then(text);
    let (api_version, kind) = (said("apiVersion").ok_or_else(wrong)?, said("kind").ok_or_else(wrong)?);
    Ok(Object { request: Some(request.clone()), ..object(inner, &api_version, kind, parsed) })
}

fn object(value: &Value, api_version: &str, kind: String, parsed: &Parsed) -> Object {
    let metadata = |name: &str| key(value, "metadata").and_then(|m| key(m, name)).and_then(text).unwrap_or_default();
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    Object {
        value: value.clone(),
        evidence: parsed.source.name.clone(),
        digest: parsed.source.digest.clone(),
        group: group.to_owned(),
        version: version.to_owned(),
        kind,
        name: metadata("name"),
        namespace: metadata("namespace"),
        request: None,
    }
}
