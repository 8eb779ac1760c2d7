//! What somebody kept elsewhere, held against the record: older checkpoints, and receipts.

use super::Unverified;
use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};
use tidegate_ledger::{
    ledger::{
        Ledger,
        kept::{NotExtended, NotHeld},
    },
    note::Verifier,
    restoration::Restored,
};

/// What receipts' names end with.
const RECEIPTS: [&str; 2] = ["receipt", "tlog-proof"];

/// A file and what is in it.
pub(super) type Text = (PathBuf, String);

/// What became of each.
#[derive(Debug, Default)]
pub(super) struct Kept {
    restored: Vec<Restored>,
    checkpoints: Vec<(PathBuf, Result<u64, NotExtended>)>,
    receipts: Vec<(PathBuf, Result<u64, NotHeld>)>,
}

/// The file's text.
pub(super) fn read(path: PathBuf) -> Result<Text, Unverified> {
    match fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(cause) => Err(Unverified::File { path, cause }),
    }
}

/// Every receipt in a folder, in the order of their names.
pub(super) fn receipts(folder: &Path) -> Result<Vec<Text>, Unverified> {
    let refused = |cause| Unverified::File { path: folder.to_owned(), cause };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        let ending = path.extension().and_then(OsStr::to_str);
        if ending.is_some_and(|ending| RECEIPTS.contains(&ending)) {
            files.push(path);
        }
    }
    // Whoever names a folder expects that something is verified.
    if files.is_empty() {
        return Err(Unverified::NoReceipts { folder: folder.to_owned() });
    }
    files.sort();
    files.into_iter().map(read).collect()
}

/// Holds all of them against the record. Receipts need a verifier, since without one they prove nothing.
pub(super) async fn held(
    ledger: &Ledger,
    checkpoints: Vec<Text>,
    receipts: Vec<Text>,
    key: Option<&Verifier>,
) -> Result<Kept, Unverified> {
    let mut kept = Kept { restored: ledger.restorations().await?, ..Kept::default() };
    for (path, note) in checkpoints {
        let extended = ledger.extends(&note, key).await.map(|head| head.size);
        kept.checkpoints.push((path, extended));
    }
    for (path, receipt) in receipts {
        let held = ledger.holds(&receipt, key.ok_or(Unverified::NoKey)?).await.map(|proven| proven.index);
        kept.receipts.push((path, held));
    }
    Ok(kept)
}

impl Kept {
    /// Whether the record goes on from every checkpoint and has what every receipt proves.
    pub(super) fn fits(&self) -> bool {
        let goes_on = |extended: &Result<u64, NotExtended>| match extended {
            Ok(_) => true,
            // The record itself says that it is lost, and who accepted that.
            Err(cause) => cause.is_named_as_lost(),
        };
        self.checkpoints.iter().all(|(_, extended)| goes_on(extended))
            && self.receipts.iter().all(|(_, held)| held.is_ok())
    }

    /// A line for each restore and each checkpoint, one for all receipts that are held, and one for each that is not.
    pub(super) fn report(&self) -> String {
        let mut text = String::new();
        for Restored { leaf_index, at, restored, lost, .. } in &self.restored {
            let (kept, lost) = (restored.size, lost.size);
            let _ = writeln!(text, "restored: {kept} of {lost} leaves were kept, as leaf {leaf_index} of {at} says");
        }
        for (path, extended) in &self.checkpoints {
            let path = path.display();
            let _ = match extended {
                Ok(size) => writeln!(text, "against `{path}`: the record goes on from its {size} leaves"),
                Err(cause) if cause.is_named_as_lost() => writeln!(text, "against `{path}`: {cause}"),
                Err(cause) => writeln!(text, "found: `{path}`: {cause}"),
            };
        }
        if !self.receipts.is_empty() {
            let held = self.receipts.iter().filter(|(_, held)| held.is_ok()).count();
            let _ = writeln!(text, "receipts: {held} of {} are in the record", self.receipts.len());
        }
        for (path, held) in &self.receipts {
            if let Err(cause) = held {
                let _ = writeln!(text, "found: `{}`: {cause}", path.display());
            }
        }
        text
    }
}
