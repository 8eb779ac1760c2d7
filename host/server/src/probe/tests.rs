pub(crate) mod server;

use super::{
    Settings,
    address::{Address, Resolve},
    document::{Document, Probe},
    probe,
};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use server::{Behaviour, Server, authority, certificate_for};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};
use tidegate_core::{
    evidence::{Completeness, Content, Value},
    time::Timestamp,
};
use tidegate_evidence::{Limits, read};

fn settings() -> Settings {
    Settings { headers: Vec::new(), timeout: Duration::from_secs(30), authorities: Vec::new(), resolve: Vec::new() }
}

fn ask(url: &str, settings: &Settings) -> Probe {
    let probes = probe(&[url.parse::<Address>().unwrap()], settings).unwrap();
    probes.first().unwrap().clone()
}

fn resolved(host: &str, at: SocketAddr) -> Resolve {
    format!("{host}={}", at.ip()).parse().unwrap()
}

fn ok(headers: &str) -> Behaviour {
    Behaviour::Answers(format!("HTTP/1.1 200 OK\r\n{headers}content-length: 2\r\n\r\nok"))
}

/// What is seen of a server for `shop.example` whose certificate the authority issued, if it did.
fn seen(params: &CertificateParams, is_issued: bool) -> Probe {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let certificate =
        if is_issued { params.signed_by(&key, &authority).unwrap() } else { params.self_signed(&key).unwrap() };
    let server = Server::tls(ok(""), vec![certificate.der().clone()], &key);
    let authorities: Vec<CertificateDer<'static>> = vec![authority.der().clone()];
    let settings = Settings { authorities, resolve: vec![resolved("shop.example", server.at)], ..settings() };
    ask(&format!("https://shop.example:{}/health", server.at.port()), &settings)
}

#[test]
fn what_a_trusted_certificate_says_is_written_down() {
    let seen = seen(&certificate_for("shop.example", 2020, 2120), true);
    assert_eq!((seen.status, &seen.error), (Some(200), &None));
    let certificate = seen.certificate.unwrap();
    assert_eq!(
        (certificate.not_before.as_str(), certificate.not_after.as_str()),
        ("2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z")
    );
    assert!(certificate.subject.contains("CN=shop.example"), "{}", certificate.subject);
    assert!(certificate.issuer.contains("CN=Test Authority"), "{}", certificate.issuer);
    assert_eq!(certificate.names, ["shop.example", "127.0.0.7"]);
    assert_eq!((certificate.trusted, certificate.problem), (true, None));
}

#[test]
fn certificates_that_prove_nothing_are_written_down_with_the_reason() {
    for (host, from, until, is_issued, problem) in [
        ("shop.example", 2010, 2011, true, "expired"),
        ("shop.example", 2120, 2121, true, "not valid yet"),
        ("other.example", 2020, 2120, true, "it is for other hosts"),
        ("shop.example", 2020, 2120, false, "its issuer is not trusted"),
        ("shop.example", 2010, 2011, false, "expired"),
    ] {
        let seen = seen(&certificate_for(host, from, until), is_issued);
        assert_eq!((seen.status, &seen.error), (Some(200), &None), "{problem}");
        let certificate = seen.certificate.unwrap();
        assert_eq!((certificate.trusted, certificate.problem.as_deref()), (false, Some(problem)));
        assert_eq!(certificate.not_after, format!("{until}-01-01T00:00:00Z"));
    }
}

#[test]
fn a_certificate_without_an_end_ends_as_late_as_the_format_allows() {
    let certificate = seen(&certificate_for("shop.example", 1970, 9999), false).certificate.unwrap();
    assert_eq!(
        (certificate.not_before.as_str(), certificate.not_after.as_str()),
        ("1970-01-01T00:00:00Z", "2499-12-31T23:59:59Z")
    );
}

#[test]
fn a_certificate_that_cannot_be_read_is_no_answer() {
    // The time of its beginning lies before all that X.509 libraries take for one.
    let seen = seen(&certificate_for("shop.example", 1950, 2120), true);
    let error = seen.error.unwrap();
    assert!(error.starts_with("the certificate cannot be read: "), "{error}");
    assert_eq!((seen.status, seen.certificate), (None, None));
}

