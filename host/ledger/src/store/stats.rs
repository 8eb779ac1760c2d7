//! What is counted over decisions: one statement, made from a table of what to count.

use super::{Connection, DbRow, builder::QueryBuilder, kind::Kind, reach, search, signed, unsigned};
use crate::{
    search::{Reach, Window},
    shape::numbers::moment_text,
    stats::{Counted, Counts, DECISIONS_MAX, ROWS_MAX, Stat, StatsError},
};
use sqlx::Row as _;
use std::ops::Range;

/// A name, and what it stands for in SQL.
type Named = (&'static str, &'static str);

/// Rows beside decisions (`d`), what they are grouped by, and what is counted of each group; the first count sorts.
struct Plan {
    beside: &'static str,
    names: &'static [Named],
    counts: &'static [Named],
}

const STAGES: Plan = Plan {
    beside: "CROSS JOIN stage_results s WHERE s.leaf_index = d.leaf_index",
    names: &[("stage", "s.stage")],
    counts: &[
        ("blocking", "COUNT(CASE WHEN s.blocking > 0 THEN 1 END)"),
        ("decisions", "COUNT(*)"),
        ("pass", "COUNT(CASE WHEN s.conclusion = 'pass' THEN 1 END)"),
        ("fail", "COUNT(CASE WHEN s.conclusion = 'fail' THEN 1 END)"),
        ("hold", "COUNT(CASE WHEN s.conclusion = 'hold' THEN 1 END)"),
        ("inconclusive", "COUNT(CASE WHEN s.conclusion = 'inconclusive' THEN 1 END)"),
        ("error", "COUNT(CASE WHEN s.conclusion = 'error' THEN 1 END)"),
        ("skipped", "COUNT(CASE WHEN s.conclusion = 'skipped' THEN 1 END)"),
        ("not_applicable", "COUNT(CASE WHEN s.conclusion = 'not_applicable' THEN 1 END)"),
        ("waived", "COUNT(CASE WHEN s.waived > 0 THEN 1 END)"),
    ],
};

const RULES: Plan = Plan {
    beside: "CROSS JOIN rule_findings r WHERE r.leaf_index = d.leaf_index",
    names: &[("stage", "r.stage"), ("rule", "r.rule")],
    counts: &[
        ("decisions", "COUNT(DISTINCT r.leaf_index)"),
        ("findings", "CAST(SUM(r.findings) AS BIGINT)"),
        ("decisive", "CAST(SUM(r.decisive) AS BIGINT)"),
        ("waived", "CAST(SUM(CASE WHEN r.waiver <> '' THEN r.findings ELSE 0 END) AS BIGINT)"),
    ],
};

const OVERRIDES: Plan = Plan {
    beside: "CROSS JOIN decision_facts f LEFT JOIN private_texts p ON p.salted = f.forced_by \
             WHERE f.leaf_index = d.leaf_index AND f.forced_state IS NOT NULL",
    names: &[
        ("person", "COALESCE(p.text, f.forced_by)"),
        ("environment", "d.environment"),
        ("reason", "f.forced_reason"),
    ],
    counts: &[
        ("wishes", "COUNT(*)"),
        ("granted", "COUNT(CASE WHEN f.forced_state = 'granted' THEN 1 END)"),
        ("awaiting_confirmation", "COUNT(CASE WHEN f.forced_state = 'awaiting_confirmation' THEN 1 END)"),
        ("refused", "COUNT(CASE WHEN f.forced_state = 'refused' THEN 1 END)"),
    ],
};

const PLUGINS: Plan = Plan {
    beside: "CROSS JOIN stage_results s WHERE s.leaf_index = d.leaf_index",
    names: &[("plugin", "s.plugin"), ("digest", "s.plugin_digest")],
    counts: &[
        ("evaluations", "CAST(SUM(s.evaluations) AS BIGINT)"),
        ("stages", "COUNT(*)"),
        ("inconclusive", "COUNT(CASE WHEN s.conclusion = 'inconclusive' THEN 1 END)"),
        ("error", "COUNT(CASE WHEN s.conclusion = 'error' THEN 1 END)"),
        ("took_ns_mean", "CAST(SUM(s.took_ns) / NULLIF(COUNT(s.took_ns), 0) AS BIGINT)"),
        ("took_ns_max", "MAX(s.took_ns)"),
    ],
};

const WOULD_BLOCK: Plan = Plan {
    beside: "CROSS JOIN stage_results s WHERE s.leaf_index = d.leaf_index AND s.mode = 'monitor'",
    names: &[("policy_set", "d.policy_set"), ("stage", "s.stage")],
    counts: &[
        ("would_block", "COUNT(CASE WHEN s.would_block = 1 THEN 1 END)"),
        ("of_these_allowed", "COUNT(CASE WHEN s.would_block = 1 AND d.allowed = 1 THEN 1 END)"),
        ("decisions", "COUNT(*)"),
    ],
};

