//! From an artifact that may be anybody's to policies that may come into force.

use super::BundleError;
use crate::gate::material::{
    Material,
    kept::{Kept, Signed},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};
use tidegate_bundle::trust::Trust;
use tidegate_core::{digest::Digest, one_line::one_line, signer::Who, time::Timestamp};
use tidegate_evidence::signing::verifies;
use tidegate_registry::{
    bundle::Bundle,
    layout::Layout,
    signature::{demand::Demand, verdict::Missing},
    stored::Stored as _,
};

/// Characters of a file's name, at most.
const NAME_CHARS_MAX: usize = 1_024;

/// The policies of a bundle and their components, if it is signed as is asked for at that moment and holds what it names and nothing else.
pub fn opened(layout: &Layout<Bundle>, trust: &Trust, at: Timestamp) -> Result<Material, BundleError> {
    // Nothing is read of what nobody signed.
    let signers = signers(layout, trust, at)?;
    let bundle = &layout.artifact;
    let kept = Kept::read(bundle.policies())?;
    if kept.signed.is_some() || kept.files() != **bundle.policies() {
        return Err(BundleError::OtherForm);
    }
    let names = kept.texts.iter().map(|(path, _)| path).chain(kept.components.keys());
    if let Some(name) = names.into_iter().find(|path| !is_name(path)) {
        return Err(BundleError::FileName(one_line(&name.to_string_lossy(), NAME_CHARS_MAX)));
    }
    let components = components(&kept, bundle)?;
    let signed = Signed {
        manifest: bundle.manifest().clone(),
        config: bundle.config().clone(),
        signatures: layout.signatures.clone(),
        signers,
    };
    Ok(Material { signed: Some(Arc::new(signed)), ..kept.material(&components) })
}

/// Whose signatures count, sorted.
fn signers(layout: &Layout<Bundle>, trust: &Trust, at: Timestamp) -> Result<Vec<Arc<str>>, BundleError> {
    let digest = layout.artifact.digest();
    let demand = Demand::new(trust.who.clone(), &trust.keys, verifies)?;
    let signed = layout.verify(&demand, at).map_err(|refusal| BundleError::Refused { digest, refusal })?;
    let mut names: BTreeSet<Arc<str>> = signed.into_iter().map(|by| by.signer).collect();
    if let Some(author) = layout.artifact.about().sole_author()
        && names.remove(author)
    {
        let missing = others(&trust.who, &names, author);
        if !missing.0.is_empty() {
            return Err(BundleError::SoleAuthor { digest, author: Arc::from(author), missing });
        }
    }
    Ok(names.into_iter().collect())
}

/// Who should have signed beside the author.
fn others(who: &Who, signed: &BTreeSet<Arc<str>>, author: &str) -> Missing {
    let mut missing = who.missing(signed);
    // Of several who may sign, any other one will do.
    if missing.len() > 1 {
        missing.retain(|name| **name != *author);
    }
    Missing(missing)
}

fn is_name(path: &Path) -> bool {
    path.to_str().is_some_and(|name| {
        !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control)
    })
}

/// Every component that the policies name, and no other.
fn components(kept: &Kept, bundle: &Bundle) -> Result<BTreeMap<Digest, Arc<[u8]>>, BundleError> {
    let mut found = BTreeMap::new();
    for (path, digest) in &kept.components {
        let absent = || BundleError::Absent { file: path.display().to_string(), digest: *digest };
        let bytes = bundle.components().get(digest).ok_or_else(absent)?;
        found.entry(*digest).or_insert_with(|| Arc::from(&**bytes));
    }
    match bundle.components().keys().find(|digest| !found.contains_key(*digest)) {
        Some(surplus) => Err(BundleError::Surplus(*surplus)),
        None => Ok(found),
    }
}
