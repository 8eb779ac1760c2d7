//! Obligations.

use super::{Connection, builder::QueryBuilder, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    id::DecisionId,
    obligation::{Fulfilled, Fulfilment, LISTED_MAX, Mends, NewMend, Obligation, Owed, dates, id_of, mend_id},
    shape::numbers::moment_text,
};
use sqlx::FromRow;
use std::time::Duration;
use tidegate_core::{
    name::{EnvironmentName, ServiceName, WaiverId},
    obligation::{OVERDUE_MAX, ObligationKind, Overdue},
    time::Timestamp,
};

const COLUMNS: &str = "SELECT id, decision, kind, waiver, environment, COALESCE(o.service, \
     (SELECT string_agg(service, ' ') FROM decision_services s WHERE s.decision = o.decision)) AS services, owner, \
     opened_at, due_at, holds_from, leaf_index, fulfilled_at, fulfilled_by, fulfilled_with FROM obligations o ";

#[derive(FromRow)]
struct ObligationRow {
    id: String,
    decision: String,
    kind: String,
    waiver: Option<String>,
    environment: String,
    services: Option<String>,
    owner: String,
    opened_at: String,
    due_at: String,
    holds_from: Option<String>,
    leaf_index: Option<i64>,
    fulfilled_at: Option<String>,
    fulfilled_by: Option<String>,
    fulfilled_with: Option<String>,
}

#[derive(FromRow)]
struct SpanRow {
    id: String,
    within_s: i64,
    grace_s: i64,
}

