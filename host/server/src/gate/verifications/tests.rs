//! Endpoints of this machine, looked at over TLS.

use super::{
    documents::documents,
    looking::{Subject, look},
    rules::{Endpoint, Place, Rules},
};
use crate::{
    egress::{
        Egress,
        address::Network,
        destination::{DestinationConfig, EgressLimits, base},
    },
    gate::{clock, submission::Source},
    probe::tests::server::{Behaviour, Server, authority, certificate_for},
    signals::About,
};
use rcgen::{CertificateParams, KeyPair};
use std::{collections::BTreeMap, fs, sync::Arc, time::Duration};
use tidegate_core::evidence::{Completeness, Content, Document, Value};
use tidegate_evidence::{Limits, read};

const ADDRESS: &str = "https://shop.example/health";

/// What the document says of an endpoint with this certificate, which an authority issued that the gate believes.
async fn seen(params: &CertificateParams) -> Document {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let certificate = params.signed_by(&key, &authority).unwrap();
    let answer =
        "HTTP/1.1 200 OK\r\nx-frame-options: DENY\r\nx-secret: 1\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    let server = Server::tls(Behaviour::Answers(answer.to_owned()), vec![certificate.der().clone()], &key);
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    fs::write(&ca_file, authority.pem()).unwrap();
    let config = DestinationConfig {
        url: base(&format!("https://{}", server.at)).unwrap(),
        private: vec![Network::parse("127.0.0.0/8").unwrap()],
        credential: None,
        ca_file: Some(ca_file),
        limits: EgressLimits { bytes: 1024, time: Duration::from_secs(20), connections: 2 },
    };
    let egress = Egress::new(&BTreeMap::from([("shop".to_owned(), config)])).unwrap();
    document(&egress, "shop").await
}

async fn document(egress: &Egress, destination: &str) -> Document {
    let place = Place { destination: destination.to_owned(), path: vec!["health".to_owned()] };
    let rules = Rules {
        environment: "verification".parse().unwrap(),
        after: Vec::new(),
        settle: Duration::ZERO,
        skip: Vec::new(),
        within: Duration::from_secs(20),
        health: "health".parse().unwrap(),
        endpoints: vec![Endpoint { address: ADDRESS.parse().unwrap(), place }],
        items: Vec::new(),
    };
    let deployment = About { services: Vec::new(), environment: "production".to_owned(), versions: Vec::new() };
    let rules = Arc::new(rules);
    let looked = look(egress, &rules, Arc::new(Subject { deployment, expected: Vec::new() }), clock::now()).await;
    let uploads = documents(&rules, &looked).unwrap();
    let [upload] = uploads.as_slice() else { panic!("{uploads:?}") };
    let Source::Bytes(bytes) = &upload.source else { panic!("{upload:?}") };
    read(Arc::from(bytes.as_ref()), Some("probe"), &Limits::default()).unwrap()
}

fn fact(document: &Document, name: &str) -> Option<Value> {
    let facts = document.contents.iter().filter_map(|content| match content {
        Content::Facts(facts) => Some(facts),
        _ => None,
    });
    facts.flat_map(|facts| facts.iter()).find(|fact| &*fact.name == name).map(|fact| fact.value.clone())
}

#[tokio::test]
async fn what_an_endpoint_shows_is_written_down_with_its_certificate() {
    let document = seen(&certificate_for("127.0.0.1", 2020, 2120)).await;
    assert_eq!(document.completeness, Completeness::Complete);
    assert_eq!(fact(&document, "http.status"), Some(Value::Number(200.0)));
    assert_eq!(fact(&document, "header.x-frame-options"), Some(Value::Text("DENY".into())));
    assert_eq!(fact(&document, "header.x-secret"), None);
    assert_eq!(fact(&document, "certificate.trusted"), Some(Value::Flag(true)));
    assert!(matches!(fact(&document, "certificate.not_after"), Some(Value::Time(_))));
}

#[tokio::test]
async fn an_endpoint_whose_certificate_is_over_or_another_ones_does_not_answer() {
    for params in [certificate_for("127.0.0.1", 2020, 2021), certificate_for("other.example", 2020, 2120)] {
        let document = seen(&params).await;
        assert_eq!((fact(&document, "http.status"), fact(&document, "certificate.trusted")), (None, None));
        assert!(matches!(fact(&document, "probe.error"), Some(Value::Text(_))));
    }
}

#[tokio::test]
async fn a_destination_that_nobody_configured_leaves_the_document_unfinished() {
    let document = document(&Egress::default(), "nowhere").await;
    assert!(matches!(document.completeness, Completeness::Incomplete(_)), "{:?}", document.completeness);
}
