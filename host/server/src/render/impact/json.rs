//! For programs.

use super::count;
use crate::{
    api::answer_of::permission,
    replay::impact::{
        compared::{Change, Compared, Now, Side},
        summary::{Counts, Group, Impact, Rule},
    },
};
use serde_json::{Map, Value, json};

/// Every decision, the counts, and what is by service and by rule.
#[must_use]
pub fn json(impact: &Impact) -> Value {
    let group = |Group { service, owner, counts, newly_blocking }: Group| json!({ "service": service, "owner": owner, "counts": counted(&counts), "newly_blocking": newly_blocking });
    let rule = |Rule { rule, decisions, services }: Rule| json!({ "rule": rule, "decisions": decisions, "services": services });
    json!({
        "candidate": impact.candidate.to_string(),
        "since": impact.since.to_string(),
        "counts": counted(&impact.counts()),
        "groups": impact.groups().into_iter().map(group).collect::<Vec<_>>(),
        "newly_blocking": impact.newly_blocking().into_iter().map(rule).collect::<Vec<_>>(),
        "decisions": impact.decisions.iter().map(decision).collect::<Vec<_>>(),
    })
}

fn counted(counts: &Counts) -> Value {
    let one = |change: Change| (change.word(), json!(count(counts, change)));
    Value::Object(Change::ALL.into_iter().map(one).collect::<Map<_, _>>())
}

fn decision(one: &Compared) -> Value {
    let past = one.past.as_ref();
    let service = |service: &tidegate_core::deployment::Service| json!({ "name": service.name.as_str(), "version": service.version.as_str() });
    let mut all = json!({
        "id": one.decision.to_string(),
        "change": one.change().word(),
        "evaluated_at": past.map(|past| past.at.to_string()),
        "environment": past.map(|past| past.environment.to_string()),
        "services": one.services().iter().map(service).collect::<Vec<_>>(),
        "owner": one.owner.as_deref(),
        "then": past.map(|past| side(&past.then)),
        "newly_blocking": one.newly_blocking().collect::<Vec<_>>(),
    });
    match &one.now {
        Now::Judged(now) => all["now"] = side(now),
        Now::NotTaken(why) => all["not_taken"] = json!(why),
        Now::NotReplayable(reason) => {
            all["not_replayable"] = json!({ "kind": reason.word(), "message": reason.to_string() });
        }
    }
    all
}

fn side(side: &Side) -> Value {
    json!({
        "outcome": side.outcome.word(),
        "allowed": side.permission.allowed(),
        "permission": permission(side.permission),
        "score": side.score.as_ref().map(ToString::to_string),
        "policy_set": side.set.as_str(),
        "blocking": side.blocking,
    })
}
