//! A registry that answers as a test says.

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse as _, Response},
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// What it was asked: method and path with its query.
pub(crate) type Asked = Arc<Mutex<Vec<String>>>;

/// Ends with the test.
pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    asked: Asked,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One request to it.
pub(crate) struct Question {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: bytes::Bytes,
}

impl Question {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Fake {
    /// One that answers so.
    pub(crate) async fn new(answer: impl Fn(Question) -> Response + Clone + Send + Sync + 'static) -> Self {
        Self::later(move |question| {
            let answer = answer.clone();
            async move { answer(question) }
        })
        .await
    }

    pub(crate) async fn later<F>(answer: impl Fn(Question) -> F + Clone + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let asked = Asked::default();
        let told = asked.clone();
        let router = Router::new().fallback(move |request: Request| {
            let (answer, told) = (answer.clone(), told.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = axum::body::to_bytes(body, 128 * 1024 * 1024).await.unwrap_or_default();
                told.lock().unwrap().push(format!("{} {}", parts.method, parts.uri.path()));
                let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
                answer(Question { method: parts.method, path, query, headers: parts.headers, body }).await
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Self { address, asked, task }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Whether anything was asked with these words in it.
    pub(crate) fn was_asked(&self, words: &str) -> bool {
        self.asked().iter().any(|asked| asked.contains(words))
    }
}

pub(crate) fn status(code: u16) -> Response {
    StatusCode::from_u16(code).unwrap().into_response()
}
