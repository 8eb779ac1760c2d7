//! Serving connections: bounded waits for handshakes and headers, and a graceful stop that loses no accepted request.

use crate::http::tls::Tls;
use axum::{Router, body::Body, extract::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use std::{future::Future, io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// How long the gate waits for clients.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// For a handshake, and for a request's headers, also of the next request on an idle connection.
    pub headers: Duration,
    /// For requests in flight to end after a stop was asked for.
    pub stop: Duration,
}

/// Serves until `stop` resolves; then takes no new connection, tells idle ones to go, and waits for requests in flight.
/// The caller owns the listener and the stop signal. With `tls`, nothing else is spoken.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    routes: Router,
    waits: Waits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match stream {
            Ok((stream, _)) => connection(stream, tls.as_deref(), &routes, waits, graceful.watcher()),
            Err(error) => accept_failed(&error).await,
        }
    }
    drop(listener);
    match tokio::time::timeout(waits.stop, graceful.shutdown()).await {
        Ok(()) => Ok(()),
        Err(_) => {
            let message = format!("requests were still in flight {} s after the stop", waits.stop.as_secs());
            Err(io::Error::new(io::ErrorKind::TimedOut, message))
        }
    }
}

fn connection(stream: TcpStream, tls: Option<&Tls>, routes: &Router, waits: Waits, watcher: Watcher) {
    // Answers are written whole: waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("no TCP_NODELAY: {error}");
    }
    let routes = routes.clone();
    let Some(tls) = tls else {
        tokio::spawn(spoken(stream, routes, waits, watcher));
        return;
    };
    let handshake = TlsAcceptor::from(tls.config()).accept(stream);
    tokio::spawn(async move {
        match tokio::time::timeout(waits.headers, handshake).await {
            Ok(Ok(stream)) => spoken(stream, routes, waits, watcher).await,
            Ok(Err(error)) => tracing::debug!("no handshake: {error}"),
            Err(_) => tracing::debug!("no handshake within {} ms", waits.headers.as_millis()),
        }
    });
}

/// HTTP over what was connected, until either side ends it.
async fn spoken(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, routes: Router, waits: Waits, watcher: Watcher) {
    let service =
        hyper::service::service_fn(move |request: Request<Incoming>| routes.clone().oneshot(request.map(Body::new)));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(waits.headers)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!("a connection ended early: {error}");
    }
}

/// Out of file descriptors, say: waiting is better than spinning, and better than stopping.
async fn accept_failed(error: &io::Error) {
    tracing::error!(error.r#type = "accept", "a connection could not be accepted: {error}");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
