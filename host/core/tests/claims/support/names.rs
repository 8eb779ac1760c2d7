//! Names and moments, from texts that stand in the tests.

use std::time::Duration;
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, EvidenceName, RuleId, ServiceName, StageId, WaiverId},
    time::Timestamp,
};

/// The commit that every deployment deploys unless it says otherwise.
pub(crate) const COMMIT: &str = "5ca1ab1e";

pub(crate) const NANOSECOND: Duration = Duration::from_nanos(1);

/// The moment of every decision.
pub(crate) fn now() -> Timestamp {
    moment("2026-03-31T14:30:00Z")
}

pub(crate) fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

pub(crate) fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

pub(crate) fn ago(span: Duration) -> Timestamp {
    before(now(), span)
}

pub(crate) fn ahead(span: Duration) -> Timestamp {
    now().plus(span)
}

pub(crate) fn before(moment: Timestamp, span: Duration) -> Timestamp {
    Timestamp::from_nanos(moment.nanos() - u64::try_from(span.as_nanos()).unwrap())
}

pub(crate) fn stage_id(text: &str) -> StageId {
    StageId::parse(text).unwrap()
}

pub(crate) fn rule(text: &str) -> RuleId {
    RuleId::parse(text).unwrap()
}

pub(crate) fn service(text: &str) -> ServiceName {
    ServiceName::parse(text).unwrap()
}

pub(crate) fn environment(text: &str) -> EnvironmentName {
    EnvironmentName::parse(text).unwrap()
}

pub(crate) fn evidence_name(text: &str) -> EvidenceName {
    EvidenceName::parse(text).unwrap()
}

pub(crate) fn waiver_id(text: &str) -> WaiverId {
    WaiverId::parse(text).unwrap()
}

/// The artifact of a service, unless it says otherwise.
pub(crate) fn artifact_of(service: &str) -> Digest {
    Digest::of(format!("artifact of {service}").as_bytes())
}
