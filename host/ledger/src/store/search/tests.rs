//! No question reads a table from end to end, nor sorts what it found.

use super::statement;
use crate::{
    config::LedgerConfig,
    place::Place,
    search::{Column, Names, Reach, Search, StageIs, Term, Window},
    stats::Stat,
    store::{open::Writing, stats},
};
use sqlx::{AssertSqlSafe, Row as _};
use tidegate_core::time::Timestamp;

/// A question, and the index that leads to its rows.
type Question = (Vec<(Term, String)>, Search, &'static str);

fn questions() -> Vec<Question> {
    let all = || vec![Names::Beginning("".into())];
    let narrow = Reach { environments: all(), services: vec![Names::Beginning("shop-".into())] };
    let search = || Search { reach: vec![narrow.clone()], ..Search::default() };
    let moment = |hours: u64| Some(Timestamp::from_nanos(hours * 3_600_000_000_000));
    let term = |term: Term| vec![(term, "x".to_owned())];
    let column = |column| Search { columns: vec![(column, "x".into())], ..search() };
    let stage = |is| Search { stage: Some(("x".into(), is)), ..search() };
    let mut all: Vec<Question> =
        Term::ALL.map(|one| (term(one), search(), "t0 USING PRIMARY KEY (term=? AND value=?")).into();
    all.extend([
        (vec![], search(), "d USING INDEX"),
        (vec![], Search { unforced: true, ..search() }, "d USING INDEX"),
        (vec![], Search { window: Window { from: moment(1), to: moment(2) }, ..search() }, "d USING INDEX"),
        (
            vec![],
            column(Column::Environment),
            "decisions_by_environment (environment=? AND leaf_index>? AND leaf_index<?)",
        ),
        (vec![], column(Column::Outcome), "decisions_by_outcome (outcome=? AND leaf_index>? AND leaf_index<?)"),
        (vec![], column(Column::PolicySet), "decisions_by_policy_set (policy_set=? AND leaf_index>? AND leaf_index<?)"),
        (vec![], stage(StageIs::There), "s USING PRIMARY KEY (leaf_index=? AND stage=?)"),
        (vec![], stage(StageIs::Blocking), "stage_results_blocking (stage=? AND leaf_index>? AND leaf_index<?)"),
        (
            vec![],
            stage(StageIs::Concluded("fail".into())),
            "stage_results_by_conclusion (stage=? AND conclusion=? AND leaf_index>? AND leaf_index<?)",
        ),
        (
            Term::ALL.map(|term| (term, "x".to_owned())).into(),
            Search {
                columns: vec![(Column::Environment, "x".into()), (Column::Outcome, "x".into())],
                window: Window { from: moment(1), to: moment(2) },
                ..stage(StageIs::Blocking)
            },
            "t0 USING PRIMARY KEY (term=? AND value=?",
        ),
    ]);
    all
}

#[tokio::test]
async fn every_filter_is_answered_by_an_index() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.db");
    let mut connection = Writing::new(&Place::from(path), &LedgerConfig::default()).create().await.unwrap();
    for (terms, search, index) in questions() {
        let sql = statement(&search, &terms, 0..1_000, 20).text().to_owned();
        let explained =
            sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(&mut connection).await;
        let plan: Vec<String> = explained.unwrap().iter().map(|row| row.get(3)).collect();
        assert!(plan[0].starts_with("SEARCH ") && plan.iter().any(|step| step.contains(index)), "{sql}: {plan:#?}");
        assert!(!plan.iter().any(|step| step.starts_with("SCAN") || step.contains("TEMP B-TREE")), "{sql}: {plan:#?}");
    }
}

#[tokio::test]
async fn counting_reads_no_more_than_its_window() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::from(dir.path().join("ledger.db"));
    let mut connection = Writing::new(&place, &LedgerConfig::default()).create().await.unwrap();
    let window = Window { from: Some(Timestamp::from_nanos(0)), to: None };
    for stat in Stat::ALL {
        let sql = stats::statement(stat, 0..1_000, window, &[]).text().to_owned();
        let explained =
            sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(&mut connection).await;
        let plan: Vec<String> = explained.unwrap().iter().map(|row| row.get(3)).collect();
        assert!(plan.iter().any(|step| step.starts_with("SEARCH d ")), "{stat:?}: {plan:#?}");
        assert!(!plan.iter().any(|step| step.starts_with("SCAN")), "{stat:?}: {plan:#?}");
    }
}
