//! Forced deployments.

use super::{Connection, kind::Kind};
use crate::{
    error::{ReadError, RecordError},
    faster::Faster,
    forced::{FORCED_MAX, Forced, NewForced},
    shape::numbers::moment_text,
};
use tidegate_core::{
    break_glass::QuotaUse,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// Whether none but this one was forced since its judgement was made. Whoever comes here comes alone.
pub(crate) async fn still(connection: &mut Connection, decision: &str, forced: &NewForced) -> Result<(), RecordError> {
    if let Some(used) = &forced.used
        && more_than_counted(connection, decision, forced, used).await?
    {
        return Err(RecordError::Faster(Faster::Forced));
    }
    Ok(())
}

/// Notes one.
pub(crate) async fn note(connection: &mut Connection, decision: &str, forced: &NewForced) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO forced_deployments (decision, environment, person, at) VALUES ($1, $2, $3, $4)")
        .bind(decision.to_owned())
        .bind(forced.environment.to_string())
        .bind(Kind::of(connection).kept(&forced.person))
        .bind(moment_text(forced.at))
        .execute(connection)
        .await?;
    Ok(())
}

async fn more_than_counted(
    connection: &mut Connection,
    decision: &str,
    forced: &NewForced,
    used: &QuotaUse,
) -> Result<bool, RecordError> {
    let since = moment_text(used.since);
    let by_person: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM forced_deployments WHERE person = $1 AND at > $2 AND decision <> $3")
            .bind(Kind::of(connection).kept(&forced.person))
            .bind(since.clone())
            .bind(decision.to_owned())
            .fetch_one(&mut *connection)
            .await?;
    let of_service: i64 = sqlx::query_scalar(
        "SELECT COALESCE(MAX(times), 0) FROM (SELECT COUNT(*) AS times FROM forced_deployments AS forced \
         JOIN decision_services AS theirs ON theirs.decision = forced.decision \
         JOIN decision_services AS ours ON ours.service = theirs.service AND ours.decision = $1 \
         WHERE forced.environment = $2 AND forced.at > $3 AND forced.decision <> $1 GROUP BY ours.service) AS counted",
    )
    .bind(decision.to_owned())
    .bind(forced.environment.to_string())
    .bind(since)
    .fetch_one(connection)
    .await?;
    Ok(by_person > i64::from(used.by_person) || of_service > i64::from(used.of_service))
}

/// Those after a moment, the newest first; so many at most.
pub(crate) async fn after(connection: &mut Connection, since: Timestamp) -> Result<Vec<Forced>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<(String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT at, person, environment, (SELECT string_agg(service, ' ') FROM decision_services AS s \
         WHERE s.decision = f.decision) FROM forced_deployments AS f WHERE at > $1 ORDER BY at DESC LIMIT $2",
    )
    .bind(moment_text(since))
    .bind(FORCED_MAX)
    .fetch_all(connection)
    .await?;
    let read = |(at, person, environment, services): (String, String, String, Option<String>)| {
        let services = services.unwrap_or_default();
        Some(Forced {
            at: Timestamp::parse(&at).ok()?,
            person: kind.given(person).into(),
            environment: EnvironmentName::parse(&environment).ok()?,
            services: services.split(' ').map(|name| ServiceName::parse(name).ok()).collect::<Option<_>>()?,
        })
    };
    let altered = || ReadError::Altered { what: "a forced deployment's row".to_owned() };
    rows.into_iter().map(|row| read(row).ok_or_else(altered)).collect()
}
