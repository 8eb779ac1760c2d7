//! What each stage concluded.

use super::{Connection, Findable, ONCE, insert, signed};
use crate::{
    leaf::decision::{FindingsPart, StagePart},
    shape::words::mode_word,
};

const COLUMNS: &[&str] = &[
    "leaf_index",
    "stage",
    "plugin",
    "plugin_digest",
    "mode",
    "conclusion",
    "evaluations",
    "findings",
    "waived",
    "blocking",
    "would_block",
    "took_ns",
];

pub(super) async fn put(connection: &mut Connection, all: &[Findable]) -> Result<(), sqlx::Error> {
    let rows: Vec<_> =
        all.iter().flat_map(|one| one.leaf.judgement.decision.stages.iter().map(move |part| (one, part))).collect();
    insert(connection, ("stage_results", COLUMNS), &rows, ONCE, |mut row, (Findable { index, leaf, .. }, part)| {
        let took = &leaf.circumstances.stage_ns;
        let StagePart { stage, plugin, mode, conclusion, evaluations, findings, waived, .. } = part;
        row.push_bind(signed(*index)).push_bind(stage.to_string());
        row.push_bind(plugin.name.to_string()).push_bind(plugin.digest.to_string());
        row.push_bind(mode_word(*mode)).push_bind(conclusion.clone());
        row.push_bind(i64::from(*evaluations)).push_bind(listed(findings)).push_bind(i64::from(*waived));
        row.push_bind(i64::from(part.blocking)).push_bind(i64::from(part.would_block));
        row.push_bind(took.get(stage.as_str()).and_then(|nanos| nanos.parse::<i64>().ok()));
    })
    .await
}

fn listed(findings: &FindingsPart) -> i64 {
    let FindingsPart { critical, high, info, low, medium } = *findings;
    [critical, high, info, low, medium].into_iter().map(i64::from).sum()
}
