//! Notices: an outbox beside the leaves. Orders to programs lie in a table of their own, which a gate of a build that knows none leaves alone:
//! it would give up whatever it has no contact for.

use super::{Connection, ROWS_MAX, builder::QueryBuilder, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    id::DecisionId,
    notice::{Addressee, DueNotice, NewNotice, Notice, NoticeCounts, NoticeKind, NoticeState, Tried},
    shape::numbers::moment_text,
};
use sqlx::{AssertSqlSafe, FromRow};
use std::sync::Arc;
use tidegate_core::time::Timestamp;

/// Notices, orders and what is told of incidents.
macro_rules! all {
    ($columns:literal) => {
        concat!(
            "(SELECT ",
            $columns,
            " FROM notices UNION ALL SELECT ",
            $columns,
            " FROM orders UNION ALL SELECT ",
            $columns,
            " FROM incident_notices) AS sent "
        )
    };
}

/// The tables of all of them.
pub(crate) const TABLES: [&str; 3] = ["notices", "orders", "incident_notices"];
/// Those of them whose contacts are people, by the routes of the configuration.
const TO_PEOPLE: [&str; 2] = ["notices", "incident_notices"];
const COLUMNS: &str = concat!(
    "SELECT * FROM ",
    all!("id, kind, decision, contact, address, state, written_at, attempts, delivered_at, last_error")
);

#[derive(FromRow)]
struct NoticeRow {
    id: String,
    kind: String,
    decision: String,
    contact: String,
    address: String,
    state: String,
    written_at: String,
    attempts: i64,
    delivered_at: Option<String>,
    last_error: Option<String>,
}

#[derive(FromRow)]
struct DueRow {
    id: String,
    kind: String,
    contact: String,
    body: String,
    written_at: String,
    attempts: i64,
}

/// Writes them beside a leaf: in its transaction.
pub(crate) async fn write(connection: &mut Connection, notices: &[NewNotice], index: u64) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    for notice in notices {
        let at = moment_text(notice.at);
        let table = match notice.kind.addressee() {
            Addressee::OfTheForced => "notices",
            Addressee::Program => "orders",
            Addressee::OfIncidents => "incident_notices",
        };
        sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO {table} (id, decision, leaf_index, kind, contact, address, body, written_at, state, next_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9)",
        )))
        .bind(notice.id.to_string())
        .bind(notice.decision.as_str().to_owned())
        .bind(signed(index))
        .bind(notice.kind.word())
        .bind(kind.kept(&notice.contact))
        .bind(kind.kept(&notice.address))
        .bind(kind.kept(&notice.body))
        .bind(at.clone())
        .bind(at)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Those that are to be sent at a moment, the one that waits longest first; so many to one contact, whose crowd then hides nobody else's.
pub(crate) async fn due(
    connection: &mut Connection,
    now: Timestamp,
    to_one_max: u32,
) -> Result<Vec<DueNotice>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<DueRow> = sqlx::query_as(concat!(
        "SELECT id, kind, contact, body, written_at, attempts FROM (SELECT id, kind, contact, body, written_at, attempts, \
         next_at, ROW_NUMBER() OVER (PARTITION BY contact ORDER BY next_at, id) AS place FROM ",
        all!("id, kind, contact, body, written_at, attempts, state, next_at"),
        "WHERE state = 'pending' AND next_at <= $1 AND body IS NOT NULL) AS due \
         WHERE place <= $2 ORDER BY next_at, id LIMIT $3",
    ))
    .bind(moment_text(now))
    .bind(i64::from(to_one_max))
    .bind(ROWS_MAX as i64)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| row.due(kind).ok_or_else(altered)).collect()
}

/// When the next one is to be sent after a moment.
pub(crate) async fn next(connection: &mut Connection, now: Timestamp) -> Result<Option<Timestamp>, ReadError> {
    let next: Option<String> = sqlx::query_scalar(concat!(
        "SELECT MIN(next_at) FROM ",
        all!("state, next_at"),
        "WHERE state = 'pending' AND next_at > $1"
    ))
    .bind(moment_text(now))
    .fetch_one(connection)
    .await?;
    next.map(|text| Timestamp::parse(&text).map_err(|_| altered())).transpose()
}

