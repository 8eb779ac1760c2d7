//! `tidegate ledger archive`.

use super::{
    acting::{GateArgs, one_admin},
    archives,
    offline::{self, Undone},
};
use crate::{
    cli::{exit::Exit, talk},
    gate::{clock, record::host_version},
};
use std::path::PathBuf;
use tidegate_core::time::Timestamp;
use tidegate_ledger::archive::{self, Archiving, Outlook, Step};

/// Which record, what of it, and where to
///
/// Of decisions whose leaves were recorded before a moment all but the leaf is moved: an archive is a folder with a record of its own, which
/// `tidegate replay`, `tidegate audit sql` and `tidegate ledger verify` read with `--data-dir`. It is written, read back and compared with the signed
/// checkpoint before anything goes. What is still needed stays: what permits, obligations, quotas and baselines are about, and the last decision about
/// each service in each environment. Leaves and tree stay, so receipts and proofs go on. The gate of a folder must not run meanwhile;
/// those of a database may, and wait for the last step.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: GateArgs,
    /// What was recorded before this moment: `2026-01-01`, or with a time, `2026-01-01T00:00:00Z`. Archives come in multiples of 256 leaves, and
    /// what is younger than 7 days is never moved
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Timestamp,
    /// The folder of archives, which is made where there is none
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// A file with the token of a person who is an admin of everything: the record says who did it
    #[arg(long, value_name = "FILE")]
    admin: Option<PathBuf>,
    /// Only say what would be moved; the gate may serve meanwhile
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args) -> Exit {
    offline::ended(archived(args))
}

/// A day is its beginning, in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let whole = if text.len() == "2026-01-01".len() { format!("{text}T00:00:00Z") } else { text.to_owned() };
    Timestamp::parse(&whole).map_err(|error| error.to_string())
}

fn archived(args: &Args) -> Result<Exit, Undone> {
    let record = args.gate.record()?;
    let runtime = offline::runtime()?;
    if args.dry_run {
        let config = record.config.ledger_config();
        let looked = runtime.block_on(archive::outlook(record.place, &config, args.until, clock::now()))?;
        talk::data(&said(&looked)).map_err(Undone::Output)?;
        return Ok(Exit::Allowed);
    }
    let file = args.admin.as_deref().ok_or(Undone::NoName)?;
    let (archive, folder) = runtime.block_on(async {
        let archiving = Archiving {
            until: args.until,
            to: args.to.clone(),
            by: record.with(async |ledger| one_admin(ledger, file).await).await?,
            now: clock::now(),
            host_version: host_version(),
        };
        Ok::<_, Undone>(archive::archive(record.place.clone(), &record.ledger_config(), &archiving, told).await?)
    })?;
    talk::data(&archives::lines(&[archive])).map_err(Undone::Output)?;
    talk::hint(&format!(
        "it lies in `{}`: keep it, nothing else holds what was moved; the room in the database is used again",
        folder.display()
    ));
    Ok(Exit::Allowed)
}

fn told(step: Step) {
    match step {
        Step::Written => talk::note(&"written; reading it back"),
        Step::Verified => talk::note(&"verified"),
        Step::Named => talk::note(&"in its place; taking away what was moved"),
        Step::Recorded => {}
    }
}

fn said(outlook: &Outlook) -> String {
    let Outlook { first, size, decisions, kept, bodies, body_bytes } = outlook;
    format!(
        "archive: {first:012}-{size:012}\ndecisions: {decisions}\nstill needed, and kept: {kept}\nbodies: {bodies}, of {body_bytes} bytes\n"
    )
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_day_is_its_beginning() {
        for (text, said) in
            [("2026-01-01", "2026-01-01T00:00:00Z"), ("2026-01-01T06:00:00+02:00", "2026-01-01T04:00:00Z")]
        {
            assert_eq!(moment(text).unwrap().to_string(), said);
        }
        for text in ["", "2026", "2026-13-01", "yesterday"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
