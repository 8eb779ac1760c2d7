//! Rollbacks that were ordered or withheld.

use super::{Connection, ROWS_MAX, builder::QueryBuilder, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    event::DeploymentEvent,
    faster::Faster,
    id::DecisionId,
    rollback::{Fate, NewRollback, Newest, Ordered, Previous, Rollback, RollbacksAsked, Withheld},
    shape::numbers::moment_text,
};
use sqlx::FromRow;
use std::sync::Arc;
use tidegate_core::{
    name::{EnvironmentName, ServiceName, Version},
    time::Timestamp,
};

const COLUMNS: &str = "SELECT id, leaf_index, at, cause, watch, asked_by, reason, reasons, decision, environment, service, \
     from_version, to_version, to_decision, order_name, notice, withheld, detail FROM rollbacks ";

#[derive(FromRow)]
struct RollbackRow {
    id: String,
    leaf_index: i64,
    at: String,
    cause: String,
    watch: Option<String>,
    asked_by: Option<String>,
    reason: Option<String>,
    reasons: String,
    decision: String,
    environment: String,
    service: String,
    from_version: String,
    to_version: Option<String>,
    to_decision: Option<String>,
    order_name: Option<String>,
    notice: Option<String>,
    withheld: Option<String>,
    detail: Option<String>,
}

/// Whether the record still is what the rollback was judged by.
pub(crate) async fn still(connection: &mut Connection, new: &NewRollback) -> Result<(), RecordError> {
    let Some(Newest(seen)) = new.still else { return Ok(()) };
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(leaf_index) FROM rollbacks WHERE environment = $1 AND withheld IS NULL")
            .bind(new.environment.to_string())
            .fetch_one(connection)
            .await?;
    if newest.map(unsigned) == seen { Ok(()) } else { Err(RecordError::Faster(Faster::RolledBack)) }
}

pub(crate) async fn put(
    connection: &mut Connection,
    new: &NewRollback,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let (kind, ordered) = (Kind::of(connection), new.ordered());
    let (withheld, detail) = match &new.fate {
        Fate::Withheld { why, detail } => (Some(why.word()), Some(kind.kept(detail))),
        Fate::Ordered(_) => (None, None),
    };
    let reasons = serde_json::to_string(&new.reasons).map_err(|cause| RecordError::Encode(Arc::new(cause)))?;
    let put = sqlx::query(
        "INSERT INTO rollbacks (id, leaf_index, at, cause, watch, asked_by, reason, reasons, decision, environment, service, \
         from_version, to_version, to_decision, order_name, notice, withheld, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT DO NOTHING",
    )
    .bind(new.id.to_string())
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(kind.kept(&new.cause))
    .bind(new.watch.as_ref().map(|watch| kind.kept(watch)))
    .bind(new.by.as_ref().map(|by| kind.kept(by)))
    .bind(new.reason.as_ref().map(|reason| kind.kept(reason)))
    .bind(kind.kept(&reasons))
    .bind(new.decision.as_str().to_owned())
    .bind(new.environment.to_string())
    .bind(new.service.to_string())
    .bind(new.from.to_string())
    .bind(ordered.map(|ordered| ordered.to.to_string()))
    .bind(ordered.and_then(|ordered| ordered.to_decision.as_ref()).map(|decision| decision.as_str().to_owned()))
    .bind(ordered.map(|ordered| kind.kept(&ordered.order)))
    .bind(ordered.map(|ordered| ordered.notice.to_string()))
    .bind(withheld)
    .bind(detail)
    .execute(connection)
    .await?;
    if put.rows_affected() == 0 { Err(RecordError::Faster(Faster::RolledBack)) } else { Ok(()) }
}

