//! `tidegate ledger witness`: looks at a gate's record from outside, and says when it saw it.

mod state;

use crate::{
    cli::{
        asked::{self, Gate, Undone},
        decide::options::span,
        exit::Exit,
        talk,
    },
    client::Failure,
    gate::clock,
};
use std::{path::PathBuf, thread, time::Duration};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    checkpoint::CheckpointError,
    cosignature::Cosigner,
    note::{NoteError, Verifier, is_name},
    proof::TreeHead,
    restoration::Restored,
    signing_key::KeyError,
    witness::{self, Refused},
};

/// Which record, and what is kept of it
///
/// Runs elsewhere than the gate, under somebody else's eyes. Each time it asks for the checkpoint, verifies by the gate's tiles that it goes on
/// from the last one seen, keeps it with a cosignature in a file of its own, and tells the gate. A record that went back or shows another
/// history ends it with 1.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// Who has to have signed the checkpoints, as `tidegate ledger key` prints it
    #[arg(long, value_name = "NAME+ID+KEY")]
    log: Verifier,
    /// The witness's own private key; made when it is not there and `--name` is given
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// What the witness is called, when its key is made
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,
    /// The last checkpoint that was seen, with this witness's cosignature
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Follow a restore that two admins accepted: the number of its leaf, as they say it. What was seen before is kept beside
    #[arg(long, value_name = "LEAF")]
    accept_restore: Option<u64>,
    /// Look once, and end
    #[arg(long)]
    once: bool,
    /// How often to look
    #[arg(long, value_name = "SPAN", default_value = "5m", value_parser = span)]
    every: Duration,
}

fn name(text: &str) -> Result<String, String> {
    if is_name(text) { Ok(text.to_owned()) } else { Err("a name has no spaces and no `+`".to_owned()) }
}

/// Why nothing was cosigned, or nobody told.
#[derive(Debug, thiserror::Error)]
enum Unseen {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    State(#[from] state::StateError),
    #[error("what was seen last does not count: {0}")]
    Seen(CheckpointError),
    #[error(transparent)]
    Asked(#[from] Undone),
    #[error(transparent)]
    Refused(#[from] Box<Refused<Failure>>),
    #[error("cannot be cosigned: {0}")]
    Note(#[from] NoteError),
}

impl Unseen {
    /// What the record contradicts never passes; everything else may.
    fn is_contradiction(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.is_contradiction())
    }
}

pub(super) fn run(args: &Args) -> Exit {
    let cosigner = match cosigner(args) {
        Ok(cosigner) => cosigner,
        Err(error) => return ended(error),
    };
    loop {
        match look(args, &cosigner, clock::now()) {
            Ok(seen) => talk::note(&format!("{} leaves, whose root is {}", seen.size, seen.root)),
            Err(error) if args.once || error.is_contradiction() => return ended(error),
            // The gate may be away for a while; it knows for how long nobody has seen it.
            Err(error) => talk::warning(&error),
        }
        if args.once {
            return Exit::Allowed;
        }
        thread::sleep(args.every);
    }
}

fn ended(error: Unseen) -> Exit {
    if error.is_contradiction() {
        talk::error(&error);
        talk::hint(&"the file of what was seen last is the proof: keep it, and ask whoever runs the gate");
        return Exit::Refused;
    }
    match error {
        Unseen::Asked(undone) => asked::exit(Err(undone)),
        other => {
            talk::error(&other);
            Exit::Undecided
        }
    }
}

/// The key; one that is made is printed, so that the gate's configuration can name it.
fn cosigner(args: &Args) -> Result<Cosigner, Unseen> {
    if let (Some(name), false) = (&args.name, args.key.exists()) {
        let made = Cosigner::make(&args.key, name)?;
        talk::hint(&format!("name it in the gate's configuration: checkpoints.witnesses: [\"{}\"]", made.witness()));
        return Ok(made);
    }
    Ok(Cosigner::read(&args.key)?)
}

/// One look. What was seen is on the disk before anybody is told.
fn look(args: &Args, cosigner: &Cosigner, now: Timestamp) -> Result<TreeHead, Unseen> {
    let kept = state::read(&args.state)?;
    let seen = kept.map(|kept| witness::seen(&args.log, cosigner.witness(), &kept, &state::place(&args.state)));
    let seen = seen.transpose().map_err(Unseen::Seen)?;
    let (note, shown) = args.gate.ask(|gate| {
        let note = gate.checkpoint()?;
        let shown = witness::follow(&args.log, seen.as_ref(), &note, |tile| gate.tile(tile));
        let shown = match (shown, args.accept_restore, &seen) {
            (Err(refused), Some(leaf), Some(seen)) if refused.is_contradiction() => {
                let followed = witness::follow_restored(&args.log, seen, &note, leaf, |tile| gate.tile(tile));
                followed.map(|(shown, restored)| (shown, Some(restored)))
            }
            (shown, ..) => shown.map(|shown| (shown, None)),
        };
        Ok((note, shown))
    })?;
    let (shown, restored) = shown.map_err(Box::new)?;
    if let Some(Restored { leaf_index, restored, lost, .. }) = restored {
        let beside = state::keep_lost(&args.state)?;
        talk::warning(&format!(
            "leaf {leaf_index} says that {} of {} leaves were kept; what was seen before is in `{}`",
            restored.size,
            lost.size,
            beside.display()
        ));
    }
    let cosigned = cosigner.cosign(&note, now)?;
    state::write(&args.state, &cosigned)?;
    args.gate.ask(|gate| gate.cosigned(&cosigned))?;
    Ok(shown)
}
