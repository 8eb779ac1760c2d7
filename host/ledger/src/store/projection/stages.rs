//! What each stage concluded.

use super::{Connection, ONCE, QueryBuilder, ROWS_MAX, signed};
use crate::{
    leaf::decision::{DecisionLeaf, FindingsPart, StagePart},
    shape::words::mode_word,
};

pub(super) async fn put(connection: &mut Connection, index: u64, leaf: &DecisionLeaf) -> Result<(), sqlx::Error> {
    let took = &leaf.circumstances.stage_ns;
    for stages in leaf.judgement.decision.stages.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new(
            "INSERT INTO stage_results (leaf_index, stage, plugin, plugin_digest, mode, conclusion, evaluations, findings, \
             waived, blocking, would_block, took_ns) ",
        );
        insert.push_values(stages, |mut row, part| {
            let StagePart { stage, plugin, mode, conclusion, evaluations, findings, waived, .. } = part;
            row.push_bind(signed(index)).push_bind(stage.to_string());
            row.push_bind(plugin.name.to_string()).push_bind(plugin.digest.to_string());
            row.push_bind(mode_word(*mode)).push_bind(conclusion.clone());
            row.push_bind(i64::from(*evaluations)).push_bind(listed(findings)).push_bind(i64::from(*waived));
            row.push_bind(i64::from(part.blocking)).push_bind(i64::from(part.would_block));
            row.push_bind(took.get(stage.as_str()).and_then(|nanos| nanos.parse::<i64>().ok()));
        });
        insert.push(ONCE);
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

fn listed(findings: &FindingsPart) -> i64 {
    let FindingsPart { critical, high, info, low, medium } = *findings;
    [critical, high, info, low, medium].into_iter().map(i64::from).sum()
}