#[test]
fn headers_are_written_down_and_redirects_are_not_followed() {
    let headers = "Location: https://shop.example/\r\nX-Frame-Options: DENY\r\nX-Request-Id: 7\r\nEtag: e\r\n";
    let answer = format!("HTTP/1.1 301 Moved Permanently\r\n{headers}content-length: 0\r\n\r\n");
    let server = Server::plain(Behaviour::Answers(answer));
    let settings = Settings { headers: vec!["x-request-id".parse().unwrap()], ..settings() };
    let seen = ask(&format!("http://{}/", server.at), &settings);
    assert_eq!((seen.status, seen.certificate), (Some(301), None));
    let expected = [("location", "https://shop.example/"), ("x-frame-options", "DENY"), ("x-request-id", "7")];
    let expected: BTreeMap<String, String> =
        expected.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(seen.headers, expected);
    assert!(seen.duration_ms.is_some_and(|duration| duration > 0.0));
}

#[test]
fn what_does_not_answer_is_written_down_as_that() {
    let silent = Server::plain(Behaviour::Silent);
    let plain = Server::plain(ok(""));
    let broken = Server::plain(Behaviour::Answers("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nok".to_owned()));
    let garbage = Server::plain(Behaviour::Answers("SSH-2.0-OpenSSH_9.6\r\n".to_owned()));
    for (url, timeout, words) in [
        // Nothing listens on port 1 of this machine.
        ("http://127.0.0.1:1/".to_owned(), Duration::from_secs(30), "refused"),
        (format!("http://{}/", silent.at), Duration::from_millis(200), "timed out: 200ms allowed"),
        (format!("https://{}/", silent.at), Duration::from_millis(200), "timed out: 200ms allowed"),
        (format!("https://{}/", plain.at), Duration::from_secs(30), "received corrupt message"),
        (format!("http://{}/", broken.at), Duration::from_secs(30), "the answer broke off: "),
        (format!("http://{}/", garbage.at), Duration::from_secs(30), "invalid HTTP"),
    ] {
        let seen = ask(&url, &Settings { timeout, ..settings() });
        let error = seen.error.unwrap();
        assert!(error.contains(words), "{url}: {error}");
        assert_eq!((seen.status, seen.duration_ms, seen.headers.len()), (None, None, 0), "{url}");
    }
}

#[test]
fn a_body_without_an_end_is_not_read_to_it() {
    let server = Server::plain(Behaviour::Endless);
    let seen = ask(&format!("http://{}/", server.at), &settings());
    assert_eq!((seen.status, seen.error), (Some(200), None));
}

#[test]
fn a_certificate_is_kept_when_no_answer_follows() {
    let (params, key) = (certificate_for("localhost", 2020, 2120), KeyPair::generate().unwrap());
    let certificate = params.self_signed(&key).unwrap();
    let server = Server::tls(Behaviour::Silent, vec![certificate.der().clone()], &key);
    let settings = Settings { timeout: Duration::from_secs(2), ..settings() };
    let seen = ask(&format!("https://localhost:{}/", server.at.port()), &settings);
    assert_eq!(seen.error.as_deref(), Some("timed out: 2s allowed"));
    assert_eq!(seen.certificate.unwrap().not_after, "2120-01-01T00:00:00Z");
}

#[test]
fn the_document_is_in_the_order_of_the_addresses_and_can_be_read() {
    let server = Server::plain(ok("server: s\r\n"));
    let urls: Vec<String> = (0..20).map(|n| format!("http://{}/{n}", server.at)).collect();
    let mut addresses: Vec<Address> = urls.iter().map(|url| url.parse().unwrap()).collect();
    addresses.push("http://127.0.0.1:1/".parse().unwrap());
    let probes = probe(&addresses, &settings()).unwrap();
    assert_eq!(probes.iter().take(20).map(|probe| &probe.url).collect::<Vec<_>>(), urls.iter().collect::<Vec<_>>());
    let text = Document::new(Timestamp::from_nanos(7_000_000_000), probes).json().unwrap();
    let document = read(Arc::from(text.as_bytes()), None, &Limits::default()).unwrap();
    assert_eq!((&*document.format, document.completeness), ("probe", Completeness::Complete));
    assert_eq!(document.produced_at.unwrap().at.to_string(), "1970-01-01T00:00:07Z");
    let [Content::Facts(facts), Content::Measurements(durations)] = document.contents.as_slice() else {
        unreachable!("{:?}", document.contents)
    };
    let count = |name: &str| facts.iter().filter(|fact| &*fact.name == name).count();
    assert_eq!((count("http.status"), count("header.server"), count("probe.error"), durations.len()), (20, 20, 1, 20));
    assert_eq!(facts.first().map(|fact| &fact.value), Some(&Value::Number(200.0)));
}
