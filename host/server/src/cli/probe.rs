//! `tidegate probe`: evidence of what addresses answer.

use crate::{
    cli::{exit::Exit, talk},
    gate::clock,
    probe::{
        ADDRESSES_MAX, Settings, SetupError,
        address::{Address, Resolve},
        document::{Document, Probe},
        headers::{ALWAYS, Header, WANTED_MAX},
        probe,
    },
};
use rustls::pki_types::{CertificateDer, pem, pem::PemObject as _};
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Duration,
};
use tidegate_bundle::duration;
use tidegate_core::time::in_words;
use tidegate_workbench::files::{FileError, write_atomically};

/// The longest that one address is waited for.
const TIMEOUT_MAX: Duration = Duration::from_secs(300);
/// Bytes of a file of certificates, at most.
const AUTHORITIES_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What stands below the help; the headers are those of [`ALWAYS`].
const KEPT: &str = "Headers that are always written down:
  access-control-allow-origin, cache-control, content-security-policy, content-security-policy-report-only, content-type,
  cross-origin-embedder-policy, cross-origin-opener-policy, cross-origin-resource-policy, location, permissions-policy,
  referrer-policy, server, strict-transport-security, x-content-type-options, x-frame-options, x-powered-by";

/// Ask addresses what they answer, and write it down as evidence
///
/// GETs each address once, without following redirects, and writes a document of the format `probe`: status, duration, the headers
/// that speak of security, and the certificate, also one that is expired or not trusted. An address that cannot be reached is written
/// down as that; the exit code is 0 as soon as the document is written, because it is the policy that decides.
#[derive(Debug, clap::Args)]
#[command(after_long_help = KEPT)]
pub struct Args {
    /// `http://…` or `https://…`, each once, 64 at most
    #[arg(required = true, value_name = "URL")]
    addresses: Vec<Address>,
    /// A header to write down beside those that always are, e.g. `x-request-id`; a cookie's value is left out
    #[arg(long = "header", value_name = "NAME")]
    headers: Vec<Header>,
    /// How long one address may take, e.g. `10s`
    #[arg(long, value_name = "SPAN", value_parser = timeout, default_value = "10s")]
    timeout: Duration,
    /// A file of certificates (PEM) that are trusted beside those of this machine
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Where a host is, whatever the name service says: `shop.example=10.0.0.7` or `shop.example=10.0.0.7:8443`
    #[arg(long, value_name = "HOST=IP[:PORT]")]
    resolve: Vec<Resolve>,
    /// Write the document there instead of to stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A command line that cannot be.
#[derive(Debug, thiserror::Error)]
enum Mistake {
    #[error("too many addresses: {0} used, {ADDRESSES_MAX} allowed")]
    Addresses(usize),
    #[error("address `{0}` is given twice")]
    Twice(Address),
    #[error("too many headers: {0} used, {WANTED_MAX} allowed beside the {always} that always are", always = ALWAYS.len())]
    Headers(usize),
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot read `{}`: {source}", path.display())]
    Authorities { path: PathBuf, source: AuthoritiesError },
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error("cannot write the document: {0}")]
    Document(#[from] serde_json::Error),
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
    #[error(transparent)]
    File(#[from] FileError),
}

#[derive(Debug, thiserror::Error)]
enum AuthoritiesError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("too large: more than {AUTHORITIES_BYTES_MAX} bytes used, {AUTHORITIES_BYTES_MAX} allowed")]
    TooLarge,
    #[error("not PEM: {0}")]
    Pem(#[from] pem::Error),
    #[error("it holds no certificate (PEM)")]
    None,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    if let Err(mistake) = consistent(args) {
        talk::error(&mistake);
        return Exit::Usage;
    }
    match write(args) {
        Ok(()) => Exit::Allowed,
        Err(failure) => {
            talk::error(&failure);
            Exit::Undecided
        }
    }
}

fn consistent(args: &Args) -> Result<(), Mistake> {
    if args.addresses.len() > ADDRESSES_MAX {
        return Err(Mistake::Addresses(args.addresses.len()));
    }
    if args.headers.len() > WANTED_MAX {
        return Err(Mistake::Headers(args.headers.len()));
    }
    let twice =
        args.addresses.iter().enumerate().find(|(at, address)| args.addresses.iter().take(*at).any(|a| a == *address));
    twice.map_or(Ok(()), |(_, address)| Err(Mistake::Twice(address.clone())))
}

fn write(args: &Args) -> Result<(), Failure> {
    let authorities = args.ca.as_deref().map_or(Ok(Vec::new()), |path| {
        authorities(path).map_err(|source| Failure::Authorities { path: path.to_owned(), source })
    })?;
    let settings =
        Settings { headers: args.headers.clone(), timeout: args.timeout, authorities, resolve: args.resolve.clone() };
    let began_at = clock::now();
    let probes = probe(&args.addresses, &settings)?;
    probes.iter().for_each(tell);
    let text = Document::new(began_at, probes).json()?;
    match &args.output {
        Some(path) => Ok(write_atomically(path, text.as_bytes())?),
        None => talk::data(&text).map_err(Failure::Stdout),
    }
}

/// What a person would want to see without opening the document.
fn tell(probe: &Probe) {
    if let Some(error) = &probe.error {
        talk::note(&format!("`{}` did not answer: {error}", probe.url));
    }
    if let Some(problem) = probe.certificate.as_ref().and_then(|certificate| certificate.problem.as_ref()) {
        talk::note(&format!("the certificate of `{}` is not trusted: {problem}", probe.url));
    }
}

fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, AuthoritiesError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(AUTHORITIES_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|used| used > AUTHORITIES_BYTES_MAX) {
        return Err(AuthoritiesError::TooLarge);
    }
    let certificates = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>()?;
    if certificates.is_empty() { Err(AuthoritiesError::None) } else { Ok(certificates) }
}

fn timeout(text: &str) -> Result<Duration, String> {
    let span = duration::parse(text).map_err(|error| error.to_string())?;
    if span > TIMEOUT_MAX {
        return Err(format!("is too long: {} used, {} allowed", in_words(span), in_words(TIMEOUT_MAX)));
    }
    Ok(span)
}

#[cfg(test)]
mod tests {
    use super::{ALWAYS, KEPT};

    #[test]
    fn the_help_lists_the_headers_that_are_always_kept() {
        let (_, listed) = KEPT.split_once(":").unwrap();
        let listed: Vec<&str> = listed.split(',').map(str::trim).collect();
        assert_eq!(listed, ALWAYS);
    }
}
