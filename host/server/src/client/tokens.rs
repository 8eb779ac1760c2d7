//! Tokens of a gate, asked for over HTTP.

use super::{
    Failure, Server, Token,
    http::{body, connection},
};
use crate::{
    api::{
        problem::Problem,
        tokens::{Created, NewToken, Tokens},
    },
    causes::causes,
};
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The tokens of one gate.
#[derive(Debug)]
pub struct TokensOf<'a> {
    client: Client,
    server: &'a Server,
    token: Option<Token>,
}

impl<'a> TokensOf<'a> {
    /// Of this gate, asked as the holder of that token.
    pub fn new(server: &'a Server, token: Option<Token>) -> Result<Self, Failure> {
        Ok(Self { client: connection(server, REQUEST_TIMEOUT)?, server, token })
    }

    /// Has one made.
    pub fn create(&self, token: &NewToken) -> Result<Created, Failure> {
        let written = serde_json::to_vec(token).map_err(|error| Failure::Setup(error.to_string()))?;
        let request = self.client.post(self.server.at("/v1/tokens")).header("content-type", "application/json");
        self.json(self.send(request.body(written))?)
    }

    /// All of them.
    pub fn list(&self) -> Result<Tokens, Failure> {
        self.json(self.send(self.client.get(self.server.at("/v1/tokens")))?)
    }

    /// Makes one good for nothing.
    pub fn revoke(&self, id: &str) -> Result<(), Failure> {
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_id {
            return Err(Failure::Setup("that is no token's id".to_owned()));
        }
        self.send(self.client.delete(self.server.at(&format!("/v1/tokens/{id}")))).map(|_| ())
    }

    fn send(&self, mut request: RequestBuilder) -> Result<Response, Failure> {
        if let Some(token) = &self.token {
            let (name, value) = token.header(self.server)?;
            request = request.header(name, value);
        }
        let transport = |error: reqwest::Error| Failure::Transport {
            server: self.server.clone(),
            cause: causes(&error.without_url()),
        };
        let response = request.send().map_err(transport)?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        Err(match serde_json::from_slice::<Problem>(&body(self.server, response)?) {
            Ok(problem) => Failure::Refused { status, retry_after: None, problem: Box::new(problem) },
            Err(_) => Failure::Status { server: self.server.clone(), status, retry_after: None },
        })
    }

    fn json<T: DeserializeOwned>(&self, response: Response) -> Result<T, Failure> {
        let status = response.status().as_u16();
        serde_json::from_slice(&body(self.server, response)?).map_err(|error| Failure::Unreadable {
            server: self.server.clone(),
            status,
            cause: error.to_string(),
        })
    }
}
