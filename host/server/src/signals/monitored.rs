//! Whether what watches is watching: a Prometheus's targets, and the Alertmanager that its alerts go to.

use super::prometheus::data;
use crate::egress::{Egress, Response, target::Target};
use serde::Deserialize;
use std::{collections::BTreeMap, time::Duration};

/// How a Prometheus's targets are.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// How many there are.
    pub all: usize,
    /// Those that do not answer it.
    pub down: Vec<String>,
    /// Those that it did not ask yet.
    pub unknown: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Active {
    active_targets: Vec<ActiveTarget>,
}

#[derive(Deserialize)]
struct ActiveTarget {
    #[serde(default)]
    labels: BTreeMap<String, String>,
    health: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alertmanagers {
    active_alertmanagers: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Status {
    cluster: Cluster,
}

#[derive(Deserialize)]
struct Cluster {
    status: String,
}

/// How its targets are.
pub(super) async fn targets(egress: &Egress, destination: &str, limit: Duration) -> Result<Targets, String> {
    let target = path(["api", "v1", "targets"]).query("state", "active");
    let response = asked(egress, destination, &target, limit).await?;
    read_targets(&response).map_err(|why| format!("destination `{destination}`, status {}: {why}", response.status))
}

/// To how many Alertmanagers it sends its alerts.
pub(super) async fn receivers(egress: &Egress, destination: &str, limit: Duration) -> Result<usize, String> {
    let response = asked(egress, destination, &path(["api", "v1", "alertmanagers"]), limit).await?;
    let found: Result<Alertmanagers, String> = data(&response);
    let found = found.map_err(|why| format!("destination `{destination}`, status {}: {why}", response.status))?;
    Ok(found.active_alertmanagers.len())
}

/// What an Alertmanager says of its cluster: `ready`, `settling`, or `disabled` where it is alone.
pub(super) async fn cluster(egress: &Egress, destination: &str, limit: Duration) -> Result<String, String> {
    let response = asked(egress, destination, &path(["api", "v2", "status"]), limit).await?;
    if !response.is_success() {
        return Err(format!("destination `{destination}`, status {}: it does not say how it is", response.status));
    }
    let status: Status = serde_json::from_slice(&response.body)
        .map_err(|error| format!("destination `{destination}`: this is no answer of an Alertmanager: {error}"))?;
    Ok(status.cluster.status)
}

async fn asked(egress: &Egress, destination: &str, target: &Target, limit: Duration) -> Result<Response, String> {
    let client = egress.to(destination).map_err(|error| error.to_string())?;
    client.get_within(target, limit).await.map_err(|error| error.to_string())
}

fn path(segments: [&str; 3]) -> Target {
    segments.into_iter().fold(Target::base(), Target::segment)
}

fn read_targets(response: &Response) -> Result<Targets, String> {
    let Active { active_targets } = data(response)?;
    let mut targets = Targets { all: active_targets.len(), ..Targets::default() };
    for target in active_targets {
        let label = |name: &str| target.labels.get(name).map_or("", String::as_str);
        let name = format!("{} {}", label("job"), label("instance"));
        match target.health.as_str() {
            "up" => {}
            "down" => targets.down.push(name),
            "unknown" => targets.unknown.push(name),
            other => return Err(format!("a target is `{other}`, which is no health that is known")),
        }
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::{Targets, read_targets};
    use crate::egress::Response;

    fn answered(fields: &str, targets: &[&str]) -> Response {
        let targets: Vec<String> = targets
            .iter()
            .map(|health| format!(r#"{{"labels":{{"job":"api","instance":"h:1"}},"health":"{health}"}}"#))
            .collect();
        let data = format!(r#"{{"activeTargets":[{}],"droppedTargets":[]}}"#, targets.join(","));
        let body = format!(r#"{{"status":"success",{fields}"data":{data}}}"#);
        Response { status: 200, retry_after: None, body: body.into_bytes() }
    }

    #[test]
    fn every_target_is_up_or_is_named() {
        let name = || vec!["api h:1".to_owned()];
        for (healths, expected) in [
            (&[][..], Targets::default()),
            (&["up", "up"], Targets { all: 2, ..Targets::default() }),
            (&["up", "down"], Targets { all: 2, down: name(), unknown: Vec::new() }),
            (&["unknown"], Targets { all: 1, down: Vec::new(), unknown: name() }),
        ] {
            assert_eq!(read_targets(&answered("", healths)), Ok(expected), "{healths:?}");
        }
    }

    #[test]
    fn what_may_be_partial_or_is_of_another_form_says_nothing_of_targets() {
        let why = read_targets(&answered(r#""warnings":["slow store"],"#, &["up"])).unwrap_err();
        assert_eq!(why, "it may be partial: slow store");
        let why = read_targets(&answered("", &["fine"])).unwrap_err();
        assert_eq!(why, "a target is `fine`, which is no health that is known");
        let other = Response { status: 502, retry_after: None, body: b"<html>".to_vec() };
        assert!(read_targets(&other).unwrap_err().starts_with("this is no answer of a Prometheus: "));
    }
}
