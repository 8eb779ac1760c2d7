//! Serving connections: so many at a time, bounded waits for handshakes and headers, and a graceful stop that loses no accepted request.

use crate::http::{head::READ_BYTES_MAX, taken::Taken, tls::Tls};
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
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// How many clients the gate serves at a time, and how long it waits for them.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections open at the same time; further ones wait to be accepted.
    pub connections: usize,
    /// For a handshake, and for a request's headers, also of the next request on an idle connection.
    pub headers: Duration,
    /// For a client to take anything of what it is sent.
    pub taken: Duration,
    /// For requests in flight to end after a stop was asked for.
    pub stop: Duration,
}

/// Serves until `stop` resolves; then takes no new connection, tells idle ones to go, and waits for requests in flight.
/// The caller owns the listener and the stop signal. With `tls`, nothing else is spoken.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    routes: Router,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(bounds.connections));
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, place)) => {
                let serving = connection(stream, tls.as_deref(), routes.clone(), bounds, graceful.watcher());
                tokio::spawn(async move {
                    serving.await;
                    drop(place);
                });
            }
            Err(error) => accept_failed(&error).await,
        }
    }
    drop(listener);
    match tokio::time::timeout(bounds.stop, graceful.shutdown()).await {
        Ok(()) => Ok(()),
        Err(_) => {
            let message = format!("requests were still in flight {} s after the stop", bounds.stop.as_secs());
            Err(io::Error::new(io::ErrorKind::TimedOut, message))
        }
    }
}

/// The next connection, once there is a place for it: until then it waits with the system, and costs the gate no open file.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

/// Serves one connection to its end, with the certificate that is shown at this moment.
fn connection(
    stream: TcpStream,
    tls: Option<&Tls>,
    routes: Router,
    bounds: Bounds,
    watcher: Watcher,
) -> impl Future<Output = ()> + Send + use<> {
    // Answers are written whole: waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("no TCP_NODELAY: {error}");
    }
    let stream = Taken::new(stream, bounds.taken);
    let acceptor = tls.map(|tls| TlsAcceptor::from(tls.config()));
    async move {
        let Some(acceptor) = acceptor else {
            return spoken(stream, routes, bounds, watcher).await;
        };
        match tokio::time::timeout(bounds.headers, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => spoken(stream, routes, bounds, watcher).await,
            Ok(Err(error)) => tracing::debug!("no handshake: {error}"),
            Err(_) => tracing::debug!("no handshake within {} ms", bounds.headers.as_millis()),
        }
    }
}

/// HTTP over what was connected, until either side ends it.
async fn spoken(
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
    routes: Router,
    bounds: Bounds,
    watcher: Watcher,
) {
    let service =
        hyper::service::service_fn(move |request: Request<Incoming>| routes.clone().oneshot(request.map(Body::new)));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.headers)
        .max_buf_size(READ_BYTES_MAX)
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
