//! `tidegate ledger verify`.

mod archived;
mod kept;

use self::kept::Kept;
use crate::{
    cli::{
        exit::Exit,
        record::{NoRecord, RecordArgs},
        talk,
    },
    config::{
        Config,
        parts::{CHECKPOINT, LEDGER},
    },
};
use std::{io, path::PathBuf};
use tidegate_ledger::{
    archive::{self, error::ArchiveError},
    checkpoint,
    error::{LedgerError, ReadError},
    ledger::{Ledger, bodies::Bodies},
    note::Verifier,
    rebuild::{Compared, RebuildError},
    signing_key,
    verify::Verification,
};

/// Which record, and what it is compared with
///
/// Every leaf is hashed anew and compared with the tree, and the tree's root with the checkpoints. Where that fits, every row that follows
/// from leaves is compared with them, and every body that a leaf names is looked for. The gate of a folder must not run meanwhile; those of a database
/// may. The folder may be an archive, which is held against its own manifest and checkpoint.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    record: RecordArgs,
    /// An older checkpoint that was kept elsewhere, from which the record has to go on; several times for several. `ledger.checkpoint` in
    /// the folder is compared anyway
    #[arg(long, alias = "checkpoint", value_name = "FILE")]
    against: Vec<PathBuf>,
    /// A folder of receipts, each of which the record has to hold unchanged in its place: files that end with `.receipt` or `.tlog-proof`
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,
    /// The folder of archives: each that the record speaks of has to be there, and is read whole
    #[arg(long, value_name = "DIR")]
    archives: Option<PathBuf>,
    /// Who has to have signed all of them, as `tidegate ledger key` prints it; without it the key in the folder, and without that nobody
    /// is asked for
    #[arg(long, value_name = "NAME+ID+KEY")]
    key: Option<Verifier>,
}

/// Why it could not be verified.
#[derive(Debug, thiserror::Error)]
enum Unverified {
    #[error("`{}` cannot be read: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    Record(#[from] NoRecord),
    #[error("`{}` holds no file that ends with `.receipt` or `.tlog-proof`", folder.display())]
    NoReceipts { folder: PathBuf },
    #[error("there is no key to verify receipts with\nhint: `--key`, as `tidegate ledger key` prints it")]
    NoKey,
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error(transparent)]
    Open(#[from] LedgerError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("what follows from the leaves cannot be compared with them: {0}")]
    Rows(RebuildError),
    #[error("cannot write what was found: {0}")]
    Output(io::Error),
}

impl Unverified {
    /// A record that does not open because of what it is was verified, and is not what it should be.
    fn exit(&self) -> Exit {
        match self {
            Self::Open(LedgerError::Damaged { .. } | LedgerError::Checkpoint { .. })
            | Self::Rows(RebuildError::Read(ReadError::Altered { .. })) => Exit::Refused,
            Self::Open(_)
            | Self::Record(_)
            | Self::File { .. }
            | Self::NoReceipts { .. }
            | Self::NoKey
            | Self::Begin(_)
            | Self::Read(_)
            | Self::Archive(_)
            | Self::Rows(_)
            | Self::Output(_) => Exit::Undecided,
        }
    }
}

pub(super) fn run(args: &Args) -> Exit {
    match verified(args) {
        Ok(exit) => exit,
        Err(error) => {
            talk::error(&error);
            error.exit()
        }
    }
}

