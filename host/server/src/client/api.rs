//! What people ask of a gate besides decisions: tokens, confirmations, permits, obligations, and what became of deployments.

mod audit;
mod bundles;
mod incidents;
mod maintenances;
mod watches;

use super::{
    Failure, Server, Token, Trust,
    http::{body, connection},
};
use crate::{
    api::{
        answer::Answer,
        deployments::{DeploymentHistory, EventBody, EventRequestBody},
        obligations::{FulfilmentRequest, ObligationBody, ObligationsBody},
        permit::{PermitBody, PermitRequestBody, RevocationRequestBody},
        problem::Problem,
        request::VerificationRequest,
        rollbacks::{RollbackAnswerBody, RollbackRequestBody},
        statements::{StatementBody, StatementRequest},
        status::WitnessBody,
        tokens::{Created, NewToken, Tokens},
        waivers::WaiversBody,
    },
    causes::causes,
};
use reqwest::{
    StatusCode,
    blocking::{Client, RequestBuilder, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use tidegate_ledger::tile::Tile;

/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The same where the gate asks others before it answers: it looks for a minute, bursts for another, and decides.
const PATIENT_TIMEOUT: Duration = Duration::from_secs(180);

/// One gate, asked as somebody.
#[derive(Debug)]
pub struct Api<'a> {
    client: Client,
    server: &'a Server,
    token: Option<Token>,
}

impl<'a> Api<'a> {
    /// Of this gate, asked as the holder of that token.
    pub fn new(server: &'a Server, token: Option<Token>, trust: &Trust) -> Result<Self, Failure> {
        Ok(Self { client: connection(server, REQUEST_TIMEOUT, trust)?, server, token })
    }

    /// The same, for what takes longer.
    pub fn patient(server: &'a Server, token: Option<Token>, trust: &Trust) -> Result<Self, Failure> {
        Ok(Self { client: connection(server, PATIENT_TIMEOUT, trust)?, server, token })
    }

    /// Has a token made.
    pub fn create_token(&self, token: &NewToken) -> Result<Created, Failure> {
        self.json(self.send(self.post("/v1/tokens", token)?)?)
    }

    /// All tokens.
    pub fn tokens(&self) -> Result<Tokens, Failure> {
        self.json(self.send(self.client.get(self.server.at("/v1/tokens")))?)
    }

    /// Makes a token good for nothing.
    pub fn revoke_token(&self, id: &str) -> Result<(), Failure> {
        self.send(self.client.delete(self.server.at(&format!("/v1/tokens/{}", an_id(id)?)))).map(|_| ())
    }

    /// Confirms a forced deployment.
    pub fn confirm(&self, id: &str) -> Result<Answer, Failure> {
        self.json(self.send(self.client.post(self.server.at(&format!("/v1/decisions/{}/confirm", an_id(id)?))))?)
    }

    /// All waivers.
    pub fn waivers(&self) -> Result<WaiversBody, Failure> {
        self.json(self.send(self.client.get(self.server.at("/v1/waivers")))?)
    }

    /// Agrees to a waiver.
    pub fn agree(&self, id: &str) -> Result<(), Failure> {
        self.send(self.client.post(self.server.at(&format!("/v1/waivers/{}/agree", segment(id))))).map(|_| ())
    }

    /// States something.
    pub fn state(&self, said: &StatementRequest) -> Result<StatementBody, Failure> {
        self.json(self.send(self.post("/v1/statements", said)?)?)
    }

    /// Asks for a permit; a lost answer is asked for again by the same key.
    pub fn permit(&self, id: &str, asked: &PermitRequestBody, key: Option<&str>) -> Result<PermitBody, Failure> {
        let mut request = self.post(&format!("/v1/decisions/{}/permit", an_id(id)?), asked)?;
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.json(self.send(request)?)
    }

    /// Takes a decision back.
    pub fn revoke(&self, id: &str, asked: &RevocationRequestBody) -> Result<Answer, Failure> {
        self.json(self.send(self.post(&format!("/v1/decisions/{}/revoke", an_id(id)?), asked)?)?)
    }

    /// Asks for a rollback. What was withheld is an answer, too.
    pub fn roll_back(&self, asked: &RollbackRequestBody, key: Option<&str>) -> Result<RollbackAnswerBody, Failure> {
        let mut request = self.post("/v1/rollbacks", asked)?;
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = self.reach(request)?;
        if response.status() != StatusCode::CONFLICT {
            return self.json(self.taken(response)?);
        }
        let bytes = body(self.server, response)?;
        serde_json::from_slice(&bytes).map_err(|_| self.refused(StatusCode::CONFLICT.as_u16(), &bytes))
    }

    /// Has a deployment looked at. That it may not stay is an answer, too.
    pub fn verify(&self, decision: &str, asked: &VerificationRequest) -> Result<Answer, Failure> {
        let response = self.reach(self.post(&format!("/v1/decisions/{}/verify", an_id(decision)?), asked)?)?;
        if response.status() != StatusCode::CONFLICT {
            return self.json(self.taken(response)?);
        }
        let bytes = body(self.server, response)?;
        serde_json::from_slice(&bytes).map_err(|_| self.refused(StatusCode::CONFLICT.as_u16(), &bytes))
    }

    /// Says what became of a deployment.
    pub fn became(&self, deployment: &str, said: &EventRequestBody) -> Result<EventBody, Failure> {
        self.json(self.send(self.post(&format!("/v1/deployments/{}/events", segment(deployment)), said)?)?)
    }

    /// What became of a deployment.
    pub fn history(&self, deployment: &str) -> Result<DeploymentHistory, Failure> {
        self.json(self.send(self.client.get(self.server.at(&format!("/v1/deployments/{}", segment(deployment)))))?)
    }

    fn post(&self, path: &str, body: &impl Serialize) -> Result<RequestBuilder, Failure> {
        let written = serde_json::to_vec(body).map_err(|error| Failure::Setup(error.to_string()))?;
        let request = self.client.post(self.server.at(path)).header("content-type", "application/json");
        Ok(request.body(written))
    }

    /// What forced deployments left to be done.
    pub fn obligations(&self, overdue: bool) -> Result<ObligationsBody, Failure> {
        let path = if overdue { "/v1/obligations?state=overdue" } else { "/v1/obligations" };
        self.json(self.send(self.client.get(self.server.at(path)))?)
    }

    /// Says that one is fulfilled.
    pub fn fulfil(&self, id: &str, with: &str) -> Result<ObligationBody, Failure> {
        let said = FulfilmentRequest { with: with.to_owned() };
        self.json(self.send(self.post(&format!("/v1/obligations/{}/fulfil", an_id(id)?), &said)?)?)
    }

    /// The last checkpoint, a signed note.
    pub fn checkpoint(&self) -> Result<String, Failure> {
        let response = self.send(self.client.get(self.server.at("/log/checkpoint")))?;
        let status = response.status().as_u16();
        String::from_utf8(body(self.server, response)?).map_err(|error| Failure::Unreadable {
            server: self.server.clone(),
            status,
            cause: error.to_string(),
        })
    }

    /// A tile's bytes, or an entry bundle's.
    pub fn tile(&self, tile: &Tile) -> Result<Vec<u8>, Failure> {
        body(self.server, self.send(self.client.get(self.server.at(&format!("/log/tile/{tile}"))))?)
    }

    /// Says what a witness saw.
    pub fn cosigned(&self, note: &str) -> Result<WitnessBody, Failure> {
        let request = self.client.post(self.server.at("/log/cosignatures")).header("content-type", "text/plain");
        self.json(self.send(request.body(note.to_owned()))?)
    }

    fn at<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.json(self.send(self.client.get(self.server.at(path)))?)
    }

    fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        self.taken(self.reach(request)?)
    }

    fn reach(&self, mut request: RequestBuilder) -> Result<Response, Failure> {
        if let Some(token) = &self.token {
            let (name, value) = token.header(self.server)?;
            request = request.header(name, value);
        }
        let transport = |error: reqwest::Error| Failure::Transport {
            server: self.server.clone(),
            cause: causes(&error.without_url()),
        };
        request.send().map_err(transport)
    }

    fn taken(&self, response: Response) -> Result<Response, Failure> {
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        Err(self.refused(status, &body(self.server, response)?))
    }

    fn refused(&self, status: u16, said: &[u8]) -> Failure {
        match serde_json::from_slice::<Problem>(said) {
            Ok(problem) => Failure::Refused { status, retry_after: None, problem: Box::new(problem) },
            Err(_) => Failure::Status { server: self.server.clone(), status, retry_after: None },
        }
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

/// Only what an id is made of becomes a part of an address.
fn an_id(text: &str) -> Result<&str, Failure> {
    let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_id { Ok(text) } else { Err(Failure::Setup("that is no id".to_owned())) }
}

/// A text as one segment of a path: whatever it holds, it leads nowhere else.
fn segment(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// Names and values behind a question mark.
fn query(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", segment(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::{an_id, segment};

    #[test]
    fn a_name_leads_nowhere_but_to_itself() {
        assert_eq!(segment("build-7_a"), "build-7_a");
        assert_eq!(segment("../tokens?x#y z/é"), "%2E%2E%2Ftokens%3Fx%23y%20z%2F%C3%A9");
        assert!(an_id("01-ab").is_ok() && an_id("../x").is_err() && an_id("").is_err());
    }
}