const WAIVERS: Plan = Plan {
    beside: "CROSS JOIN rule_findings r WHERE r.leaf_index = d.leaf_index AND r.waiver <> ''",
    names: &[("waiver", "r.waiver"), ("stage", "r.stage"), ("rule", "r.rule")],
    counts: &[
        ("decisions", "COUNT(DISTINCT r.leaf_index)"),
        ("findings", "CAST(SUM(r.findings) AS BIGINT)"),
        ("decisive", "CAST(SUM(r.decisive) AS BIGINT)"),
    ],
};

fn plan(stat: Stat) -> &'static Plan {
    match stat {
        Stat::Stages => &STAGES,
        Stat::Rules => &RULES,
        Stat::Overrides => &OVERRIDES,
        Stat::Plugins => &PLUGINS,
        Stat::WouldBlock => &WOULD_BLOCK,
        Stat::Waivers => &WAIVERS,
    }
}

/// Counts what lies in a window, within reach.
pub(crate) async fn count(
    connection: &mut Connection,
    stat: Stat,
    window: Window,
    reach: &[Reach],
) -> Result<Counts, StatsError> {
    few(connection, window).await?;
    let Plan { names, counts, .. } = plan(stat);
    let named = |named: &[Named]| named.iter().map(|(name, _)| *name).collect();
    let nothing = Counts { decisions: 0, names: named(names), counts: named(counts), rows: Vec::new(), more: false };
    let Some(leaves) = search::leaves(connection, window).await? else { return Ok(nothing) };
    let mut all = QueryBuilder::new("SELECT COUNT(*) FROM decisions d WHERE 1 = 1");
    bounds(&mut all, leaves.clone(), window, reach);
    let (decisions,): (i64,) = all.build_query_as().fetch_one(&mut *connection).await?;
    let rows = statement(stat, leaves, window, reach).build().fetch_all(&mut *connection).await?;
    let kind = Kind::of(connection);
    let mut rows = rows.iter().map(|row| read(row, names.len(), counts.len(), kind)).collect::<Result<Vec<_>, _>>()?;
    let more = rows.len() > ROWS_MAX as usize;
    rows.truncate(ROWS_MAX as usize);
    Ok(Counts { decisions: unsigned(decisions), rows, more, ..nothing })
}

/// No more than are counted at once, whoever may read them.
async fn few(connection: &mut Connection, window: Window) -> Result<(), StatsError> {
    let mut query = QueryBuilder::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM decisions d WHERE 1 = 1");
    if let Some(from) = window.from {
        query.push(" AND d.evaluated_at >= ").push_bind(moment_text(from));
    }
    if let Some(to) = window.to {
        query.push(" AND d.evaluated_at < ").push_bind(moment_text(to));
    }
    query.push(" LIMIT ").push_bind(i64::from(DECISIONS_MAX) + 1).push(") AS there");
    let (there,): (i64,) = query.build_query_as().fetch_one(connection).await?;
    if unsigned(there) > u64::from(DECISIONS_MAX) { Err(StatsError::TooMany) } else { Ok(()) }
}

/// The statement that counts.
pub(crate) fn statement(stat: Stat, leaves: Range<u64>, window: Window, reach: &[Reach]) -> QueryBuilder {
    let Plan { beside, names, counts } = plan(stat);
    let columns: Vec<&str> = names.iter().chain(*counts).map(|(_, sql)| *sql).collect();
    let mut query = QueryBuilder::new(format!("SELECT {} FROM decisions d {beside}", columns.join(", ")));
    bounds(&mut query, leaves, window, reach);
    let places: Vec<String> = (1..=names.len()).map(|place| place.to_string()).collect();
    let places = places.join(", ");
    query.push(format!(" GROUP BY {places} ORDER BY {} DESC, {places} LIMIT ", names.len() + 1));
    query.push_bind(i64::from(ROWS_MAX) + 1);
    query
}

fn bounds(query: &mut QueryBuilder, leaves: Range<u64>, window: Window, reach: &[Reach]) {
    query.push(" AND d.leaf_index >= ").push_bind(signed(leaves.start));
    query.push(" AND d.leaf_index < ").push_bind(signed(leaves.end));
    search::within(query, window);
    reach::clause(query, reach);
}

fn read(row: &DbRow, names: usize, counts: usize, kind: Kind) -> Result<Counted, sqlx::Error> {
    let name = |at| row.try_get::<Option<String>, _>(at).map(|name| name.map(|name| kind.given(name)));
    let count = |at| row.try_get::<Option<i64>, _>(at).map(|count| count.map(unsigned));
    Ok(Counted {
        names: (0..names).map(name).collect::<Result<_, _>>()?,
        counts: (names..names + counts).map(count).collect::<Result<_, _>>()?,
    })
}
