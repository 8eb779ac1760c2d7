//! Whom a question about decisions goes to: a gate, or a record itself, as an archive is one that no gate serves.

use super::filters::Pairs;
use crate::{
    api::{answer::Answer, found::DecisionsBody},
    cli::{
        asked::{Gate, Undone},
        record,
    },
    config::Config,
    gate::record::as_it_stands,
    http::search,
};
use std::{fmt::Display, path::PathBuf};
use tidegate_core::permit::is_forced;
use tidegate_ledger::{
    id::DecisionId,
    search::{Names, Reach, Search},
    snapshot::Reader,
};

/// A gate, or a record
#[derive(Debug, clap::Args)]
pub(super) struct Source {
    #[command(flatten)]
    gate: Gate,
    /// The folder of a record to read, in place of asking a gate: an archive, or that of a gate. Whoever may open it reads all of it, and no record
    /// says so
    #[arg(long, value_name = "DIR", conflicts_with_all = ["server", "token_file", "ledger_url_file"])]
    data_dir: Option<PathBuf>,
    /// The file with the URL of a record's database on PostgreSQL to read, in place of asking a gate
    #[arg(long, value_name = "FILE", conflicts_with_all = ["server", "token_file"])]
    ledger_url_file: Option<PathBuf>,
}

impl Source {
    /// A page of decisions.
    pub(super) fn decisions(&self, asked: &Pairs) -> Result<DecisionsBody, Undone> {
        if !self.is_record() {
            return self.gate.ask(|gate| gate.decisions(asked));
        }
        let search = wanted(asked)?;
        self.read(async |reader| Ok(DecisionsBody::from(reader.search(&search).await.map_err(said)?)))
    }

    /// One decision.
    pub(super) fn decision(&self, id: &str) -> Result<Answer, Undone> {
        if !self.is_record() {
            return self.gate.ask(|gate| gate.decision(id));
        }
        let id = DecisionId::parse(id).map_err(|error| Undone::Usage(error.to_string()))?;
        self.read(async |reader| shown(reader, &id).await)
    }

    fn is_record(&self) -> bool {
        self.data_dir.is_some() || self.ledger_url_file.is_some()
    }

    fn read<T>(&self, ask: impl AsyncFnOnce(&Reader) -> Result<T, Undone>) -> Result<T, Undone> {
        let runtime = tokio::runtime::Runtime::new().map_err(said)?;
        runtime.block_on(async {
            let place = record::found(self.data_dir.as_deref(), self.ledger_url_file.as_deref()).await.map_err(said)?;
            let reader = Reader::open(place, &Config::default().ledger_config()).map_err(said)?;
            let answered = ask(&reader).await;
            reader.close().await;
            answered
        })
    }
}

/// What is looked for, in the words of the API.
fn wanted(asked: &Pairs) -> Result<Search, Undone> {
    let pairs: Vec<(String, String)> = asked.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
    let search = search::asked(&pairs).map_err(|errors| {
        let each: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.place, error.message)).collect();
        Undone::Usage(each.join("; "))
    })?;
    let all = || vec![Names::Beginning("".into())];
    Ok(Search { reach: vec![Reach { environments: all(), services: all() }], ..search })
}

/// As a gate would show it, but for what is a gate's own: its notices, and its guide to problems.
async fn shown(reader: &Reader, id: &DecisionId) -> Result<Answer, Undone> {
    let stored = reader.decision(id).await.map_err(said)?;
    let stored = stored.ok_or_else(|| Undone::Ledger(format!("there is no decision `{id}` in this record")))?;
    let (confirmed, standing) = reader.since(id, is_forced(&stored.judgement.decision)).await.map_err(said)?;
    Ok(as_it_stands(&stored, None, confirmed.as_ref(), &standing))
}

fn said(error: impl Display) -> Undone {
    Undone::Ledger(error.to_string())
}
