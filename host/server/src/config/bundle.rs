//! The section `bundle`: whose signed bundles the gate takes, instead of files.

use super::mistake::Mistake;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tidegate_bundle::{
    document::Positions,
    trust::{self, Trust},
};

const POINTER: &str = "/bundle";

/// Whose signed bundles the gate takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleConfig {
    /// The bundle that it begins with: a file as `tidegate bundle build` makes it. Nothing is asked of it once another one was activated.
    pub first: Option<PathBuf>,
    /// Who has to have signed.
    pub trust: Trust,
}

/// The section of a file; relative paths begin in `folder`.
pub(super) fn read(
    file: &Value,
    positions: &Positions,
    folder: &Path,
    mistakes: &mut Vec<Mistake>,
) -> Option<BundleConfig> {
    let section = file.pointer(POINTER)?;
    match trust::read(file, POINTER, positions) {
        Ok(trust) => {
            let first = section.get("first").and_then(Value::as_str).map(|path| folder.join(path));
            Some(BundleConfig { first, trust })
        }
        Err(found) => {
            // What the schema found wrong with a value is not said again in other words.
            let found = found.into_iter().map(Mistake::from);
            let known: Vec<_> = mistakes.iter().map(|mistake| mistake.origin.clone()).collect();
            mistakes.extend(found.filter(|mistake| !known.contains(&mistake.origin)));
            None
        }
    }
}

/// In lines. Public keys are no secret; each is shown by its digest.
pub(super) fn show(bundle: Option<&BundleConfig>) -> Vec<String> {
    let Some(BundleConfig { first, trust }) = bundle else { return Vec::new() };
    let first = first.iter().map(|path| format!("first: {}", path.display()));
    let key = |key: &tidegate_core::signer::SignerKey| {
        let window = key.window;
        let mut line = format!("{}: {} {}", key.signer, key.algorithm.word(), key.id().hex());
        window.not_before.iter().for_each(|at| line.push_str(&format!(" from {at}")));
        window.not_after.iter().for_each(|at| line.push_str(&format!(" to {at}")));
        line
    };
    first.chain([trust.who.to_string()]).chain(trust.keys.iter().map(key)).collect()
}

#[cfg(test)]
mod tests {
    use super::show;
    use crate::config::{Config, flags::Flags, tests};

    const ADA: &str = "MCowBQYDK2VwAyEAL9i42K0QNYxxTGbSLyQSMABRIZFY4HTZt99MAgdlTMU=";

    fn load(bundle: &str) -> Result<Config, Vec<String>> {
        let loaded = tests::load(&format!("bundle: {bundle}\n"), &[], &Flags::default());
        loaded.map(|loaded| loaded.config).map_err(|all| all.iter().map(ToString::to_string).collect())
    }

    fn with(verify: &str) -> Result<Config, Vec<String>> {
        load(&format!("{{ signers: {{ ada: [{{ key: {ADA}, not_after: 2027-12-31 }}] }}, verify: {verify} }}"))
    }

    #[test]
    fn whose_bundles_are_taken_is_read_and_shown() {
        let config = with("{ all_of: [ada] }, first: p.tar").unwrap();
        let shown = show(config.bundle.as_ref());
        assert_eq!(shown.len(), 3, "{shown:?}");
        assert!(shown[0].starts_with("first: ") && shown[0].ends_with("p.tar"), "{shown:?}");
        assert_eq!(shown[1], "all_of: ada");
        assert!(shown[2].starts_with("ada: Ed25519 ") && shown[2].ends_with(" to 2027-12-31T23:59:59Z"), "{shown:?}");
        assert_ne!(config.digest(), Config::default().digest(), "it is a part of what the gate is told");
        assert_ne!(config.digest(), with("{ any_of: [ada] }, first: p.tar").unwrap().digest());
    }

    #[test]
    fn every_mistake_is_named() {
        for (bundle, expected) in [
            ("{}", "`signers` is missing"),
            ("{ signers: {}, verify: { all_of: [ada] } }", "there is no signer `ada` under `signers`"),
            (&format!("{{ signers: {{ ada: [{{ key: {ADA} }}] }} }}"), "`verify` is missing"),
            ("{ signers: { ada: [{ key: no }] }, verify: { all_of: [ada] } }", "the text "),
            ("{ signers: { ada: [{}] }, verify: { all_of: [ada] } }", "`key` is missing"),
        ] {
            let mistakes = load(bundle).unwrap_err();
            assert!(mistakes.iter().any(|mistake| mistake.contains(expected)), "{bundle}: {mistakes:?}");
        }
        assert!(with("{ all_of: [ada], any_of: [ada] }").is_err());
    }
}