/// Notes what became of sending one. What was delivered before stays so, and its body goes.
pub(crate) async fn tried(connection: &mut Connection, id: &str, tried: &Tried) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    for table in TABLES {
        let mut query = QueryBuilder::new("UPDATE ");
        query.push(table).push(" SET ");
        match tried {
            Tried::Delivered(at) => {
                query.push("state = 'delivered', attempts = attempts + 1, body = NULL, last_error = NULL, ");
                query.push("delivered_at = ").push_bind(moment_text(*at));
            }
            Tried::Again { next, error } => {
                query.push("attempts = attempts + 1, next_at = ").push_bind(moment_text(*next));
                query.push(", last_error = ").push_bind(kind.kept(error));
            }
            Tried::GaveUp { error } => {
                query.push("state = 'failed', attempts = attempts + 1, last_error = ").push_bind(kind.kept(error));
            }
            Tried::NoRoute => drop(query.push("state = 'undeliverable'")),
        }
        query.push(" WHERE state = 'pending' AND id = ").push_bind(id.to_owned());
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Those without a way to their contact are to be sent from that moment on, where there is one now.
pub(crate) async fn routed(
    connection: &mut Connection,
    contacts: &[Arc<str>],
    now: Timestamp,
) -> Result<(), RecordError> {
    if contacts.is_empty() {
        return Ok(());
    }
    let kind = Kind::of(connection);
    for table in TO_PEOPLE {
        let mut query = QueryBuilder::new("UPDATE ");
        query.push(table).push(" SET state = 'pending', next_at = ").push_bind(moment_text(now));
        query.push(" WHERE state = 'undeliverable' AND contact IN (");
        let mut names = query.separated(", ");
        for contact in contacts {
            names.push_bind(kind.kept(contact));
        }
        query.push(")").build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Those of one decision, in the order in which they were written.
pub(crate) async fn of(connection: &mut Connection, decision: &DecisionId) -> Result<Vec<Notice>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE decision = ").push_bind(decision.as_str().to_owned()).push(" ORDER BY written_at, id");
    let kind = Kind::of(connection);
    let rows: Vec<NoticeRow> = query.build_query_as().fetch_all(connection).await?;
    rows.into_iter().map(|row| row.notice(kind).ok_or_else(altered)).collect()
}

/// Those that were written beside the leaves of an incident, in their order.
pub(crate) async fn of_incident(connection: &mut Connection, incident: &str) -> Result<Vec<Notice>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<NoticeRow> = sqlx::query_as(
        "SELECT n.id, n.kind, n.decision, n.contact, n.address, n.state, n.written_at, n.attempts, n.delivered_at, n.last_error \
         FROM incident_notices AS n JOIN incident_changes AS c ON c.leaf_index = n.leaf_index \
         WHERE c.incident = $1 ORDER BY n.leaf_index, n.id",
    )
    .bind(kind.kept(incident))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| row.notice(kind).ok_or_else(altered)).collect()
}

/// Those that nobody took yet or ever will, the newest first.
pub(crate) async fn troubled(connection: &mut Connection, max: u32) -> Result<Vec<Notice>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE state IN ('failed', 'undeliverable') OR (state = 'pending' AND attempts > 0) ");
    query.push("ORDER BY written_at DESC, id LIMIT ").push_bind(i64::from(max));
    let kind = Kind::of(connection);
    let rows: Vec<NoticeRow> = query.build_query_as().fetch_all(connection).await?;
    rows.into_iter().map(|row| row.notice(kind).ok_or_else(altered)).collect()
}

/// What those say that still have their words, and of which decisions.
pub(crate) async fn bodies(connection: &mut Connection) -> Result<Vec<(DecisionId, String)>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<(String, String)> =
        sqlx::query_as(concat!("SELECT decision, body FROM ", all!("decision, body"), "WHERE body IS NOT NULL"))
            .fetch_all(connection)
            .await?;
    let read = |(decision, body): (String, String)| {
        Ok((DecisionId::parse(&decision).map_err(|_| altered())?, kind.given(body)))
    };
    rows.into_iter().map(read).collect()
}

pub(crate) async fn counts(connection: &mut Connection) -> Result<NoticeCounts, ReadError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as(concat!("SELECT state, COUNT(*) FROM ", all!("state"), "GROUP BY state"))
            .fetch_all(connection)
            .await?;
    let of = |state: NoticeState| {
        unsigned(rows.iter().find(|(word, _)| word == state.word()).map_or(0, |(_, count)| *count))
    };
    Ok(NoticeCounts {
        pending: of(NoticeState::Pending),
        delivered: of(NoticeState::Delivered),
        failed: of(NoticeState::Failed),
        undeliverable: of(NoticeState::Undeliverable),
    })
}

fn altered() -> ReadError {
    ReadError::Altered { what: "a notice's row".to_owned() }
}

fn times(attempts: i64) -> u32 {
    u32::try_from(attempts).unwrap_or(u32::MAX)
}

impl DueRow {
    fn due(self, kind: Kind) -> Option<DueNotice> {
        Some(DueNotice {
            id: self.id.into(),
            kind: NoticeKind::parse(&self.kind)?,
            contact: kind.given(self.contact).into(),
            body: kind.given(self.body).into(),
            written_at: Timestamp::parse(&self.written_at).ok()?,
            attempts: times(self.attempts),
        })
    }
}

impl NoticeRow {
    fn notice(self, kind: Kind) -> Option<Notice> {
        let moment = |text: &str| Timestamp::parse(text).ok();
        Some(Notice {
            id: self.id.into(),
            kind: NoticeKind::parse(&self.kind)?,
            decision: DecisionId::parse(&self.decision).ok()?,
            contact: kind.given(self.contact).into(),
            address: kind.given(self.address).into(),
            state: NoticeState::parse(&self.state)?,
            written_at: moment(&self.written_at)?,
            attempts: times(self.attempts),
            delivered_at: self.delivered_at.as_deref().map(moment).map_or(Some(None), |at| at.map(Some))?,
            last_error: self.last_error.map(|error| kind.given(error)),
        })
    }
}