/// Those that are looked for, the newest first.
pub(crate) async fn find(connection: &mut Connection, asked: &RollbacksAsked) -> Result<Vec<Rollback>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE 1 = 1");
    if let Some(environment) = &asked.environment {
        query.push(" AND environment = ").push_bind(environment.to_string());
    }
    if let Some(service) = &asked.service {
        query.push(" AND service = ").push_bind(service.to_string());
    }
    if let Some(decision) = &asked.decision {
        query.push(" AND decision = ").push_bind(decision.as_str().to_owned());
    }
    if let Some(before) = asked.before {
        query.push(" AND leaf_index < ").push_bind(signed(before));
    }
    query.push(" ORDER BY leaf_index DESC LIMIT ").push_bind(i64::from(asked.max));
    read(connection, query).await
}

/// The one of this id.
pub(crate) async fn one(connection: &mut Connection, id: &str) -> Result<Option<Rollback>, ReadError> {
    let kind = Kind::of(connection);
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE id = ").push_bind(kind.kept(id));
    Ok(read(connection, query).await?.pop())
}

/// Those of one cause, in their order.
pub(crate) async fn of_cause(connection: &mut Connection, cause: &str) -> Result<Vec<Rollback>, ReadError> {
    let kind = Kind::of(connection);
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE cause = ").push_bind(kind.kept(cause)).push(" ORDER BY leaf_index");
    read(connection, query).await
}

/// Those that were ordered in an environment since a moment, the newest first.
pub(crate) async fn ordered_since(
    connection: &mut Connection,
    environment: &EnvironmentName,
    since: Timestamp,
) -> Result<Vec<Rollback>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE withheld IS NULL AND environment = ").push_bind(environment.to_string());
    query.push(" AND at > ").push_bind(moment_text(since));
    query.push(" ORDER BY leaf_index DESC LIMIT ").push_bind(ROWS_MAX as i64);
    read(connection, query).await
}

/// The newest that was ordered in an environment.
pub(crate) async fn newest(connection: &mut Connection, environment: &EnvironmentName) -> Result<Newest, ReadError> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(leaf_index) FROM rollbacks WHERE environment = $1 AND withheld IS NULL")
            .bind(environment.to_string())
            .fetch_one(connection)
            .await?;
    Ok(Newest(newest.map(unsigned)))
}

/// What a decision put there, unless its service was ordered back from it.
pub(crate) async fn stands(
    connection: &mut Connection,
    decision: &DecisionId,
    service: &ServiceName,
) -> Result<Option<Previous>, ReadError> {
    let version: Option<String> = sqlx::query_scalar(
        "SELECT s.version FROM decision_services AS s WHERE s.decision = $1 AND s.service = $2 AND NOT EXISTS \
         (SELECT 1 FROM rollbacks AS r WHERE r.decision = s.decision AND r.service = s.service AND r.withheld IS NULL)",
    )
    .bind(decision.as_str().to_owned())
    .bind(service.to_string())
    .fetch_optional(connection)
    .await?;
    let altered = |_| ReadError::Altered { what: "a decision's row".to_owned() };
    let previous = |version: String| {
        Ok(Previous { decision: decision.clone(), version: Version::parse(&version).map_err(altered)? })
    };
    version.map(previous).transpose()
}

/// What says that a deployment began to change something.
const BEGAN: [DeploymentEvent; 3] = [DeploymentEvent::Started, DeploymentEvent::Succeeded, DeploymentEvent::Failed];

/// The deployment that began last in an environment, of a service or of any, and was not said to be rolled back since.
pub(crate) async fn deployed(
    connection: &mut Connection,
    environment: &EnvironmentName,
    service: Option<&ServiceName>,
) -> Result<Option<DecisionId>, ReadError> {
    let mut query =
        QueryBuilder::new("SELECT d.id FROM deployment_events AS e JOIN decisions AS d ON d.id = e.decision ");
    query.push("WHERE d.environment = ").push_bind(environment.to_string());
    began(&mut query);
    if let Some(service) = service {
        query.push(" AND EXISTS (SELECT 1 FROM decision_services AS s WHERE s.decision = d.id AND s.service = ");
        query.push_bind(service.to_string()).push(")");
    }
    query.push(" ORDER BY e.leaf_index DESC LIMIT 1");
    found(connection, query).await
}

