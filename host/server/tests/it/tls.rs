//! A gate that speaks TLS, as the command line meets it.

use crate::{authority::holder, world};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tidegate::{config::TlsConfig, identity::holder::Holder};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, in PEM.
fn issued(by: &Authority, purpose: ExtendedKeyUsagePurpose) -> (String, String) {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.extended_key_usages = vec![purpose];
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, by).unwrap().pem(), key.serialize_pem())
}

struct Files(tempfile::TempDir);

impl Files {
    fn with(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn server(&self, by: &Authority) -> TlsConfig {
        let (certificate, key) = issued(by, ExtendedKeyUsagePurpose::ServerAuth);
        TlsConfig {
            certificate: Some(self.with("tls.crt", &certificate)),
            key: Some(self.with("tls.key", &key)),
            client_authority: None,
        }
    }

    fn client(&self, name: &str, by: &Authority) -> PathBuf {
        let (certificate, key) = issued(by, ExtendedKeyUsagePurpose::ClientAuth);
        self.with(name, &(certificate + &key))
    }
}

/// Asks for the list of tokens; whether that went well, and what was said.
fn list(address: SocketAddr, token: &Path, ca: &Path, certificate: Option<&Path>) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.args(["token", "list", "--server", &format!("https://{address}"), "--token-file"]).arg(token);
    command.arg("--ca").arg(ca).env_remove("TIDEGATE_SERVER").env_remove("TIDEGATE_TOKEN");
    certificate.map(|path| command.arg("--client-certificate").arg(path));
    let output = command.output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

async fn serving(tls: TlsConfig, test: impl FnOnce(&world::Gate, String) + Send + 'static) {
    let gate = world::gate().configured(|config| (config.dev, config.tls) = (true, tls)).run().await;
    let admin: Holder = serde_json::from_value(holder("root", &["admin"], &["*"], &["*"])).unwrap();
    let (token, _) = gate.inside().tokens().create(&admin, Duration::from_secs(3600), "test").await.unwrap();
    let token = token.reveal().to_owned();
    let gate = tokio::task::spawn_blocking(move || {
        test(&gate, token);
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_behind_tls_is_asked_by_whoever_knows_its_authority_and_speaks_nothing_else() {
    let files = Files(tempfile::tempdir().unwrap());
    let (own, other) = (authority(), authority());
    serving(files.server(&own), move |gate, token| {
        let token = files.with("token", &token);
        let (known, unknown) = (files.with("own.pem", &own.pem()), files.with("other.pem", &other.pem()));
        let (done, said) = list(gate.address, &token, &known, None);
        assert!(done, "{said}");
        let (done, said) = list(gate.address, &token, &unknown, None);
        assert!(!done && said.contains("certificate"), "{said}");
        // Those who connect and say nothing hold up nobody.
        let silent: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(gate.address).unwrap()).collect();
        assert!(list(gate.address, &token, &known, None).0);
        drop(silent);
        let mut plain = TcpStream::connect(gate.address).unwrap();
        plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        let _reset = plain.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&answer));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_authority_of_clients_only_their_clients_are_served_and_they_need_their_tokens() {
    let files = Files(tempfile::tempdir().unwrap());
    let (own, clients, other) = (authority(), authority(), authority());
    let client_authority = Some(files.with("clients.pem", &clients.pem()));
    let config = TlsConfig { client_authority, ..files.server(&own) };
    serving(config, move |gate, token| {
        let (token, wrong) = (files.with("token", &token), files.with("wrong", "tidegate_no_token"));
        let known = files.with("own.pem", &own.pem());
        let (ours, theirs) = (files.client("ours.pem", &clients), files.client("theirs.pem", &other));
        assert!(list(gate.address, &token, &known, Some(&ours)).0);
        let (done, said) = list(gate.address, &wrong, &known, Some(&ours));
        assert!(!done && said.contains("token"), "{said}");
        assert!(!list(gate.address, &token, &known, None).0, "no certificate");
        assert!(!list(gate.address, &token, &known, Some(&theirs)).0, "a stranger's");
        // The gate's own certificate is none of a client, whoever issued it.
        let (certificate, key) = issued(&clients, ExtendedKeyUsagePurpose::ServerAuth);
        let servers = files.with("servers.pem", &(certificate + &key));
        assert!(!list(gate.address, &token, &known, Some(&servers)).0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_without_a_restart() {
    let files = Files(tempfile::tempdir().unwrap());
    let (first, second) = (authority(), authority());
    let tls = files.server(&first);
    let mut world = world::gate().configured(|config| config.tls = tls);
    world = world.configured(|config| config.reload.watch = Duration::from_millis(20));
    let gate = world.run().await;
    let address = gate.address;
    let renewed = tokio::task::spawn_blocking(move || {
        let token = files.with("token", "tidegate_no_token");
        let known = files.with("second.pem", &second.pem());
        assert!(list(address, &token, &known, None).1.contains("certificate"));
        files.server(&second);
        // Ends when the gate has looked; a gate that never does fails here.
        (0..600).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            !list(address, &token, &known, None).1.contains("certificate")
        })
    });
    assert!(renewed.await.unwrap(), "the first certificate is still shown");
    gate.stop().await;
}
