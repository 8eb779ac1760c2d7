//! One request over HTTP, and what its response means.

use super::{
    ANSWER_BYTES_MAX, Failure, Options, Reply, Server, Token, Trust,
    form::{Encoded, encode},
    patience::Transport,
};
use crate::{
    api::{
        answer::Answer,
        problem::{MEDIA_TYPE, Problem},
    },
    causes::causes,
    gate::submission::Submission,
};
use reqwest::{
    blocking::{Client, Response},
    header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER},
    redirect::Policy,
};
use std::{io::Read as _, time::Duration};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A gate behind HTTP, and what it is asked.
pub(super) struct Http<'a> {
    client: Client,
    server: &'a Server,
    submission: &'a Submission,
    form: Encoded,
    traceparent: Option<&'a str>,
    token: Option<&'a Token>,
}

impl<'a> Http<'a> {
    pub(super) fn new(server: &'a Server, submission: &'a Submission, options: &'a Options) -> Result<Self, Failure> {
        let client = connection(server, options.request_timeout, &options.trust)?;
        let form = encode(submission)?;
        let (traceparent, token) = (options.traceparent.as_deref(), options.token.as_ref());
        Ok(Self { client, server, submission, form, traceparent, token })
    }

    fn transport(&self, error: reqwest::Error) -> Failure {
        Failure::Transport { server: self.server.clone(), cause: causes(&error.without_url()) }
    }

    fn reply(&self, response: Response) -> Result<Reply, Failure> {
        let status = response.status().as_u16();
        let retry_after = header(&response, RETRY_AFTER.as_str()).and_then(|text| text.trim().parse().ok());
        let retry_after = retry_after.map(Duration::from_secs);
        let media_type = header(&response, CONTENT_TYPE.as_str()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let body = body(self.server, response)?;
        match (status, media_type.as_str()) {
            (200 | 409, "application/json") => {
                let answer = self.answer(status, &body)?;
                Ok(Reply { answer, retry_after })
            }
            (_, MEDIA_TYPE) => match serde_json::from_slice::<Problem>(&body) {
                Ok(problem) => Err(Failure::Refused { status, retry_after, problem: Box::new(problem) }),
                Err(_) => Err(Failure::Status { server: self.server.clone(), status, retry_after }),
            },
            _ => Err(Failure::Status { server: self.server.clone(), status, retry_after }),
        }
    }

    fn answer(&self, status: u16, body: &[u8]) -> Result<Answer, Failure> {
        let answer: Answer = serde_json::from_slice(body).map_err(|error| Failure::Unreadable {
            server: self.server.clone(),
            status,
            cause: error.to_string(),
        })?;
        if answer.allowed != (status == 200) {
            return Err(Failure::Contradiction { status, allowed: answer.allowed });
        }
        let (asked, answered) = (asked(self.submission), answered(&answer));
        if asked == answered { Ok(answer) } else { Err(Failure::Foreign(format!("{answered}, asked was {asked}"))) }
    }
}

impl Http<'_> {
    /// Asks, and takes the answer without looking at it.
    pub(super) fn status(&self, idempotency_key: &str) -> Result<u16, Failure> {
        let response = self.sent(idempotency_key)?;
        let status = response.status().as_u16();
        body(self.server, response).map(|_| status)
    }

    fn sent(&self, idempotency_key: &str) -> Result<Response, Failure> {
        let mut request = self
            .client
            .post(self.server.at("/v1/decisions"))
            .header(ACCEPT, "application/json")
            .header("idempotency-key", idempotency_key)
            .header(CONTENT_TYPE, &self.form.content_type)
            .body(self.form.body.clone());
        if let Some(token) = self.token {
            let (name, value) = token.header(self.server)?;
            request = request.header(name, value);
        }
        if let Some(traceparent) = self.traceparent {
            request = request.header("traceparent", traceparent);
        }
        request.send().map_err(|error| self.transport(error))
    }
}

impl Transport for Http<'_> {
    fn ask(&mut self, idempotency_key: &str) -> Result<Reply, Failure> {
        self.reply(self.sent(idempotency_key)?)
    }
}

/// A client for this gate alone.
pub(super) fn connection(server: &Server, request_timeout: Duration, trust: &Trust) -> Result<Client, Failure> {
    // Refused when there is one already, which is then the one to use.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("tidegate/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(request_timeout);
    if server.is_encrypted() {
        builder = trust.give(builder);
    } else {
        // The machine's trusted certificates are read when the client is made, and a machine without any could not even ask a
        // gate that needs none.
        builder = builder.tls_certs_only([]);
    }
    if server.is_loopback() {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| Failure::Setup(causes(&error)))
}

/// The body of a response, within its limit.
pub(super) fn body(server: &Server, response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = response.take(ANSWER_BYTES_MAX + 1).read_to_end(&mut body);
    read.map_err(|error| Failure::Transport { server: server.clone(), cause: causes(&error) })?;
    if u64::try_from(body.len()).is_ok_and(|used| used <= ANSWER_BYTES_MAX) {
        Ok(body)
    } else {
        Err(Failure::TooLarge { allowed: ANSWER_BYTES_MAX })
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// What was asked about: a cache between here and the gate must not answer for another deployment.
fn asked(submission: &Submission) -> String {
    let services = submission.deployment.services.iter().map(|s| (s.name.as_str(), s.version.as_str()));
    described(&submission.deployment.environment, services.collect())
}

fn answered(answer: &Answer) -> String {
    let services = answer.deployment.services.iter().map(|s| (s.name.as_str(), s.version.as_str()));
    described(&answer.deployment.environment, services.collect())
}

fn described(environment: &str, mut services: Vec<(&str, &str)>) -> String {
    services.sort_unstable();
    let services: Vec<String> = services.iter().map(|(name, version)| format!("`{name}` {version}")).collect();
    format!("{} to `{environment}`", services.join(", "))
}

#[cfg(test)]
mod tests;
