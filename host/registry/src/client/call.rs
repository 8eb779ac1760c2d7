//! One request: asked again while it may help, with whatever the registry wants to know of who asks.

use super::{
    Access, Client, challenge,
    error::{Cause, RequestError},
    sending::Sending,
    tries::Tries,
};
use crate::{
    limits::{REFUSAL_BYTES_MAX, TEXT_CHARS_MAX, TooMuch},
    progress::Progress,
    reference::Repository,
};
use bytes::Bytes;
use reqwest::{
    Body, Method, StatusCode, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
};
use serde::Deserialize;
use std::time::Duration;
use tidegate_core::one_line::one_line;

/// Places that a registry leads to, one after the other, at most.
const REDIRECTS_MAX: usize = 5;

/// A request.
pub(super) struct Call<'a> {
    /// What it is for: `fetch the manifest of`.
    pub(super) doing: &'static str,
    pub(super) repository: &'a Repository,
    pub(super) access: Access,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<(HeaderName, &'static str)>,
    pub(super) sent: Sent,
    pub(super) wanted: Wanted,
}

/// What goes with it.
#[derive(Clone)]
pub(super) enum Sent {
    Nothing,
    Bytes(Bytes),
    /// Of which somebody wants to know how far they are.
    Component(Bytes),
}

/// How much of an answer is read.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) what: &'static str,
    pub(super) allowed: u64,
    /// How many bytes are expected, where somebody wants to know how far they are.
    pub(super) told: Option<u64>,
}

impl Wanted {
    /// Whatever it says of itself.
    pub(super) const WORDS: Self = Self { what: "the registry's answer", allowed: REFUSAL_BYTES_MAX, told: None };
}

/// A 2xx, within its limit.
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Client {
    /// Until it is answered, or is not worth another attempt.
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Answer, RequestError> {
        let mut tries = Tries::of(self);
        loop {
            match self.once(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) => tries.again(error).await?,
            }
        }
    }

    /// One attempt.
    pub(super) async fn once(&self, call: &Call<'_>) -> Result<Answer, RequestError> {
        self.attempt(call).await.map_err(|cause| cause.when(call.doing, call.repository))
    }

    async fn attempt(&self, call: &Call<'_>) -> Result<Answer, Cause> {
        let response = self.authorized(call).await?;
        if !response.status().is_success() {
            return Err(refused(response).await);
        }
        let headers = response.headers().clone();
        Ok(Answer { headers, body: self.bounded(response, call.wanted).await? })
    }

    /// Says who this is when asked. One refusal of what was kept is the registry's way to say that it is over.
    async fn authorized(&self, call: &Call<'_>) -> Result<reqwest::Response, Cause> {
        let kept = self.kept(call.repository, call.access);
        let response = self.followed(call, kept.as_ref()).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let asked = challenge::read(response.headers());
        let registry = call.repository.registry();
        let credential = self.options.credentials.of(registry).await?;
        let authorization = self.answer_to(call, &asked, credential.as_ref()).await?;
        let response = self.followed(call, Some(&authorization)).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            return Err(match credential {
                Some(_) => Cause::Credentials(registry.to_owned()),
                None => Cause::Anonymous(registry.to_owned()),
            });
        }
        self.keep(call.repository, call.access, authorization);
        Ok(response)
    }

    /// What is read may lie elsewhere. Who this is, is the registry's own to know.
    async fn followed(&self, call: &Call<'_>, authorization: Option<&HeaderValue>) -> Result<reqwest::Response, Cause> {
        let home = self.place(call.repository, "")?.origin();
        let mut url = call.url.clone();
        for _ in 0..=REDIRECTS_MAX {
            self.admitted(&url)?;
            let mut request = self.http.request(call.method.clone(), url.clone());
            for (name, value) in &call.headers {
                request = request.header(name, *value);
            }
            if let Some(value) = authorization.filter(|_| url.origin() == home) {
                request = request.header(AUTHORIZATION, value);
            }
            request = match &call.sent {
                Sent::Nothing => request,
                Sent::Bytes(bytes) => request.body(bytes.clone()),
                Sent::Component(bytes) => {
                    request.body(Body::wrap(Sending::new(bytes.clone(), self.options.told.clone())))
                }
            };
            let response = request.send().await.map_err(Cause::connection)?;
            let reads = call.method == Method::GET || call.method == Method::HEAD;
            if !(response.status().is_redirection() && reads) {
                return Ok(response);
            }
            let to = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            url = self.led(call.repository, &url, to.ok_or_else(|| Cause::Astray("nowhere".to_owned()))?)?;
        }
        Err(Cause::Astray(format!("to more than {REDIRECTS_MAX} places, {REDIRECTS_MAX} allowed")))
    }

    pub(super) async fn bounded(&self, mut response: reqwest::Response, wanted: Wanted) -> Result<Bytes, Cause> {
        let Wanted { what, allowed, told } = wanted;
        TooMuch::bytes(what, response.content_length().unwrap_or(0), allowed)?;
        let mut body: Vec<u8> = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Cause::connection)? {
            TooMuch::bytes(what, (body.len() + chunk.len()) as u64, allowed)?;
            body.extend_from_slice(&chunk);
            if let Some(total) = told {
                self.options.told.tell(&Progress::Pulled { done: body.len() as u64, total });
            }
        }
        Ok(Bytes::from(body))
    }
}

/// What a status says that is no success.
pub(super) async fn refused(response: reqwest::Response) -> Cause {
    let status = response.status();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    let said = words(response).await;
    match status {
        StatusCode::NOT_FOUND => Cause::NotFound,
        StatusCode::FORBIDDEN => Cause::Forbidden(said),
        _ => Cause::Status { status: status.as_u16(), said, retry_after },
    }
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    code: String,
    #[serde(default)]
    message: String,
}

/// The registry's own words where there are any; that they cannot be read is no failure by itself.
async fn words(mut response: reqwest::Response) -> String {
    let mut body: Vec<u8> = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() as u64 > REFUSAL_BYTES_MAX {
            return String::new();
        }
    }
    let errors = serde_json::from_slice::<Errors>(&body).map(|errors| errors.errors).unwrap_or_default();
    let texts: Vec<String> = errors.iter().take(3).map(|one| format!("{} ({})", one.message, one.code)).collect();
    one_line(&texts.join("; "), TEXT_CHARS_MAX)
}
