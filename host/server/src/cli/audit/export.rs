//! `tidegate audit export`: every decision that fits, page after page.

use super::{
    filters::Filters,
    list::{HEAD, row},
    source::Source,
    table::csv_line,
};
use crate::{
    api::found::FoundBody,
    cli::{asked::Undone, talk},
    render::escape,
};

/// Decisions of one request.
const PAGE: u32 = 500;

/// Which decisions.
///
/// One JSON object a line, or CSV. The record of a gate that is asked keeps who exported, and what.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    filters: Filters,
    /// CSV in place of a JSON object a line
    #[arg(long)]
    csv: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Undone> {
    let filters = args.filters.pairs();
    if args.csv {
        said(&(HEAD.join(",") + "\n"))?;
    }
    let (mut cursor, mut rows) = (None, 0_usize);
    loop {
        let mut asked = filters.clone();
        asked.push(("limit", PAGE.to_string()));
        asked.extend(cursor.iter().map(|cursor: &String| ("cursor", cursor.clone())));
        let page = args.source.decisions(&asked)?;
        let lines: Result<Vec<String>, Undone> = page.decisions.iter().map(|one| line(one, args.csv)).collect();
        said(&lines?.concat())?;
        rows += page.decisions.len();
        // A gate that leads back to where one was would lead on for ever.
        if page.next.is_none() || page.next == cursor || page.decisions.is_empty() {
            break;
        }
        cursor = page.next;
    }
    talk::note(&format!("{rows} decisions"));
    Ok(())
}

fn line(one: &FoundBody, csv: bool) -> Result<String, Undone> {
    if csv {
        return Ok(csv_line(&row(one)));
    }
    let text = serde_json::to_string(one).map_err(|error| Undone::Output(error.to_string()))?;
    Ok(escape::json(&text) + "\n")
}

fn said(text: &str) -> Result<(), Undone> {
    talk::data(text).map_err(|error| Undone::Output(error.to_string()))
}