pub(crate) async fn owe(connection: &mut Connection, decision: &str, owed: &Owed) -> Result<(), sqlx::Error> {
    for rule in &owed.rules {
        sqlx::query(
            "INSERT INTO obligations (id, decision, kind, environment, owner, within_s, grace_s) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id_of(decision, rule.kind))
        .bind(decision.to_owned())
        .bind(rule.kind.word())
        .bind(owed.environment.to_string())
        .bind(Kind::of(connection).kept(&rule.owner))
        .bind(signed(rule.within.as_secs()))
        .bind(signed(rule.grace.as_secs()))
        .execute(&mut *connection)
        .await?;
    }
    match owed.opened_at {
        Some(at) => open(connection, decision, at).await,
        None => Ok(()),
    }
}

/// From this moment on what a decision leaves is owed.
pub(crate) async fn open(connection: &mut Connection, decision: &str, at: Timestamp) -> Result<(), sqlx::Error> {
    let rows: Vec<SpanRow> = sqlx::query_as(
        "SELECT id, within_s, grace_s FROM obligations \
             WHERE decision = $1 AND opened_at IS NULL AND waiver IS NULL",
    )
    .bind(decision.to_owned())
    .fetch_all(&mut *connection)
    .await?;
    for SpanRow { id, within_s, grace_s } in rows {
        let span = |seconds| Duration::from_secs(unsigned(seconds));
        let (due, holds_from) = dates(at, span(within_s), span(grace_s));
        sqlx::query("UPDATE obligations SET opened_at = $1, due_at = $2, holds_from = $3 WHERE id = $4")
            .bind(moment_text(at))
            .bind(moment_text(due))
            .bind(moment_text(holds_from))
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    // What another decision left to be mended meanwhile is left once.
    sqlx::query(
        "UPDATE obligations SET opened_at = $1 WHERE decision = $2 AND opened_at IS NULL AND waiver IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM obligations other WHERE other.waiver = obligations.waiver \
         AND other.environment = obligations.environment AND other.service = obligations.service \
         AND other.opened_at IS NOT NULL AND other.fulfilled_at IS NULL)",
    )
    .bind(moment_text(at))
    .bind(decision.to_owned())
    .execute(connection)
    .await?;
    Ok(())
}

/// What a decision leaves to be mended. Where the same is open already it goes on under its name, and ends when its waiver does now.
pub(crate) async fn mend(connection: &mut Connection, decision: &str, mends: &Mends) -> Result<(), sqlx::Error> {
    for mend in &mends.all {
        if mends.opened_at.is_some() && goes_on(connection, mends, mend).await? {
            continue;
        }
        sqlx::query(
            "INSERT INTO obligations (id, decision, kind, environment, owner, within_s, grace_s, opened_at, due_at, \
             waiver, service) VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7, $8, $9)",
        )
        .bind(mend_id(decision, mend))
        .bind(decision.to_owned())
        .bind(ObligationKind::Mend.word())
        .bind(mends.environment.to_string())
        .bind(Kind::of(connection).kept(&mend.owner))
        .bind(mends.opened_at.map(moment_text))
        .bind(moment_text(mend.due))
        .bind(mend.waiver.to_string())
        .bind(mend.service.to_string())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn goes_on(connection: &mut Connection, mends: &Mends, mend: &NewMend) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE obligations SET due_at = $1, owner = $2 WHERE waiver = $3 AND environment = $4 AND service = $5 \
         AND opened_at IS NOT NULL AND fulfilled_at IS NULL",
    )
    .bind(moment_text(mend.due))
    .bind(Kind::of(connection).kept(&mend.owner))
    .bind(mend.waiver.to_string())
    .bind(mends.environment.to_string())
    .bind(mend.service.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The first fulfilment stands: a second one is refused.
pub(crate) async fn fulfil(
    connection: &mut Connection,
    fulfilment: &Fulfilment,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let kind = Kind::of(connection);
    let done = sqlx::query(
        "UPDATE obligations SET leaf_index = $1, fulfilled_at = $2, fulfilled_by = $3, fulfilled_with = $4 \
         WHERE id = $5 AND opened_at IS NOT NULL AND fulfilled_at IS NULL",
    )
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(kind.kept(&fulfilment.person))
    .bind(kind.kept(&fulfilment.with))
    .bind(kind.kept(&fulfilment.obligation))
    .execute(connection)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(RecordError::Fulfilled) }
}

/// The one of this name, if it is owed or was.
pub(crate) async fn of(connection: &mut Connection, id: &str) -> Result<Option<Obligation>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE opened_at IS NOT NULL AND id = ").push_bind(Kind::of(connection).kept(id));
    let kind = Kind::of(connection);
    let row: Option<ObligationRow> = query.build_query_as().fetch_optional(connection).await?;
    row.map(|row| row.obligation(kind)).transpose()
}

/// Those that are owed or were: the open ones first, and of those the one that is due first.
/// As many as one query lists, after so many others.
pub(crate) async fn page(connection: &mut Connection, after: usize) -> Result<Vec<Obligation>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE opened_at IS NOT NULL ORDER BY fulfilled_at IS NOT NULL, due_at, id LIMIT ");
    query.push_bind(signed(LISTED_MAX as u64));
    query.push(" OFFSET ").push_bind(signed(after as u64));
    let kind = Kind::of(connection);
    let rows: Vec<ObligationRow> = query.build_query_as().fetch_all(connection).await?;
    rows.into_iter().map(|row| row.obligation(kind)).collect()
}

/// What is overdue at a moment for any of these services there: those that hold first.
pub(crate) async fn overdue(
    connection: &mut Connection,
    environment: &EnvironmentName,
    services: &[ServiceName],
    now: Timestamp,
) -> Result<Vec<Overdue>, ReadError> {
    if services.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE opened_at IS NOT NULL AND fulfilled_at IS NULL AND environment = ");
    query.push_bind(environment.to_string());
    query.push(" AND due_at <= ").push_bind(moment_text(now));
    query.push(" AND EXISTS (SELECT 1 FROM decision_services d WHERE d.decision = o.decision");
    query.push(" AND d.service = COALESCE(o.service, d.service) AND d.service IN (");
    let mut names = query.separated(", ");
    for service in services {
        names.push_bind(service.to_string());
    }
    query.push(")) ORDER BY holds_from IS NULL, holds_from, id LIMIT ").push_bind(signed(OVERDUE_MAX as u64));
    let kind = Kind::of(connection);
    let rows: Vec<ObligationRow> = query.build_query_as().fetch_all(connection).await?;
    let overdue = |row: ObligationRow| {
        let Obligation { id, kind, due, holds_from, .. } = row.obligation(kind)?;
        Ok(Overdue { holds_from, due, id, kind })
    };
    let mut found: Vec<Overdue> = rows.into_iter().map(overdue).collect::<Result<_, ReadError>>()?;
    found.sort();
    Ok(found)
}

impl ObligationRow {
    fn obligation(self, kind: Kind) -> Result<Obligation, ReadError> {
        self.read(kind).ok_or_else(|| ReadError::Altered { what: "an obligation's row".to_owned() })
    }

    fn read(self, kind: Kind) -> Option<Obligation> {
        let moment = |text: &str| Timestamp::parse(text).ok();
        let fulfilled = match self.fulfilled_at {
            None => None,
            Some(at) => Some(Fulfilled {
                person: kind.given(self.fulfilled_by?).into(),
                with: kind.given(self.fulfilled_with?).into(),
                at: moment(&at)?,
                leaf_index: unsigned(self.leaf_index?),
            }),
        };
        let services = self.services.unwrap_or_default();
        let mut services: Vec<ServiceName> =
            services.split_whitespace().map(|name| ServiceName::parse(name).ok()).collect::<Option<_>>()?;
        services.sort();
        Some(Obligation {
            id: self.id.into(),
            decision: DecisionId::parse(&self.decision).ok()?,
            kind: ObligationKind::parse(&self.kind)?,
            waiver: match self.waiver {
                Some(waiver) => Some(WaiverId::parse(&waiver).ok()?),
                None => None,
            },
            environment: EnvironmentName::parse(&self.environment).ok()?,
            services,
            owner: kind.given(self.owner).into(),
            opened_at: moment(&self.opened_at)?,
            due: moment(&self.due_at)?,
            holds_from: match self.holds_from {
                Some(from) => Some(moment(&from)?),
                None => None,
            },
            fulfilled,
        })
    }
}
