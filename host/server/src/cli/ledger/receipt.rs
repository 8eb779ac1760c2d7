//! `tidegate ledger receipt`.

use crate::cli::{exit::Exit, talk};
use std::{fs, path::PathBuf};
use tidegate_ledger::{note::Verifier, receipt};

/// Which receipt, and whose
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The receipt, as `GET /v1/decisions/{id}/receipt` answers it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who has to have signed it, as `tidegate ledger key` prints it
    #[arg(long, value_name = "NAME+ID+KEY")]
    key: Verifier,
}

pub(super) fn run(args: &Args) -> Exit {
    let text = match fs::read_to_string(&args.file) {
        Ok(text) => text,
        Err(error) => {
            talk::error(&format!("`{}` cannot be read: {error}", args.file.display()));
            return Exit::Undecided;
        }
    };
    match receipt::verified(&text, &args.key) {
        Ok(proven) => {
            talk::note(&format!("leaf {} of {}, whose root is {}", proven.index, proven.tree.size, proven.tree.root));
            match talk::data(&format!("{}\n", proven.leaf)) {
                Ok(()) => Exit::Allowed,
                Err(error) => {
                    talk::error(&format!("cannot write the leaf: {error}"));
                    Exit::Undecided
                }
            }
        }
        Err(error) => {
            talk::error(&error);
            Exit::Refused
        }
    }
}