/// The deployment of a service that began after the one that went by this decision, there, and was not said to be rolled back since.
pub(crate) async fn taken_over(
    connection: &mut Connection,
    decision: &DecisionId,
    service: &ServiceName,
) -> Result<Option<DecisionId>, ReadError> {
    let mut query = QueryBuilder::new(
        "SELECT d.id FROM decisions AS one JOIN decisions AS d ON d.environment = one.environment AND d.id <> one.id \
         JOIN decision_services AS s ON s.decision = d.id JOIN deployment_events AS e ON e.decision = d.id WHERE one.id = ",
    );
    query.push_bind(decision.as_str().to_owned()).push(" AND s.service = ").push_bind(service.to_string());
    began(&mut query);
    query.push(" AND e.leaf_index > one.leaf_index AND NOT EXISTS (SELECT 1 FROM deployment_events AS own ");
    query.push("WHERE own.decision = one.id AND own.leaf_index > e.leaf_index AND own.event = ");
    query.push_bind(DeploymentEvent::Started.word().to_owned()).push(") ORDER BY e.leaf_index DESC LIMIT 1");
    found(connection, query).await
}

/// Event `e` of decision `d` says that it began, and none after it that it was rolled back.
fn began(query: &mut QueryBuilder) {
    query.push(" AND e.event IN (");
    let mut words = query.separated(", ");
    for event in BEGAN {
        words.push_bind(event.word().to_owned());
    }
    query.push(") AND NOT EXISTS (SELECT 1 FROM deployment_events AS back WHERE back.decision = d.id ");
    query.push("AND back.leaf_index > e.leaf_index AND back.event = ");
    query.push_bind(DeploymentEvent::RolledBack.word().to_owned()).push(")");
}

async fn found(connection: &mut Connection, mut query: QueryBuilder) -> Result<Option<DecisionId>, ReadError> {
    let row: Option<(String,)> = query.build_query_as().fetch_optional(connection).await?;
    let altered = |_| ReadError::Altered { what: "a decision's row".to_owned() };
    row.map(|(id,)| DecisionId::parse(&id).map_err(altered)).transpose()
}

async fn read(connection: &mut Connection, mut query: QueryBuilder) -> Result<Vec<Rollback>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<RollbackRow> = query.build_query_as().fetch_all(connection).await?;
    let altered = || ReadError::Altered { what: "a rollback's row".to_owned() };
    rows.into_iter().map(|row| row.rollback(kind).ok_or_else(altered)).collect()
}

impl RollbackRow {
    fn rollback(self, kind: Kind) -> Option<Rollback> {
        let given = |text: String| -> Arc<str> { kind.given(text).into() };
        let fate = match self.withheld {
            Some(why) => Fate::Withheld { why: Withheld::parse(&why)?, detail: given(self.detail?) },
            None => Fate::Ordered(Ordered {
                to: Version::parse(&self.to_version?).ok()?,
                to_decision: self.to_decision.as_deref().map(DecisionId::parse).transpose().ok()?,
                order: given(self.order_name?),
                notice: self.notice?.into(),
            }),
        };
        let new = NewRollback {
            id: self.id.into(),
            cause: given(self.cause),
            watch: self.watch.map(given),
            by: self.asked_by.map(given),
            reason: self.reason.map(given),
            reasons: serde_json::from_str(&kind.given(self.reasons)).ok()?,
            decision: DecisionId::parse(&self.decision).ok()?,
            environment: EnvironmentName::parse(&self.environment).ok()?,
            service: ServiceName::parse(&self.service).ok()?,
            from: Version::parse(&self.from_version).ok()?,
            fate,
            still: None,
        };
        Some(Rollback { new, leaf_index: unsigned(self.leaf_index), at: Timestamp::parse(&self.at).ok()? })
    }
}
