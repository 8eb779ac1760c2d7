//! Legal holds.

use super::{Connection, kind::Kind, named::Decided, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    faster::Faster,
    hold::{Held, Hold, HoldLift, Lifted, NewHold},
    id::DecisionId,
    shape::numbers::moment_text,
};
use sqlx::FromRow;
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

#[derive(FromRow)]
struct HoldRow {
    name: String,
    leaf_index: i64,
    placed_at: String,
    placed_by: String,
    reason: String,
    ticket: Option<String>,
    decision: Option<String>,
    service: Option<String>,
    environment: Option<String>,
    judged_from: Option<String>,
    judged_before: Option<String>,
    lifted_at: Option<String>,
    lifted_by: Option<String>,
    lift_reason: Option<String>,
}

pub(crate) async fn place(
    connection: &mut Connection,
    hold: &NewHold,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let (kind, Held { decision, service, environment, from, until }) = (Kind::of(connection), &hold.held);
    let placed = sqlx::query(
        "INSERT INTO legal_holds (name, leaf_index, placed_at, placed_by, reason, ticket, decision, service, environment, \
         judged_from, judged_before) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
    )
    .bind(kind.kept(&hold.name))
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(kind.kept(&hold.by))
    .bind(kind.kept(&hold.reason))
    .bind(hold.ticket.as_ref().map(|ticket| kind.kept(ticket)))
    .bind(decision.as_ref().map(|id| id.as_str().to_owned()))
    .bind(service.as_ref().map(ToString::to_string))
    .bind(environment.as_ref().map(ToString::to_string))
    .bind(from.map(moment_text))
    .bind(until.map(moment_text))
    .execute(connection)
    .await?;
    if placed.rows_affected() == 0 { Err(RecordError::Faster(Faster::HoldNamed)) } else { Ok(()) }
}

pub(crate) async fn lift(
    connection: &mut Connection,
    lift: &HoldLift,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let kind = Kind::of(connection);
    let lifted = sqlx::query(
        "UPDATE legal_holds SET lifted_in = $2, lifted_at = $3, lifted_by = $4, lift_reason = $5 \
         WHERE name = $1 AND lifted_at IS NULL",
    )
    .bind(kind.kept(&lift.name))
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(kind.kept(&lift.by))
    .bind(kind.kept(&lift.reason))
    .execute(connection)
    .await?;
    if lifted.rows_affected() == 0 { Err(RecordError::Faster(Faster::Lifted)) } else { Ok(()) }
}

/// All that were ever placed, in the order in which they were.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Hold>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<HoldRow> = sqlx::query_as(
        "SELECT name, leaf_index, placed_at, placed_by, reason, ticket, decision, service, environment, judged_from, \
         judged_before, lifted_at, lifted_by, lift_reason FROM legal_holds ORDER BY leaf_index",
    )
    .fetch_all(connection)
    .await?;
    // A hold that cannot be read is no reason to let anything go.
    let altered = || ReadError::Altered { what: "a legal hold's row".to_owned() };
    rows.into_iter().map(|row| row.hold(kind).ok_or_else(altered)).collect()
}

/// What is held at this moment.
pub(crate) async fn now(connection: &mut Connection) -> Result<Vec<Held>, ReadError> {
    let all = all(connection).await?;
    Ok(all.into_iter().filter(|hold| hold.lifted.is_none()).map(|hold| hold.placed.held).collect())
}

/// Whether one was placed with a leaf of this index or a later one.
pub(crate) async fn placed_since(connection: &mut Connection, index: u64) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM legal_holds WHERE leaf_index >= $1")
        .bind(signed(index))
        .fetch_one(connection)
        .await?;
    Ok(count > 0)
}

/// Whether a decision is held.
pub(crate) fn hold(held: &[Held], decided: &Decided) -> bool {
    held.iter().any(|held| {
        held.decision.as_ref().is_none_or(|id| *id == decided.id)
            && held.service.as_ref().is_none_or(|service| decided.services.contains(service))
            && held.environment.as_ref().is_none_or(|environment| *environment == decided.environment)
            && held.from.is_none_or(|from| decided.evaluated_at >= from)
            && held.until.is_none_or(|until| decided.evaluated_at < until)
    })
}

impl HoldRow {
    fn hold(self, kind: Kind) -> Option<Hold> {
        fn each<T>(text: Option<String>, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
            text.map_or(Some(None), |text| read(&text).map(Some))
        }
        let moment = |text: &str| Timestamp::parse(text).ok();
        let held = Held {
            decision: each(self.decision, |text| DecisionId::parse(text).ok())?,
            service: each(self.service, |text| ServiceName::parse(text).ok())?,
            environment: each(self.environment, |text| EnvironmentName::parse(text).ok())?,
            from: each(self.judged_from, moment)?,
            until: each(self.judged_before, moment)?,
        };
        let lifted = match (self.lifted_at, self.lifted_by, self.lift_reason) {
            (None, _, _) => None,
            (Some(at), by, reason) => {
                let (by, reason) = (kind.given(by?).into(), kind.given(reason?).into());
                Some(Lifted { at: moment(&at)?, by, reason })
            }
        };
        let placed = NewHold {
            name: kind.given(self.name).into(),
            held,
            by: kind.given(self.placed_by).into(),
            reason: kind.given(self.reason).into(),
            ticket: self.ticket.map(|ticket| kind.given(ticket).into()),
        };
        Some(Hold { placed, leaf_index: unsigned(self.leaf_index), at: moment(&self.placed_at)?, lifted })
    }
}
