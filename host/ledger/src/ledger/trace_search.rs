//! Spans, as whoever looks for them sees them. Each answer is of one moment.

use super::Ledger;
use crate::{
    error::ReadError,
    span_index::key::Scope,
    store::{
        blobs, dialect,
        trace_search::{count, find, tags},
        unsigned,
    },
    trace_search::{Count, Found, Search, SearchError, Series, Sight, TraceTree, Window},
    traceql::ast::{Field, Query, Value},
};
use tidegate_core::digest::Digest;

/// Bytes of the trees of one trace that are put together, at most.
const TRACE_BYTES_MAX: usize = 32 << 20;
/// Trees of one trace that are put together, at most.
const TRACE_TREES_MAX: usize = 1_000;

impl Ledger {
    /// Traces of which some spans are asked for, the newest first.
    pub async fn find_traces(&self, search: Search<'_>) -> Result<Found, SearchError> {
        let mut connection = self.looking().await?;
        let mut snapshot = dialect::snapshot(&mut connection).await?;
        let found = find::find(&mut snapshot, search).await?;
        snapshot.rollback().await?;
        Ok(found)
    }

    /// Spans counted over time.
    pub async fn count_spans(&self, count: Count<'_>) -> Result<Vec<Series>, SearchError> {
        let mut connection = self.looking().await?;
        let mut snapshot = dialect::snapshot(&mut connection).await?;
        let series = count::count(&mut snapshot, count).await?;
        snapshot.rollback().await?;
        Ok(series)
    }

    /// The attributes that spans have, sorted; names alone, which are nobody's.
    pub async fn span_tags(&self) -> Result<Vec<(Scope, String)>, SearchError> {
        let mut connection = self.looking().await?;
        tags::tags(&mut connection).await
    }

    /// Values of a field on spans that may be seen, of those that a query asks for where there is one; sorted, so many at most.
    pub async fn span_values(
        &self,
        field: &Field,
        of: Option<&Query>,
        window: Window,
        sight: Sight<'_>,
        values_max: usize,
    ) -> Result<Vec<Value>, SearchError> {
        let mut connection = self.looking().await?;
        let mut snapshot = dialect::snapshot(&mut connection).await?;
        let values = tags::values(&mut snapshot, field, of, (window, sight), values_max).await?;
        snapshot.rollback().await?;
        Ok(values)
    }

    /// The trees of a trace that may be seen, in the order in which they were recorded; and whether some are left out, because they would be
    /// too many or too large together. The id may come short of its leading zeros.
    pub async fn trace_trees(&self, id: &str, sight: Sight<'_>) -> Result<(Vec<TraceTree>, bool), SearchError> {
        let mut connection = self.looking().await?;
        let mut snapshot = dialect::snapshot(&mut connection).await?;
        let (rows, mut cut) = find::trees(&mut snapshot, id, sight, TRACE_TREES_MAX).await?;
        let (mut trees, mut left) = (Vec::with_capacity(rows.len()), TRACE_BYTES_MAX);
        for (index, digest) in rows {
            let altered = |_| ReadError::Altered { what: "the outbox of span trees".to_owned() };
            let digest = Digest::parse(&digest).map_err(altered)?;
            let row = blobs::get(&mut snapshot, &[digest]).await?.pop();
            let bytes = match row.map(|row| row.unpack(left)) {
                None => None,
                Some(Err(ReadError::TooLarge { .. })) => {
                    cut = true;
                    break;
                }
                Some(unpacked) => Some(unpacked?.1),
            };
            left -= bytes.as_ref().map_or(0, Vec::len);
            trees.push(TraceTree { leaf_index: unsigned(index), bytes });
        }
        snapshot.rollback().await?;
        Ok((trees, cut))
    }
}
