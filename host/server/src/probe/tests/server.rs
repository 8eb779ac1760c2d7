//! Servers on this machine that behave in one way each.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// What a server does with a connection.
#[derive(Debug, Clone)]
pub(crate) enum Behaviour {
    /// Reads a request and writes this.
    Answers(String),
    /// Reads, and never says anything.
    Silent,
    /// Answers with a body that does not end.
    Endless,
}

/// A server that stops when it is dropped.
pub(crate) struct Server {
    pub(crate) at: SocketAddr,
    stopped: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn plain(behaviour: Behaviour) -> Self {
        Self::start(move |stream| serve(stream, &behaviour))
    }

    pub(crate) fn tls(behaviour: Behaviour, chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Self {
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = Arc::new(builder.with_single_cert(chain, key).unwrap());
        Self::start(move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            serve(StreamOwned::new(connection, stream), &behaviour);
        })
    }

    fn start(serve: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stopped);
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                serve(stream.unwrap());
            }
        });
        Self { at, stopped, accepting: Some(accepting) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts; when nobody listens any more it has ended already.
        let _ = TcpStream::connect(self.at);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// Until the client hangs up; what goes wrong then is the client's to tell.
fn serve(mut stream: impl Read + Write, behaviour: &Behaviour) {
    let mut request = [0_u8; 4096];
    let Ok(length) = stream.read(&mut request) else { return };
    if length == 0 {
        return;
    }
    match behaviour {
        Behaviour::Answers(text) => {
            let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        }
        Behaviour::Silent => while stream.read(&mut request).is_ok_and(|length| length > 0) {},
        Behaviour::Endless => {
            let mut written = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while written.is_ok() {
                written = stream.write_all(&[b'x'; 4096]);
            }
        }
    }
}

/// An authority that the test may trust.
pub(crate) fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Test Authority");
    (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2200, 1, 1));
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for a host, from the first day of one year to that of another.
pub(crate) fn certificate_for(host: &str, from: i32, until: i32) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned(), "127.0.0.7".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, host);
    (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
    params
}
