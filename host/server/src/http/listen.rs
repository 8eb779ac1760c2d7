//! Serving connections: bounded waits for headers, and a graceful stop that loses no accepted request.

use crate::http::head::READ_BYTES_MAX;
use axum::{Router, body::Body, extract::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{future::Future, io, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// How long the gate waits for clients.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// For a request's headers, also of the next request on an idle connection.
    pub headers: Duration,
    /// For requests in flight to end after a stop was asked for.
    pub stop: Duration,
}

/// Serves until `stop` resolves; then takes no new connection, tells idle ones to go, and waits for requests in flight.
/// The caller owns the listener and the stop signal.
pub async fn serve(
    listener: TcpListener,
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
            Ok((stream, _)) => connection(stream, &routes, waits, &graceful),
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

fn connection(stream: TcpStream, routes: &Router, waits: Waits, graceful: &GracefulShutdown) {
    // Answers are written whole: waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("no TCP_NODELAY: {error}");
    }
    let routes = routes.clone();
    let service =
        hyper::service::service_fn(move |request: Request<Incoming>| routes.clone().oneshot(request.map(Body::new)));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(waits.headers)
        .max_buf_size(READ_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!("a connection ended early: {error}");
        }
    });
}

/// Out of file descriptors, say: waiting is better than spinning, and better than stopping.
async fn accept_failed(error: &io::Error) {
    tracing::error!(error.r#type = "accept", "a connection could not be accepted: {error}");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
