//! What Trivy's configuration or a statement took out of a target's lists: put back into them, as claimed to be harmless.

use super::shape::{License, Misconfiguration, Secret, Target};
use crate::{
    error::{Place, ReadError},
    source::Source,
    text::quoted,
};
use serde::de::DeserializeOwned;

/// A check that somebody excepted.
pub(super) const EXCEPTION: &str = "EXCEPTION";

/// A finding of a kind that nobody knows is no reason to call a target clean.
pub(super) fn put_back(targets: &mut [Target], source: &Source<'_>) -> Result<(), ReadError> {
    for (index, target) in targets.iter_mut().enumerate() {
        for (nth, modified) in target.modified.take().into_iter().flatten().enumerate() {
            let path = format!("Results[{index}].ExperimentalModifiedFindings[{nth}]");
            match modified.kind.as_str() {
                "vulnerability" => target.ignored.push(finding(modified.finding, &path, source)?),
                "misconfiguration" => {
                    let found: Misconfiguration = finding(modified.finding, &path, source)?;
                    let excepted = Misconfiguration { status: Some(EXCEPTION.to_owned()), ..found };
                    target.misconfigurations.get_or_insert_default().push(excepted);
                }
                "secret" => {
                    let found: Secret = finding(modified.finding, &path, source)?;
                    target.secrets.get_or_insert_default().push(Secret { suppressed: true, ..found });
                }
                "license" => {
                    let found: License = finding(modified.finding, &path, source)?;
                    target.licenses.get_or_insert_default().push(found);
                }
                other => {
                    let what = format!("a finding of the type {}, which is not known", quoted(other));
                    return Err(source.malformed(Place::Value { path, at: None }, &what));
                }
            }
        }
    }
    Ok(())
}

fn finding<T: DeserializeOwned>(value: serde_json::Value, path: &str, source: &Source<'_>) -> Result<T, ReadError> {
    serde_json::from_value(value).map_err(|error| {
        source.malformed(Place::Value { path: format!("{path}.Finding"), at: None }, &error.to_string())
    })
}
