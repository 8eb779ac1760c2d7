//! What can be looked up and made again: which leaf leads to which rows.
//!
//! The writer goes this way when a leaf is appended, and [`rebuild`](crate::rebuild) when the tables are made anew: there is no other way
//! in, so the two cannot drift apart. A new projection is one call here and one line in [`TABLES`].

use crate::{
    act::Act,
    cited::Cited,
    error::RecordError,
    forced::NewForced,
    leaf::decision::{DecisionLeaf, JudgementPart},
    obligation::Owed,
    span_index::Indexed,
    store::{
        Connection, agreements, archives, confirmations, events, forced, holds, incidents, maintenances, obligations,
        permits, projection, removals, rollbacks, span_index, span_profiles, spans, statements, tokens, verifications,
        watch_alerts, watches,
    },
};
use tidegate_core::time::Timestamp;

/// A table whose rows follow from leaves.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) table: &'static str,
    /// What tells its rows apart.
    pub(crate) key: &'static [&'static str],
    /// What else rows are found by while they are made.
    pub(crate) found_by: Option<&'static str>,
    /// Columns that no leaf has: a row that is made anew keeps what it had there.
    pub(crate) kept: &'static [&'static str],
    /// Rows that no leaf has, and which of their columns leaves have all the same.
    pub(crate) given: Option<Given>,
}

/// Rows that are taken as they are, but for some columns.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) rows: &'static str,
    pub(crate) made_anew: &'static [&'static str],
}

const fn derived(table: &'static str, key: &'static [&'static str]) -> Derived {
    Derived { table, key, found_by: None, kept: &[], given: None }
}

/// All of them; a table comes after those that it refers to.
pub(crate) const TABLES: &[Derived] = &[
    derived("decisions", &["id"]),
    derived("decision_services", &["decision", "service"]),
    derived("decision_facts", &["leaf_index"]),
    derived("decision_hours", &["hour"]),
    derived("decision_terms", &["term", "value", "leaf_index"]),
    derived("stage_results", &["leaf_index", "stage"]),
    derived("rule_findings", &["leaf_index", "stage", "rule", "waiver"]),
    derived("span_trees", &["leaf_index"]),
    derived("trace_reaches", &["id"]),
    derived("traces", &["leaf_index"]),
    derived("spans", &["span_no"]),
    derived("attribute_keys", &["id"]),
    derived("attribute_values", &["id"]),
    derived("span_attributes", &["key_id", "span_no", "value_id"]),
    derived("trace_profiles", &["leaf_index"]),
    derived("profile_hours", &["profile", "hour", "reach"]),
    derived("profile_spans", &["profile", "place"]),
    derived("profile_attributes", &["profile", "place", "key_id", "value_id"]),
    derived("forced_deployments", &["decision"]),
    Derived {
        found_by: Some("decision"),
        // Who owns a waiver is written in the policies, which nobody reads here.
        given: Some(Given {
            rows: "waiver IS NOT NULL",
            made_anew: &["leaf_index", "fulfilled_at", "fulfilled_by", "fulfilled_with"],
        }),
        ..derived("obligations", &["id"])
    },
    derived("confirmations", &["decision"]),
    Derived { found_by: Some("decision"), kept: &["key", "request"], ..derived("permits", &["id"]) },
    derived("revocations", &["decision"]),
    Derived { found_by: Some("decision"), ..derived("deployment_events", &["leaf_index"]) },
    derived("waiver_agreements", &["waiver"]),
    derived("statements", &["scope", "digest"]),
    Derived { kept: &["last_used_at"], ..derived("tokens", &["id"]) },
    derived("acts", &["leaf_index"]),
    derived("removed_bodies", &["digest", "leaf_index"]),
    derived("legal_holds", &["name"]),
    Derived { found_by: Some("decision"), ..derived("rollbacks", &["id"]) },
    derived("archives", &["leaf_index"]),
    derived("archived_decisions", &["decision"]),
    Derived { found_by: Some("decision"), ..derived("watches", &["id"]) },
    derived("watch_alerts", &["watch", "alert"]),
    Derived { found_by: Some("decision"), ..derived("incidents", &["id"]) },
    Derived { found_by: Some("incident"), ..derived("incident_changes", &["leaf_index"]) },
    derived("incident_texts", &["incident", "number", "what"]),
    derived("maintenances", &["id"]),
    derived("maintenance_steps", &["maintenance", "number"]),
    derived("verifications", &["decision"]),
];

/// Tables that came later than ledgers did, by the generation in which they came. Nothing that records a leaf reads them, so their rows are
/// made behind the commit ([`later`](crate::rebuild::later)): also those of a ledger that is older than they are, and of what a gate of an older
/// build records.
///
/// What a row of theirs says follows from its leaf and from rows of the same generation. One of each generation is named [`by_leaf`].
pub(crate) const LATER: &[(u32, &str)] = &[
    (1, "decision_facts"),
    (1, "decision_hours"),
    (1, "decision_terms"),
    (1, "stage_results"),
    (1, "rule_findings"),
    (1, "acts"),
    (2, "trace_reaches"),
    (2, "traces"),
    (2, "spans"),
    (2, "attribute_keys"),
    (2, "attribute_values"),
    (2, "span_attributes"),
    (3, "trace_profiles"),
    (3, "profile_hours"),
    (3, "profile_spans"),
    (3, "profile_attributes"),
];

/// Which of a leaf's rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows<'g> {
    /// Those of every table.
    All,
    /// Those of the tables that came with some generations.
    Of(&'g [u32]),
}

impl Rows<'_> {
    /// Whether those of a table are.
    pub(crate) fn are_of(self, table: &str) -> bool {
        match self {
            Self::All => true,
            Self::Of(generations) => {
                LATER.iter().any(|(generation, later)| *later == table && generations.contains(generation))
            }
        }
    }
}

