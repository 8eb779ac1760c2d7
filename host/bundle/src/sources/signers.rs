//! A file's signers to what they mean.

use super::{Known, reader::Reader, sigstore};
use crate::{
    document::{escaped, nearest, quoted},
    key, raw,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    signer::{Identity, SIGNER_KEYS_MAX, SignerKey, Window},
    time::Timestamp,
};

/// By name, each signer's keys and identities in the order of the file. One that cannot be read is left out; a mistake says so.
pub(super) fn signers(
    reader: &mut Reader<'_>,
    at: &str,
    signers: &BTreeMap<String, Vec<raw::SignerKey>>,
) -> Vec<Known> {
    let used: usize = signers.values().map(Vec::len).sum();
    if used > SIGNER_KEYS_MAX {
        let message = format!("too many keys of signers: {used} used, {SIGNER_KEYS_MAX} allowed");
        reader.mistake(at, message, None);
        return Vec::new();
    }
    let mut known: Vec<Known> = Vec::new();
    for (name, written) in signers {
        for (index, raw) in written.iter().enumerate() {
            let pointer = format!("{at}/{}/{index}", escaped(name));
            let window = window(reader, &pointer, raw);
            let found = match (&raw.key, &raw.sigstore) {
                (Some(key), None) => signer_key(reader, &format!("{pointer}/key"), name, key, window),
                (None, Some(sigstore)) => identity(reader, &format!("{pointer}/sigstore"), name, sigstore, window),
                // Both: the schema says that already. Neither: so it does.
                _ => None,
            };
            let Some(found) = found else { continue };
            // One key, or identity, under two names would say two things about who signed.
            if let Some(first) = known.iter().find(|earlier| is_same(earlier, &found)) {
                let message = format!("this is given twice: first as one of `{}`", first.signer());
                reader.mistake(&pointer, message, None);
            }
            known.push(found);
        }
    }
    known
}

fn is_same(one: &Known, other: &Known) -> bool {
    match (one, other) {
        (Known::Key(one), Known::Key(other)) => one.spki == other.spki,
        (Known::Identity(one, _), Known::Identity(other, _)) => {
            (&one.issuer, &one.subject, one.root.digest) == (&other.issuer, &other.subject, other.root.digest)
        }
        _ => false,
    }
}

fn signer_key(reader: &mut Reader<'_>, pointer: &str, name: &str, text: &str, window: Window) -> Option<Known> {
    match key::parse(text) {
        Ok((algorithm, spki)) => Some(Known::Key(SignerKey { signer: Arc::from(name), algorithm, spki, window })),
        Err(error) => {
            let hint = "`openssl pkey -pubout` prints a public key; write it as a block (`key: |`)".to_owned();
            reader.mistake(pointer, format!("the text {error}"), Some(hint));
            None
        }
    }
}

fn identity(reader: &mut Reader<'_>, pointer: &str, name: &str, raw: &raw::Sigstore, window: Window) -> Option<Known> {
    reader.line(&format!("{pointer}/issuer"), &raw.issuer);
    reader.line(&format!("{pointer}/identity"), &raw.identity);
    match sigstore::parse(&raw.trusted_root) {
        Ok((root, text)) => {
            let (issuer, subject) = (Arc::from(raw.issuer.as_str()), Arc::from(raw.identity.as_str()));
            let identity = Identity { signer: Arc::from(name), issuer, subject, root: Arc::new(root), window };
            Some(Known::Identity(identity, text))
        }
        Err(what) => {
            let hint =
                "sigstore publishes it as `trusted_root.json`; write it as a block (`trusted_root: |`)".to_owned();
            reader.mistake(&format!("{pointer}/trusted_root"), format!("the text {what}"), Some(hint));
            None
        }
    }
}

fn window(reader: &mut Reader<'_>, pointer: &str, raw: &raw::SignerKey) -> Window {
    let at = |key: &str| format!("{pointer}/{key}");
    let not_before = raw.not_before.as_ref().and_then(|text| reader.moment(&at("not_before"), text));
    let not_after = raw.not_after.as_ref().and_then(|text| last_moment(reader, &at("not_after"), text));
    if let (Some(from), Some(to)) = (not_before, not_after)
        && to < from
    {
        let message = format!("the key would never count: until {to}, but only from {from} on");
        reader.mistake(&at("not_after"), message, None);
    }
    Window { not_before, not_after }
}

/// A moment; of a bare date, its end, so that the day itself still counts.
fn last_moment(reader: &mut Reader<'_>, pointer: &str, text: &str) -> Option<Timestamp> {
    let is_date = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_date { reader.day(pointer, text) } else { reader.moment(pointer, text) }
}

/// Every signer that a stage trusts has to be one of the set's: another name would never count, and nobody would notice.
pub(super) fn known(reader: &mut Reader<'_>, stages: &[raw::Stage], signers: &BTreeMap<String, Vec<raw::SignerKey>>) {
    for (stage_index, stage) in stages.iter().enumerate() {
        for (index, requirement) in stage.evidence.iter().enumerate() {
            for (position, name) in requirement.trust.signers.iter().enumerate() {
                if signers.contains_key(name) {
                    continue;
                }
                let pointer = format!("/stages/{stage_index}/evidence/{index}/trust/signers/{position}");
                let near = nearest(name, signers.keys().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                reader.mistake(&pointer, format!("there is no signer {} under `signers`", quoted(name)), hint);
            }
        }
    }
}
