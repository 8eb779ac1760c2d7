//! `tidegate ledger key`.

use crate::{
    cli::{exit::Exit, talk},
    config::parts::LEDGER,
};
use std::path::PathBuf;
use tidegate_ledger::{checkpoint::Origin, signing_key};

/// Which key.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the gate that made its key
    #[arg(long, value_name = "DIR", required_unless_present_any = ["file", "make"], conflicts_with_all = ["file", "make"])]
    data_dir: Option<PathBuf>,
    /// The private key's file, where the configuration names one (`checkpoints.key`)
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Make a private key in this file, for all gates of a record on PostgreSQL (`checkpoints.key`), and print its public half
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    make: Option<PathBuf>,
    /// Which record it is for: the name of the key it makes; without it, one that no other key has
    #[arg(long, value_name = "NAME", requires = "make")]
    origin: Option<Origin>,
}

pub(super) fn run(args: &Args) -> Exit {
    let beside = args.data_dir.as_ref().map(|folder| signing_key::beside(&folder.join(LEDGER)));
    let key = match (&args.make, args.file.clone().or(beside)) {
        (Some(file), _) => signing_key::create(file, args.origin.as_ref()),
        (None, Some(file)) => signing_key::public(&file),
        (None, None) => return Exit::Usage,
    };
    let printed = match key {
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
