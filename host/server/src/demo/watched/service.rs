//! The service that is deployed: it answers scrapes, is told to run another version, and runs one of which more and more requests fail.

use crate::{demo::DemoError, egress::signing::is_signed};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::{get, post},
};
use serde_json::Value;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
};
use tokio::sync::oneshot;

/// Requests between two scrapes.
const REQUESTS: u64 = 200;
/// How many of a hundred fail at first, of the version that is not well; more with each scrape, up to the last.
const FAILS_FIRST: u64 = 4;
const FAILS_MORE: u64 = 4;
const FAILS_LAST: u64 = 40;
/// The version that is not well.
const UNWELL: &str = "1.1.0";

/// What runs, and what was counted of it.
struct Shop {
    version: String,
    succeeded: u64,
    failed: u64,
    /// Of a hundred requests.
    fails: u64,
    secret: String,
    orders: Sender<Value>,
    notices: Sender<Value>,
}

type Shared = Arc<Mutex<Shop>>;

/// On a thread of its own, until it is dropped.
pub(super) struct Service {
    shop: Shared,
    pub(super) address: SocketAddr,
    /// Orders that were carried out.
    pub(super) orders: Receiver<Value>,
    /// What people were told.
    pub(super) notices: Receiver<Value>,
    _stop: oneshot::Sender<()>,
}

impl Service {
    /// Takes the orders that are signed with this secret.
    pub(super) fn start(secret: String) -> Result<Self, DemoError> {
        let ((order, orders), (notice, notices)) = (channel(), channel());
        let version = String::new();
        let shop = Shop { version, succeeded: 0, failed: 0, fails: 0, secret, orders: order, notices: notice };
        let shop = Arc::new(Mutex::new(shop));
        let (stop, stopped) = oneshot::channel();
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let (address, routes) = (listener.local_addr()?, routes(shop.clone()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("shop".to_owned()).spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                tokio::select! {
                    served = axum::serve(listener, routes).into_future() => served,
                    _ = stopped => Ok(()),
                }
            })
        })?;
        Ok(Self { shop, address, orders, notices, _stop: stop })
    }

    /// This version runs from now on.
    pub(super) fn deploy(&self, version: &str) {
        locked(&self.shop).run(version);
    }

    /// What runs.
    pub(super) fn version(&self) -> String {
        locked(&self.shop).version.clone()
    }
}

impl Shop {
    fn run(&mut self, version: &str) {
        version.clone_into(&mut self.version);
        self.fails = if version == UNWELL { FAILS_FIRST } else { 0 };
    }
}

fn locked(shop: &Shared) -> MutexGuard<'_, Shop> {
    shop.lock().unwrap_or_else(PoisonError::into_inner)
}

fn routes(shop: Shared) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/metrics", get(metrics))
        .route("/deployer", post(deployer))
        .route("/pager", post(pager))
        .with_state(shop)
}

/// Every scrape finds what was requested since the last one.
async fn metrics(State(shop): State<Shared>) -> impl IntoResponse {
    let mut shop = locked(&shop);
    let failed = REQUESTS * shop.fails / 100;
    shop.failed += failed;
    shop.succeeded += REQUESTS - failed;
    if shop.fails > 0 {
        shop.fails = (shop.fails + FAILS_MORE).min(FAILS_LAST);
    }
    let text = format!(
        "# TYPE http_requests_total counter\nhttp_requests_total{{service=\"shop\",status=\"200\"}} {}\n\
         http_requests_total{{service=\"shop\",status=\"500\"}} {}\n",
        shop.succeeded, shop.failed
    );
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

/// What deploys takes an order only from whoever holds the secret, and carries out a rollback.
async fn deployer(State(shop): State<Shared>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let said = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    let mut shop = locked(&shop);
    if !is_signed(&shop.secret, said, &body) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(order) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    let Some(version) = order.pointer("/inputs/rollback_to").and_then(Value::as_str) else {
        return StatusCode::UNPROCESSABLE_ENTITY;
    };
    // An order may come again: to run what runs changes nothing.
    shop.run(version);
    // Nobody listens any more only if the demo is over.
    let _over = shop.orders.send(order);
    StatusCode::NO_CONTENT
}

/// Whoever answers for incidents reads what they are told.
async fn pager(State(shop): State<Shared>, body: Bytes) -> StatusCode {
    let Ok(notice) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    let _over = locked(&shop).notices.send(notice);
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::{Service, UNWELL};
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
    };

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn an_order_that_nobody_signed_changes_nothing() {
        let service = Service::start(SECRET.to_owned()).unwrap();
        service.deploy(UNWELL);
        let order = r#"{"inputs":{"rollback_to":"1.0.0"}}"#;
        let mut stream = TcpStream::connect(service.address).unwrap();
        let head = format!(
            "POST /deployer HTTP/1.1\r\nhost: shop\r\nwebhook-id: 1\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,AAAA\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            order.len()
        );
        stream.write_all((head + order).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert_eq!(service.version(), UNWELL);
    }
}
