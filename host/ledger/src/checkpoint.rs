//! Checkpoints (C2SP tlog-checkpoint): how many leaves there are and their root, as a note that the ledger signs.

use crate::{
    note::{self, NoteError, Signer, Verifier},
    proof::TreeHead,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};
use tidegate_core::digest::Digest;

/// Which ledger a checkpoint is of: the checkpoint's first line, and the name of the key that signs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Arc<str>);

/// A text that is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is not an origin: expected a name such as `example.com/gate`, of at most 255 bytes, without spaces and `+`",
    text.escape_debug()
)]
pub struct OriginError {
    /// The text given, cut after 80 characters.
    pub text: String,
}

impl Origin {
    /// What a key is called, which is a name already.
    pub(crate) fn named(name: &str) -> Self {
        Self(name.into())
    }
}

impl FromStr for Origin {
    type Err = OriginError;
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let refused = || OriginError { text: text.chars().take(80).collect() };
        if note::is_name(text) { Ok(Self(text.into())) } else { Err(refused()) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// That a ledger signs checkpoints, and where they and the key lie.
#[derive(Debug, Clone)]
pub struct CheckpointConfig {
    /// Which ledger they are of; `None`: the key's name, and a name of its own for a key that is made.
    pub origin: Option<Origin>,
    /// What signs them.
    pub key: KeyPlace,
    /// A file that holds the last one too. Whoever exchanges the ledger for an older one has to change this file as well, so it belongs
    /// where they do not get at it: on another disk, or shipped from there.
    pub sidecar: Option<PathBuf>,
}

/// Where the private key lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// In `<ledger>.key` beside the database, made when the ledger has none and has signed nothing yet.
    BesideLedger,
    /// In this file, which somebody else made.
    File(PathBuf),
}

/// Which of the kept checkpoints is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The one in the database.
    InLedger,
    /// The one in the file beside it.
    InFile(PathBuf),
    /// The one in a receipt.
    InReceipt,
    /// The one that a gate shows.
    Served,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InLedger => f.write_str("the ledger's own checkpoint"),
            Self::InReceipt => f.write_str("the receipt's checkpoint"),
            Self::Served => f.write_str("the checkpoint that the gate shows"),
            Self::InFile(path) => write!(f, "checkpoint file `{}`", path.display()),
        }
    }
}

/// Why a ledger and a checkpoint of it do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Leaves that were signed for are not there.
    #[error(
        "{kept} is of {checkpoint} leaves, the ledger has {ledger}: an older ledger was put in its place\nhint: put the newer one \
         back; where it is lost, two admins accept this one with `tidegate ledger accept-restore`"
    )]
    Ahead {
        /// Which one.
        kept: Kept,
        /// Its size.
        checkpoint: u64,
        /// Leaves of the ledger.
        ledger: u64,
    },
    /// The first so many leaves are not those that were signed for.
    #[error(
        "{kept} says that the root of {checkpoint} leaves is `{stated}`, in this ledger of {ledger} leaves it is `{found}`: it \
         is another ledger, or another history of it"
    )]
    OtherRoot {
        /// Which one.
        kept: Kept,
        /// Its size.
        checkpoint: u64,
        /// Leaves of the ledger.
        ledger: u64,
        /// As it says.
        stated: Digest,
        /// As the ledger has it.
        found: Digest,
    },
    /// This ledger's key did not sign it.
    #[error("{kept} does not count: {cause}")]
    Note {
        /// Which one.
        kept: Kept,
        /// Why.
        cause: NoteError,
    },
    /// It is signed, but no checkpoint, or of another ledger.
    #[error("{kept} is not a checkpoint of {origin}")]
    NotOne {
        /// Which one.
        kept: Kept,
        /// The ledger's origin, where it is known.
        origin: String,
    },
}

/// A checkpoint's text, before it is signed.
pub(crate) fn text(origin: &str, head: &TreeHead) -> String {
    format!("{origin}\n{}\n{}\n", head.size, BASE64_STANDARD.encode(head.root.as_bytes()))
}

