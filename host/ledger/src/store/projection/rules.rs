//! Rules that findings cite.

use super::{Connection, Findable, ONCE, insert, signed};
use crate::{
    cited::Cited,
    store::{beside::Beside, unsigned},
};
use sqlx::AssertSqlSafe;

const COLUMNS: &[&str] = &["leaf_index", "stage", "rule", "waiver", "findings", "decisive"];

pub(super) async fn put(connection: &mut Connection, all: &[Findable]) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = all.iter().flat_map(|one| one.cited.iter().map(move |cited| (one.index, cited))).collect();
    insert(connection, ("rule_findings", COLUMNS), &rows, ONCE, |mut row, (index, cited)| {
        row.push_bind(signed(*index)).push_bind(cited.stage.clone()).push_bind(cited.rule.clone());
        row.push_bind(cited.waiver.clone()).push_bind(i64::from(cited.findings));
        row.push_bind(i64::from(cited.decisive));
    })
    .await
}

/// Those of one stage as the database itself has them: what stays where the stage's body was deleted.
pub(crate) async fn in_main(
    connection: &mut Connection,
    Beside { main, .. }: &Beside,
    index: u64,
    stage: &str,
) -> Result<Vec<Cited>, sqlx::Error> {
    let query = format!(
        "SELECT rule, waiver, findings, decisive FROM {main}.rule_findings WHERE leaf_index = $1 AND stage = $2 \
         ORDER BY rule, waiver"
    );
    let rows: Vec<(String, String, i64, i64)> =
        sqlx::query_as(AssertSqlSafe(query)).bind(signed(index)).bind(stage.to_owned()).fetch_all(connection).await?;
    let count = |n| u32::try_from(unsigned(n)).unwrap_or(u32::MAX);
    let one = |(rule, waiver, findings, decisive)| Cited {
        stage: stage.to_owned(),
        rule,
        waiver,
        findings: count(findings),
        decisive: count(decisive),
    };
    Ok(rows.into_iter().map(one).collect())
}
