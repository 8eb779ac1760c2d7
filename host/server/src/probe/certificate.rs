//! What a certificate says, in the document's words.

use super::{document::Certificate, peer::Presented};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};
use tidegate_core::time::Timestamp;
use x509_cert::{
    der::Decode as _,
    ext::pkix::{SubjectAltName, name::GeneralName},
    time::Time,
};

/// Names of one certificate that are listed, at most.
const NAMES_MAX: usize = 100;
/// Characters of a name, at most.
const NAME_CHARS_MAX: usize = 1_000;
/// The last moment that the format can hold. Certificates "without an end" say the year 9999.
const LAST: Duration = Duration::from_secs(16_725_225_599); // 2499-12-31T23:59:59Z

/// Reads a presented certificate; an error says why it is no certificate.
pub(super) fn read(presented: &Presented) -> Result<Certificate, x509_cert::der::Error> {
    said(&presented.der, presented.problem.clone())
}

/// Reads one that proved its address.
pub fn believed(der: &[u8]) -> Result<Certificate, x509_cert::der::Error> {
    said(der, None)
}

fn said(der: &[u8], problem: Option<String>) -> Result<Certificate, x509_cert::der::Error> {
    let certificate = x509_cert::Certificate::from_der(der)?;
    let said = certificate.tbs_certificate();
    Ok(Certificate {
        not_before: moment(said.validity().not_before),
        not_after: moment(said.validity().not_after),
        subject: cut(&said.subject().to_string()),
        issuer: cut(&said.issuer().to_string()),
        names: names(said.get_extension::<SubjectAltName>()?.map(|(_, names)| names)),
        trusted: problem.is_none(),
        problem,
    })
}

fn moment(time: Time) -> String {
    Timestamp::from_nanos(0).plus(time.to_unix_duration().min(LAST)).to_string()
}

fn names(listed: Option<SubjectAltName>) -> Vec<String> {
    let listed = listed.map_or_else(Vec::new, |names| names.0);
    let names = listed.iter().filter_map(|name| match name {
        GeneralName::DnsName(host) => Some(host.to_string()),
        GeneralName::IpAddress(bytes) => address(bytes.as_bytes()).map(|address| address.to_string()),
        _ => None,
    });
    names.filter(|name| !name.is_empty()).take(NAMES_MAX).map(|name| cut(&name)).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(|bytes| IpAddr::from(Ipv4Addr::from(bytes)));
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(|bytes| IpAddr::from(Ipv6Addr::from(bytes)))).ok()
}

fn cut(text: &str) -> String {
    text.chars().take(NAME_CHARS_MAX).collect()
}