/// Origin and tree of a text. Lines that follow are somebody's extensions, and nothing to us.
pub(crate) fn read(text: &str) -> Option<(&str, TreeHead)> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let (origin, stated, root) = (lines.next()?, lines.next()?, lines.next()?);
    let size: u64 = stated.parse().ok()?;
    let root = <[u8; 32]>::try_from(BASE64_STANDARD.decode(root).ok()?).ok()?;
    let one_way = size.to_string() == stated && !origin.is_empty() && lines.all(|line| !line.is_empty());
    one_way.then_some((origin, TreeHead { size, root: Digest::from_bytes(root) }))
}

/// The checkpoint of this tree.
pub(crate) fn sign(signer: &Signer, head: &TreeHead) -> String {
    signer.sign(&text(signer.verifier().name(), head))
}

/// What a note says, when this key signed it as a checkpoint of its own ledger.
pub(crate) fn verified(verifier: &Verifier, note: &str, kept: &Kept) -> Result<TreeHead, CheckpointError> {
    let text = verifier.text(note).map_err(|cause| CheckpointError::Note { kept: kept.clone(), cause })?;
    let not_one = || CheckpointError::NotOne { kept: kept.clone(), origin: format!("`{}`", verifier.name()) };
    let (_, head) = read(text).filter(|(origin, _)| *origin == verifier.name()).ok_or_else(not_one)?;
    Ok(head)
}

/// What a note says that nobody can verify now.
pub(crate) fn unverified(note: &str, kept: &Kept) -> Result<TreeHead, CheckpointError> {
    let text = note::unverified_text(note).map_err(|cause| CheckpointError::Note { kept: kept.clone(), cause })?;
    let not_one = || CheckpointError::NotOne { kept: kept.clone(), origin: "this ledger".to_owned() };
    Ok(read(text).ok_or_else(not_one)?.1)
}

#[cfg(test)]
mod tests {
    use super::{Kept, Origin, read, sign, text, verified};
    use crate::{
        note::{Signer, unverified_text},
        proof::TreeHead,
    };
    use tidegate_core::digest::Digest;

    /// The example of the specification.
    const PUBLISHED: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa \
        Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    #[test]
    fn the_published_checkpoint_is_read_and_written() {
        let stated = unverified_text(PUBLISHED).unwrap();
        let (origin, head) = read(stated).unwrap();
        assert_eq!((origin, head.size), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(text(origin, &head), stated);
        assert_eq!(read(&format!("{stated}an extension\n")), Some((origin, head)));
    }

    #[test]
    fn other_texts_are_no_checkpoints() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        for text in [
            String::new(),
            format!("a\n1\n{root}"),
            format!("\n1\n{root}\n"),
            format!("a\n01\n{root}\n"),
            format!("a\n+1\n{root}\n"),
            format!("a\n-1\n{root}\n"),
            format!("a\n18446744073709551616\n{root}\n"),
            format!("a\n1\n{}\n", &root[4..]),
            format!("a\n1\n{}\n", root.trim_end_matches('=')),
            format!("a\n1\n{root}\n\nb\n"),
            "a\n1\n".to_owned(),
        ] {
            assert_eq!(read(&text), None, "{text:?}");
        }
    }

    #[test]
    fn a_checkpoint_of_another_ledger_does_not_count() {
        let (mine, head) = (Signer::new("a.example", &[1; 32]), TreeHead { size: 0, root: Digest::of(b"") });
        assert_eq!(verified(mine.verifier(), &sign(&mine, &head), &Kept::InLedger), Ok(head));
        let other = mine.sign(&text("b.example", &head));
        let error = verified(mine.verifier(), &other, &Kept::InLedger).unwrap_err();
        assert_eq!(error.to_string(), "the ledger's own checkpoint is not a checkpoint of `a.example`");
    }

    #[test]
    fn an_origin_is_one_word() {
        for text in ["", "a b", "a+b", "a\nb", "a\u{a0}b", &"x".repeat(256)] {
            assert!(text.parse::<Origin>().is_err(), "{text:?}");
        }
        assert_eq!("example.com/gate".parse::<Origin>().unwrap().to_string(), "example.com/gate");
    }
}
