//! The trusted root of a sigstore, as sigstore publishes it (`trusted_root.json`), to what it means.

use crate::{canonical, key};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    signer::{Authority, Log, TrustedRoot, Window},
    time::Timestamp,
};

/// Authorities, logs and certificates of one chain, each at most.
const ENTRIES_MAX: usize = 16;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Root {
    certificate_authorities: Vec<CertificateAuthority>,
    tlogs: Vec<TransparencyLog>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CertificateAuthority {
    cert_chain: Chain,
    #[serde(default)]
    valid_for: Validity,
}

#[derive(Debug, Deserialize)]
struct Chain {
    certificates: Vec<Raw>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    raw_bytes: String,
    #[serde(default)]
    valid_for: Validity,
}

#[derive(Debug, Default, Deserialize)]
struct Validity {
    start: Option<String>,
    end: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransparencyLog {
    public_key: Raw,
    log_id: LogId,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogId {
    key_id: String,
}

/// The root, and its text in the one form that there is of it; or what is wrong.
pub(super) fn parse(text: &str) -> Result<(TrustedRoot, String), String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
    let canonical = canonical::text(&value);
    let root: Root = serde_path_to_error::deserialize(value)
        .map_err(|error| format!("is not a trusted root: at `{}`: {}", error.path(), error.inner()))?;
    within("certificateAuthorities", root.certificate_authorities.len())?;
    within("tlogs", root.tlogs.len())?;
    let authorities = root.certificate_authorities.iter().enumerate().map(authority).collect::<Result<_, _>>()?;
    let logs = root.tlogs.iter().enumerate().map(log).collect::<Result<Vec<Option<Log>>, String>>()?;
    let logs: Vec<Log> = logs.into_iter().flatten().collect();
    if logs.is_empty() {
        return Err("has no log whose key is Ed25519 or ECDSA P-256".to_owned());
    }
    Ok((TrustedRoot { digest: Digest::of(canonical.as_bytes()), authorities, logs }, canonical))
}

fn authority((index, authority): (usize, &CertificateAuthority)) -> Result<Authority, String> {
    let at = format!("certificateAuthorities[{index}]");
    let certificates = &authority.cert_chain.certificates;
    within(&format!("{at}.certChain.certificates"), certificates.len())?;
    let chain = certificates.iter().map(|raw| bytes(&at, &raw.raw_bytes)).collect::<Result<_, _>>()?;
    Ok(Authority { chain, window: window(&at, &authority.valid_for)? })
}

/// A log whose key is of another kind vouches for nothing, and is left out.
fn log((index, log): (usize, &TransparencyLog)) -> Result<Option<Log>, String> {
    let at = format!("tlogs[{index}]");
    let (id, window) = (bytes(&at, &log.log_id.key_id)?, window(&at, &log.public_key.valid_for)?);
    match key::parse(&log.public_key.raw_bytes) {
        Ok((algorithm, spki)) => Ok(Some(Log { id, algorithm, spki, window })),
        Err(key::KeyError::Algorithm { .. }) => Ok(None),
        Err(error) => Err(format!("is not a trusted root: at `{at}.publicKey`: the text {error}")),
    }
}

fn within(what: &str, used: usize) -> Result<(), String> {
    match used {
        0 => Err(format!("is not a trusted root: `{what}` is empty")),
        used if used > ENTRIES_MAX => Err(format!("has too many `{what}`: {used} used, {ENTRIES_MAX} allowed")),
        _ => Ok(()),
    }
}

fn bytes(at: &str, text: &str) -> Result<Arc<[u8]>, String> {
    STANDARD.decode(text).map(Arc::from).map_err(|_| format!("is not a trusted root: at `{at}`: a text is not base64"))
}

fn window(at: &str, valid: &Validity) -> Result<Window, String> {
    let moment = |text: &Option<String>| {
        let read = |text: &String| {
            Timestamp::parse(text).map_err(|error| format!("is not a trusted root: at `{at}`: {error}"))
        };
        text.as_ref().map(read).transpose()
    };
    Ok(Window { not_before: moment(&valid.start)?, not_after: moment(&valid.end)? })
}
