//! `tidegate audit sql`: an auditor's own SQL, without a gate.

use super::table::{Form, Table};
use crate::cli::{
    asked::Undone,
    exit::Exit,
    record::{NoRecord, RecordArgs},
    talk,
};
use serde_json::{Map, Value};
use std::{io, time::Duration};
use tidegate_ledger::sql::{SqlError, SqlLimits, SqlRows, ask};

/// One statement that reads.
///
/// What may be asked is documented in `host/ledger/VIEWS.md`. The record is only read: the gate may serve meanwhile. Whoever may open the
/// database reads all of it, so this question is in no record. On PostgreSQL the URL names a role: give auditors one that may only read.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The statement
    statement: String,
    #[command(flatten)]
    record: RecordArgs,
    /// Rows, at most
    #[arg(long, value_name = "N", default_value_t = SqlLimits::default().rows_max)]
    rows: usize,
    /// Seconds that it may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    #[command(flatten)]
    form: Form,
}

/// Why it was not answered.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error(transparent)]
    Record(#[from] NoRecord),
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error(transparent)]
    Sql(#[from] SqlError),
    #[error(transparent)]
    Output(#[from] Undone),
}

pub(super) fn run(args: &Args) -> Exit {
    match answered(args) {
        Ok(()) => Exit::Allowed,
        Err(error) => {
            talk::error(&error);
            if matches!(error, Unanswered::Sql(SqlError::Refused(_))) { Exit::Usage } else { Exit::Undecided }
        }
    }
}

fn answered(args: &Args) -> Result<(), Unanswered> {
    let runtime = tokio::runtime::Runtime::new().map_err(Unanswered::Begin)?;
    let limits = SqlLimits { rows_max: args.rows, time_max: Duration::from_secs(args.timeout), ..SqlLimits::default() };
    let found = runtime.block_on(async {
        let place = args.record.place().await?;
        Ok::<_, Unanswered>(ask(place, &args.statement, limits).await?)
    })?;
    table(&found).print(&args.form, &objects(&found))?;
    if found.more {
        talk::warning(&format!("there are more rows than these {}", found.rows.len()));
    }
    Ok(())
}

fn table(found: &SqlRows) -> Table {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let rows = found.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    Table { head: found.columns.clone(), rows }
}

fn objects(found: &SqlRows) -> Vec<Map<String, Value>> {
    let row = |row: &Vec<Value>| found.columns.iter().cloned().zip(row.iter().cloned()).collect();
    found.rows.iter().map(row).collect()
}
