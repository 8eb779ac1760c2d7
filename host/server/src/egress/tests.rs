//! The client against real servers on this machine.

pub(crate) mod server;

use self::server::{Seen, server};
use super::{
    Client, Egress,
    address::Network,
    credential::{CredentialSource, Place},
    destination::{DestinationConfig, EgressLimits, base},
    error::EgressError,
    resolve::{Addresses, Resolver},
    target::Target,
};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    io,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

const LOOPBACK: &str = "127.0.0.0/8";
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";

/// Answers with the next of these, and with the last one for ever.
#[derive(Debug)]
struct Scripted(Mutex<Vec<Vec<&'static str>>>);

impl Resolver for Scripted {
    fn resolve(&self, _host: &str) -> Addresses {
        let mut answers = self.0.lock().unwrap();
        let next = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        let addresses: io::Result<Vec<IpAddr>> = Ok(next.iter().map(|text| text.parse().unwrap()).collect());
        Box::pin(async move { addresses })
    }
}

fn config(url: &str, private: &[&str]) -> DestinationConfig {
    DestinationConfig {
        url: base(url).unwrap(),
        private: private.iter().map(|text| Network::parse(text).unwrap()).collect(),
        credential: None,
        ca_file: None,
        limits: EgressLimits { bytes: 1024, time: Duration::from_secs(20), connections: 2 },
    }
}

fn client(config: DestinationConfig, answers: &[&[&'static str]]) -> Result<Client, EgressError> {
    let resolver: Arc<dyn Resolver> = Arc::new(Scripted(Mutex::new(answers.iter().map(|one| one.to_vec()).collect())));
    let all = BTreeMap::from([("ci".to_owned(), config)]);
    Egress::with_resolver(&all, &resolver).and_then(|egress| egress.to("ci").cloned())
}

#[tokio::test]
async fn a_listed_destination_is_asked_at_the_address_that_was_judged() {
    let (port, seen) = server(OK).await;
    let ci = client(config(&format!("http://ci.example:{port}/api"), &[LOOPBACK]), &[&["127.0.0.1"]]).unwrap();
    let target = Target::base().segment("a/b").query("q", "c&d");
    let read = ci.get(&target).await.unwrap();
    assert_eq!((read.status, read.body.as_slice(), read.is_success()), (200, &b"{}"[..], true));
    let posted = ci.post(&Target::base(), Bytes::from_static(b"{\"a\":1}")).await.unwrap();
    assert_eq!(posted.status, 200);
    ci.post_again(&Target::base(), Bytes::from_static(b"{}"), "n-1").await.unwrap();
    assert!(ci.post_again(&Target::base(), Bytes::from_static(b"{}"), "n\r\n-1").await.is_err());
    let seen = seen.all();
    assert!(seen.len() == 3 && seen[2].contains("idempotency-key: n-1\r\n") && !seen[1].contains("idempotency"));
    assert!(seen[0].starts_with("GET /api/a%2Fb?q=c%26d HTTP/1.1\r\n"), "{seen:?}");
    assert!(seen[0].contains(&format!("host: ci.example:{port}\r\n")), "{seen:?}");
    assert!(seen[1].starts_with("POST /api HTTP/1.1\r\n") && seen[1].ends_with("{\"a\":1}"), "{seen:?}");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_also_when_it_did_not_the_first_time() {
    let (port, seen) = server(OK).await;
    // Another address of this machine: what is listed is the first one alone.
    let ci = config(&format!("http://ci.example:{port}"), &["127.0.0.1"]);
    let ci = client(ci, &[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1", "169.254.169.254"], &["::ffff:127.0.0.1"]]);
    let ci = ci.unwrap();
    assert_eq!(ci.get(&Target::base()).await.unwrap().status, 200);
    for wanted in ["127.0.0.2", "169.254.169.254", "::ffff:127.0.0.1"] {
        let error = ci.get(&Target::base()).await.unwrap_err();
        let EgressError::Address { unlisted, .. } = &error else { panic!("{error}") };
        assert_eq!(unlisted.0.to_string(), wanted);
        assert!(error.to_string().contains("not listed under `private`"), "{error}");
    }
    assert_eq!(seen.all().len(), 1, "nobody connected");
}

#[tokio::test]
async fn an_address_inside_is_refused_in_whatever_way_it_is_written() {
    for url in
        ["http://127.0.0.1:1", "http://2130706433:1", "http://0x7f.1:1", "http://[::1]:1", "http://[::ffff:7f00:1]:1"]
    {
        let error = client(config(url, &["10.0.0.0/8"]), &[&["8.8.8.8"]]).unwrap_err();
        assert!(matches!(error, EgressError::Address { .. }), "{url}: {error}");
    }
    // Over the open network without TLS others could read along, and answer.
    let open = client(config("http://ci.example:1", &["10.0.0.0/8"]), &[&["93.184.215.14"]]).unwrap();
    assert!(matches!(open.get(&Target::base()).await.unwrap_err(), EgressError::Address { .. }));
    let error = client(config("http://localhost:1", &["10.0.0.0/8"]), &[&["127.0.0.1"]]).unwrap();
    let error = error.get(&Target::base()).await.unwrap_err();
    assert!(matches!(error, EgressError::Address { .. }), "{error}");
}

#[tokio::test]
async fn a_redirect_is_an_error_that_names_it() {
    let (elsewhere, never) = server(OK).await;
    let redirect = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{elsewhere}/x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let (port, _) = server(&redirect).await;
    let mut ci = config(&format!("http://127.0.0.1:{port}"), &[LOOPBACK]);
    ci.credential = Some(CredentialSource { place: Place::Variable("PATH".to_owned()), header: None });
    let error = client(ci, &[&["127.0.0.1"]]).unwrap().get(&Target::base()).await.unwrap_err();
    assert!(matches!(error, EgressError::Redirect { status: 302, .. }), "{error}");
    assert!(error.to_string().contains(&format!("`http://127.0.0.1:{elsewhere}/x`")), "{error}");
    assert_eq!(never.all().len(), 0);
}

#[tokio::test]
async fn a_response_ends_at_its_limit_whether_it_says_its_length_or_not() {
    let body = "x".repeat(1025);
    for head in ["content-length: 1025\r\n", ""] {
        let (port, _) = server(&format!("HTTP/1.1 200 OK\r\n{head}connection: close\r\n\r\n{body}")).await;
        let ci = client(config(&format!("http://127.0.0.1:{port}"), &[LOOPBACK]), &[&["127.0.0.1"]]).unwrap();
        let error = ci.get(&Target::base()).await.unwrap_err();
        assert_eq!(error.to_string(), "destination `ci`: over 1024 bytes used, 1024 allowed");
    }
    let (port, _) = server(&format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", &body[..1024])).await;
    let ci = client(config(&format!("http://127.0.0.1:{port}"), &[LOOPBACK]), &[&["127.0.0.1"]]).unwrap();
    assert_eq!(ci.get(&Target::base()).await.unwrap().body.len(), 1024);
}

#[tokio::test]
async fn whoever_does_not_finish_is_not_waited_for() {
    for slow in ["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx"] {
        let (port, _) = server(&format!("{slow}…hold")).await;
        let mut ci = config(&format!("http://127.0.0.1:{port}"), &[LOOPBACK]);
        ci.limits.time = Duration::from_millis(100);
        let error = client(ci, &[&["127.0.0.1"]]).unwrap().get(&Target::base()).await.unwrap_err();
        assert!(matches!(error, EgressError::TooSlow { .. }), "{error}");
        assert!(error.to_string().contains("100 allowed"), "{error}");
    }
}

#[tokio::test]
async fn more_requests_than_connections_wait_and_then_give_up() {
    let (port, seen) = server("…hold").await;
    let mut ci = config(&format!("http://127.0.0.1:{port}"), &[LOOPBACK]);
    ci.limits = EgressLimits { connections: 1, time: Duration::from_millis(200), ..ci.limits };
    let ci = client(ci, &[&["127.0.0.1"]]).unwrap();
    let asked = (0..4).map(|_| {
        let ci = ci.clone();
        tokio::spawn(async move { ci.get(&Target::base()).await })
    });
    let mut unasked = 0;
    for one in asked.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Err(EgressError::Crowded { .. }) => unasked += 1,
            answer => assert!(matches!(answer, Err(EgressError::TooSlow { .. })), "{answer:?}"),
        }
    }
    assert_eq!(unasked, 3, "they waited for the one connection");
    assert!(seen.all().len() <= 1, "{:?}", seen.all());
}

#[tokio::test]
async fn a_credential_goes_to_its_own_destination_and_is_printed_nowhere() {
    const CANARY: &str = "canary-7d1f9a";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, format!("{CANARY}\n")).unwrap();
    let ((with_port, with), (without_port, without)) = (server(OK).await, server("HTTP/1.1 500 No\r\n\r\n").await);
    let mut with_config = config(&format!("http://127.0.0.1:{with_port}"), &[LOOPBACK]);
    let place = Place::File(path.clone());
    with_config.credential = Some(CredentialSource { place: place.clone(), header: None });
    let mut in_header = with_config.clone();
    in_header.credential = Some(CredentialSource { place, header: Some("private-token".parse().unwrap()) });
    let other = config(&format!("http://127.0.0.1:{without_port}"), &[LOOPBACK]);
    let all =
        [("with", with_config), ("header", in_header), ("other", other)].map(|(name, one)| (name.to_owned(), one));
    let egress = Egress::new(&BTreeMap::from(all)).unwrap();
    for name in ["with", "header", "other"] {
        egress.to(name).unwrap().get(&Target::base()).await.unwrap();
    }
    let Seen(with) = &with;
    assert!(with.lock().unwrap()[0].contains(&format!("authorization: Bearer {CANARY}\r\n")));
    assert!(with.lock().unwrap()[1].contains(&format!("private-token: {CANARY}\r\n")));
    assert!(!without.all().concat().contains(CANARY));
    assert!(!format!("{egress:?} {:?}", egress.to("with")).contains(CANARY));
    // What no header can hold is refused without being repeated; a missing file is named.
    std::fs::write(&path, format!("{CANARY} {CANARY}")).unwrap();
    let error = egress.to("with").unwrap().get(&Target::base()).await.unwrap_err();
    assert!(
        matches!(error, EgressError::Credential { .. }) && !format!("{error} {error:?}").contains(CANARY),
        "{error}"
    );
    std::fs::remove_file(&path).unwrap();
    let error = egress.to("with").unwrap().get(&Target::base()).await.unwrap_err().to_string();
    assert!(error.contains("cannot be read"), "{error}");
    assert!(matches!(egress.to("nobody"), Err(EgressError::Unknown(_))));
}
