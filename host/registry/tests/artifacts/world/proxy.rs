//! Something between a client and a real registry that counts what is asked, and now and then is in trouble.

use super::fake::{Fake, Question};
use axum::{body::Body, response::Response};
use std::net::SocketAddr;

/// Hands everything on, but for what `trouble` answers.
pub(crate) async fn proxy(
    to: SocketAddr,
    trouble: impl Fn(&Question) -> Option<Response> + Clone + Send + Sync + 'static,
) -> Fake {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    Fake::later(move |question| {
        let (http, answer) = (http.clone(), trouble(&question));
        async move {
            if let Some(answer) = answer {
                return answer;
            }
            let url = format!("http://{to}{}?{}", question.path, question.query);
            let url = url.strip_suffix('?').unwrap_or(&url);
            let request = http.request(question.method, url).headers(question.headers).body(question.body);
            let response = request.send().await.unwrap();
            let mut answer = Response::builder().status(response.status());
            for (name, value) in response.headers() {
                answer = answer.header(name, value);
            }
            answer.body(Body::from(response.bytes().await.unwrap())).unwrap()
        }
    })
    .await
}