fn verified(args: &Args) -> Result<Exit, Unverified> {
    let beside = beside(args)?;
    let against = args.against.iter().cloned().map(kept::read).collect::<Result<Vec<_>, _>>()?;
    let receipts = args.receipts.as_deref().map(kept::receipts).transpose()?.unwrap_or_default();
    // What the folder's own key says is better than nothing: it tells the ledger's checkpoints from those of others.
    let own = || signing_key::public(&signing_key::beside(&args.record.data_dir()?.join(LEDGER))).ok();
    let key = args.key.clone().or_else(own);
    if key.is_none() && !receipts.is_empty() {
        return Err(Unverified::NoKey);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Unverified::Begin)?;
    if let Some(folder) = args.record.data_dir().filter(|folder| archive::is_one(folder)) {
        let found = runtime.block_on(archived::alone(folder, key))?;
        talk::data(&found.report()).map_err(Unverified::Output)?;
        return Ok(if found.fits() { Exit::Allowed } else { Exit::Refused });
    }
    let (found, rows, bodies, kept, archives) = runtime.block_on(async {
        let place = args.record.place().await?;
        let ledger = Ledger::open(place, Config::default().ledger_config()).await?;
        let found = both(&ledger, &beside, key.as_ref()).await;
        let kept = kept::held(&ledger, against, receipts, key.as_ref()).await;
        let archives = archived::beside(&ledger, args.archives.as_deref(), key.as_ref()).await;
        ledger.close().await;
        let (found, rows, bodies) = found?;
        Ok::<_, Unverified>((found, rows, bodies, kept?, archives?))
    })?;
    let text = report(&found, rows.as_ref(), &kept) + &of_bodies(bodies.as_ref()) + &archives.report();
    talk::data(&text).map_err(Unverified::Output)?;
    let all_there = bodies.is_some_and(|bodies| bodies.missing.is_empty());
    let fits = rows == Some(Compared::default()) && all_there && kept.fits() && archives.fits();
    Ok(if fits { Exit::Allowed } else { Exit::Refused })
}

/// The leaves, and the rows that follow from them: from leaves that were altered anything would follow.
async fn both(
    ledger: &Ledger,
    notes: &[(checkpoint::Kept, String)],
    key: Option<&Verifier>,
) -> Result<(Verification, Option<Compared>, Option<Bodies>), Unverified> {
    let found = ledger.verify_against(notes, key).await?;
    if !found.findings.is_empty() {
        return Ok((found, None, None));
    }
    let rows = ledger.projections().await.map_err(Unverified::Rows)?;
    let bodies = ledger.bodies().await?;
    Ok((found, Some(rows), Some(bodies)))
}

/// One line for the bodies, and one for each that is missing.
fn of_bodies(bodies: Option<&Bodies>) -> String {
    let Some(Bodies { there, removed, missing }) = bodies else { return String::new() };
    let mut text = format!("bodies: {there} there, {removed} deleted as leaves say\n");
    for missing in missing {
        text.push_str(&format!("found: {missing}\n"));
    }
    text
}

/// The checkpoint in the folder, where there is one.
fn beside(args: &Args) -> Result<Vec<(checkpoint::Kept, String)>, Unverified> {
    let beside = args.record.data_dir().map(|folder| folder.join(CHECKPOINT)).filter(|file| file.exists());
    let read = beside.map(kept::read).transpose()?;
    Ok(read.into_iter().map(|(path, note)| (checkpoint::Kept::InFile(path), note)).collect())
}

/// One line for what was verified, and one for each finding.
fn report(found: &Verification, rows: Option<&Compared>, kept: &Kept) -> String {
    let Verification { head, checkpoints, findings } = found;
    let of: Vec<String> = checkpoints.iter().map(u64::to_string).collect();
    let compared = if of.is_empty() { "none".to_owned() } else { of.join(", ") };
    let mut text = format!("leaves: {}\nroot: {}\ncheckpoints of: {compared}\n", head.size, head.root);
    for finding in findings {
        text.push_str(&format!("found: {}\n", finding.to_string().replace('\n', "; ")));
    }
    text.push_str(&kept.report());
    let Some(Compared { differences, unplaced }) = rows else {
        text.push_str("rows: not compared with leaves that do not fit\n");
        return text;
    };
    let state = if rows == Some(&Compared::default()) { "as the leaves say" } else { "not as the leaves say" };
    text.push_str(&format!("rows: {state}\n"));
    for difference in differences {
        text.push_str(&format!("found: {difference}\n"));
    }
    for index in unplaced {
        text.push_str(&format!("found: leaf {index} leads to no row: what no leaf has of it is missing\n"));
    }
    text
}