/// The tables of a generation that say of which leaf each row is, and have one row of a leaf at most.
pub(crate) fn by_leaf(generation: u32) -> impl Iterator<Item = &'static str> {
    let by_leaf =
        move |derived: &&Derived| derived.key == ["leaf_index"] && LATER.contains(&(generation, derived.table));
    TABLES.iter().filter(by_leaf).map(|derived| derived.table)
}

/// The generation of this build.
pub(crate) fn generation() -> u32 {
    LATER.iter().map(|(generation, _)| *generation).max().unwrap_or(0)
}

/// What a decision's leaf leaves behind beside the decision itself; made while the leaf still has its private texts.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) owed: Option<Owed>,
    pub(crate) forced: Option<NewForced>,
}

impl Left {
    pub(crate) fn of(judgement: &JudgementPart) -> Self {
        Self { owed: Owed::of(judgement), forced: NewForced::of(judgement) }
    }
}

/// A recorded decision that is not found yet. Its leaf's texts are salted.
#[derive(Debug)]
pub(crate) struct Findable {
    pub(crate) index: u64,
    pub(crate) leaf: DecisionLeaf,
    /// The rules that its findings cite.
    pub(crate) cited: Vec<Cited>,
    /// Its span tree, where there is one that can be read.
    pub(crate) tree: Option<Indexed>,
}

/// What decisions are found by, in the order of their leaves: written for many at once, since no record reads it.
pub(crate) async fn findable(connection: &mut Connection, all: &[Findable], rows: Rows<'_>) -> Result<(), RecordError> {
    projection::findable(connection, all, rows).await?;
    if rows.are_of("traces") {
        span_index::put(connection, all).await?;
    }
    if rows.are_of("trace_profiles") {
        span_profiles::put(connection, all).await?;
    }
    Ok(())
}

/// What a decision leaves behind beside its own rows.
pub(crate) async fn left(connection: &mut Connection, id: &str, left: &Left) -> Result<(), RecordError> {
    if let Some(new) = &left.forced {
        forced::note(connection, id, new).await?;
    }
    if let Some(owed) = &left.owed {
        obligations::owe(connection, id, owed).await?;
    }
    Ok(())
}

/// The rows of decisions' leaves, whose texts are salted, that other records refer to. They are [`findable`] afterwards.
pub(crate) async fn decisions(connection: &mut Connection, all: &[(u64, &DecisionLeaf)]) -> Result<(), RecordError> {
    projection::put(connection, all).await?;
    verifications::put(connection, all).await?;
    Ok(spans::note(connection, all).await?)
}

/// The rows of an act.
pub(crate) async fn act(connection: &mut Connection, index: u64, act: &Act, at: Timestamp) -> Result<(), RecordError> {
    match act {
        Act::Confirmed(confirmation) => {
            confirmations::put(connection, confirmation, at, index).await?;
            obligations::open(connection, confirmation.decision.as_str(), at).await?;
        }
        Act::Fulfilled(fulfilment) => obligations::fulfil(connection, fulfilment, at, index).await?,
        Act::WaiverAgreed(agreement) => agreements::put(connection, agreement, at, index).await?,
        Act::Stated(statement) => statements::put(connection, statement, at, index).await?,
        Act::Permitted(permit) => permits::put(connection, permit, at, index).await?,
        Act::Revoked(revocation) => permits::revoke(connection, revocation, at, index).await?,
        Act::Deployment(event) => events::put(connection, event, at, index).await?,
        Act::Archived(archival) => archives::put(connection, &archival.archived(index, at), &archival.kept).await?,
        Act::TokenCreated { token, .. } => tokens::create(connection, token, at).await?,
        Act::TokenRevoked { id, .. } => tokens::revoke(connection, id, at).await?,
        Act::HoldPlaced(hold) => holds::place(connection, hold, at, index).await?,
        Act::RolledBack(rollback) => rollbacks::put(connection, rollback, at, index).await?,
        Act::HoldLifted(lift) => holds::lift(connection, lift, at, index).await?,
        Act::WatchStarted(watch) => watches::begin(connection, watch, at, index).await?,
        Act::WatchChanged(change) => watches::change(connection, change, at, index).await?,
        Act::WatchAlerted(alert) => watch_alerts::put(connection, alert, at, index).await?,
        Act::IncidentOpened(incident) => incidents::open(connection, incident, at, index).await?,
        Act::IncidentChanged(change) => incidents::change(connection, change, at, index).await?,
        Act::MaintenancePlanned(maintenance) => maintenances::plan(connection, maintenance, at, index).await?,
        Act::MaintenanceChanged(step) => maintenances::step(connection, step, at, index).await?,
        Act::Redacted(redaction) => removals::note(connection, index, redaction.list).await.map(drop)?,
        Act::Retained(run) => removals::note(connection, index, run.list).await.map(drop)?,
        Act::Start { .. }
        | Act::Stop { .. }
        | Act::BundleActivated { .. }
        | Act::Restored(_)
        | Act::ClockJumped { .. }
        | Act::KeyAdded { .. }
        | Act::KeyRetired { .. }
        | Act::Read(_) => (),
    }
    Ok(())
}
