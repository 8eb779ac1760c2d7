//! How far a gate may be reached, by how it is protected.

use super::{Config, mistake::Mistake, mistake::Refused, origin::Origin};
use std::collections::{BTreeMap, BTreeSet};

/// What would let somebody in whom nobody meant to, or nobody at all. What was refused by itself is not spoken of again.
pub(super) fn mistakes(
    config: &Config,
    origins: &BTreeMap<&'static str, Origin>,
    broken: &BTreeSet<&'static str>,
) -> Vec<Mistake> {
    let tls = &config.tls;
    let beyond = !config.listen.ip().is_loopback();
    let mut all = Vec::new();
    let mut say = |wrong: bool, key: &'static str, needs: &'static str, refused: Refused| {
        if wrong && !broken.contains(key) && !broken.contains(needs) {
            all.push(refused.at(origins.get(key).cloned().unwrap_or(Origin::Default)));
        }
    };
    let lacks = |key: &str, needs: &str| Refused::because(format!("`{key}` needs `{needs}`"));
    say(
        tls.certificate.is_some() && tls.key.is_none(),
        "tls.certificate",
        "tls.key",
        lacks("tls.certificate", "tls.key"),
    );
    say(
        tls.key.is_some() && tls.certificate.is_none(),
        "tls.key",
        "tls.certificate",
        lacks("tls.key", "tls.certificate"),
    );
    say(
        tls.client_authority.is_some() && tls.certificate.is_none(),
        "tls.client_authority",
        "tls.certificate",
        lacks("tls.client_authority", "tls.certificate"),
    );
    say(
        config.ledger.url_file.is_some() && config.checkpoints.key.is_none(),
        "ledger.url_file",
        "checkpoints.key",
        lacks("ledger.url_file", "checkpoints.key").hint(
            "all gates of one record sign with one key: make it with `tidegate ledger key --make FILE`".to_owned(),
        ),
    );
    let address = config.listen;
    let port = address.port();
    say(
        beyond && tls.certificate.is_none(),
        "listen",
        "tls.certificate",
        Refused::because(format!(
            "`{address}` is not a loopback address: tokens and evidence would go there unencrypted"
        ))
        .hint(format!("listen on `127.0.0.1:{port}`, or set `tls.certificate` and `tls.key`")),
    );
    say(
        beyond && config.dev,
        "listen",
        "dev",
        Refused::because(format!("`{address}` is not a loopback address, and `dev` serves whoever asks"))
            .hint(format!("listen on `127.0.0.1:{port}`, or make tokens and leave `dev` out")),
    );
    all
}
