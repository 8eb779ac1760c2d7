//! `tidegate ledger key`.

use crate::cli::{exit::Exit, talk};
use std::path::PathBuf;
use tidegate_ledger::signing_key;

/// Which key.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the gate that made its key
    #[arg(long, value_name = "DIR", required_unless_present = "file", conflicts_with = "file")]
    data_dir: Option<PathBuf>,
    /// The private key's file, where the configuration names one (`checkpoints.key`)
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Exit {
    let beside = args.data_dir.as_ref().map(|folder| signing_key::beside(&folder.join("ledger.sqlite")));
    let Some(file) = args.file.clone().or(beside) else { return Exit::Usage };
    let printed = match signing_key::public(&file) {
        Ok(verifier) => talk::data(&format!("{verifier}\n")).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match printed {
        Ok(()) => Exit::Allowed,
        Err(error) => {
            talk::error(&error);
            Exit::Undecided
        }
    }
}
