//! A plugin in a registry: by the digest of its manifest, signed by whom the set asks for.

use super::super::reader::Reader;
use crate::{
    document::{nearest, quoted},
    raw,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{digest::Digest, signer::Who};

/// Where a plugin lies in a registry, and who has to have signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InRegistry {
    /// `registry.example.com/team/plugin@sha256:…`, as the set says it. That it is well-formed is for whoever speaks with registries
    /// to say.
    pub reference: String,
    /// Of the manifest.
    pub digest: Digest,
    /// Who has to have signed the manifest; `None`: nobody is asked for.
    pub who: Option<Who>,
}

/// `None` only together with a mistake.
pub(super) fn source(
    reader: &mut Reader<'_>,
    pointer: &str,
    reference: &str,
    verify: Option<&raw::Verify>,
    signers: &BTreeMap<String, Vec<raw::SignerKey>>,
) -> Option<InRegistry> {
    let at = format!("{pointer}/oci");
    reader.line(&at, reference);
    let Some((_, digest)) = reference.split_once('@') else {
        let message = format!("{} has no digest; a tag may be another artifact tomorrow", quoted(reference));
        let hint =
            "`tidegate plugin push` prints the reference with its digest, `tidegate plugin pull` says what a tag names";
        reader.mistake(&at, message, Some(hint.to_owned()));
        return None;
    };
    let digest = reader.name(&at, digest, Digest::parse)?;
    let who = match verify {
        None => None,
        Some(verify) => Some(who(reader, &format!("{pointer}/verify"), verify, signers)?),
    };
    Some(InRegistry { reference: reference.to_owned(), digest, who })
}

pub(in crate::sources) fn who(
    reader: &mut Reader<'_>,
    pointer: &str,
    verify: &raw::Verify,
    signers: &BTreeMap<String, Vec<raw::SignerKey>>,
) -> Option<Who> {
    let (word, names) = match (&verify.all_of, &verify.any_of) {
        (Some(names), None) => ("all_of", names),
        (None, Some(names)) => ("any_of", names),
        // The schema asks for exactly one of them.
        _ => return None,
    };
    let mut sound = true;
    for (index, name) in names.iter().enumerate() {
        let mistake = match signers.get(name) {
            None => {
                let near = nearest(name, signers.keys().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                Some((format!("there is no signer {} under `signers`", quoted(name)), hint))
            }
            Some(keys) if keys.iter().all(|key| key.key.is_none()) => {
                let hint = "give the public key that they sign with".to_owned();
                Some((format!("signer {} has no key, and this is signed with keys", quoted(name)), Some(hint)))
            }
            Some(_) => None,
        };
        if let Some((message, hint)) = mistake {
            reader.mistake(&format!("{pointer}/{word}/{index}"), message, hint);
            sound = false;
        }
    }
    let names = names.iter().map(|name| Arc::from(name.as_str())).collect();
    sound.then_some(if word == "all_of" { Who::AllOf(names) } else { Who::AnyOf(names) })
}
