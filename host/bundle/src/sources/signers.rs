//! A file's signers to what they mean.

use super::reader::Reader;
use crate::{
    document::{escaped, nearest, quoted},
    key, raw,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    signer::{SIGNER_KEYS_MAX, SignerKey, Window},
    time::Timestamp,
};

/// By name, each signer's keys in the order of the file. A key that cannot be read is left out; a mistake says so.
pub(super) fn signers(reader: &mut Reader<'_>, signers: &BTreeMap<String, Vec<raw::SignerKey>>) -> Vec<SignerKey> {
    let used: usize = signers.values().map(Vec::len).sum();
    if used > SIGNER_KEYS_MAX {
        let message = format!("too many keys of signers: {used} used, {SIGNER_KEYS_MAX} allowed");
        reader.mistake("/signers", message, None);
        return Vec::new();
    }
    let mut keys: Vec<SignerKey> = Vec::new();
    for (name, written) in signers {
        for (index, raw) in written.iter().enumerate() {
            let pointer = format!("/signers/{}/{index}", escaped(name));
            let Some(key) = signer_key(reader, &pointer, name, raw) else { continue };
            // One key under two names would say two things about who signed.
            if let Some(first) = keys.iter().find(|known| known.spki == key.spki) {
                let message = format!("this key is given twice: first as one of `{}`", first.signer);
                reader.mistake(&format!("{pointer}/key"), message, None);
            }
            keys.push(key);
        }
    }
    keys
}

fn signer_key(reader: &mut Reader<'_>, pointer: &str, name: &str, raw: &raw::SignerKey) -> Option<SignerKey> {
    let at = |key: &str| format!("{pointer}/{key}");
    // That there is none is a mistake already.
    let written = raw.key.as_ref()?;
    let parsed = key::parse(written).map_err(|error| {
        let hint = "`openssl pkey -pubout` prints a public key; write it as a block (`key: |`)".to_owned();
        reader.mistake(&at("key"), format!("the text {error}"), Some(hint));
    });
    let not_before = raw.not_before.as_ref().and_then(|text| reader.moment(&at("not_before"), text));
    let not_after = raw.not_after.as_ref().and_then(|text| last_moment(reader, &at("not_after"), text));
    if let (Some(from), Some(to)) = (not_before, not_after)
        && to < from
    {
        let message = format!("the key would never count: until {to}, but only from {from} on");
        reader.mistake(&at("not_after"), message, None);
    }
    let (algorithm, spki) = parsed.ok()?;
    Some(SignerKey { signer: Arc::from(name), algorithm, spki, window: Window { not_before, not_after } })
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
