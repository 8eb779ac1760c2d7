//! What a registry is answered when it asks who this is.

use super::{
    Access, Client,
    call::{Call, Wanted, refused},
    challenge::Challenge,
    error::Cause,
};
use crate::{credentials::Credential, limits::TOKEN_BYTES_MAX, manifest::told};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{
    StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde::Deserialize;

/// As whom tokens are asked for.
const CLIENT_ID: &str = "tidegate";

/// Docker's specification has both names.
#[derive(Deserialize)]
struct Granted {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    access_token: Option<String>,
}

impl Client {
    /// The first that can be answered.
    pub(super) async fn answer_to(
        &self,
        call: &Call<'_>,
        asked: &[Challenge],
        credential: Option<&Credential>,
    ) -> Result<HeaderValue, Cause> {
        let registry = call.repository.registry();
        match (asked.first(), credential) {
            (Some(Challenge::Bearer { realm, service, scope }), _) => {
                let (service, scope) = (service.as_deref(), scope.as_deref());
                self.token(call, realm, service, scope, credential).await
            }
            (Some(Challenge::Basic), Some(Credential::Password { user, password })) => basic(user, password),
            (Some(Challenge::Basic), None) => Err(Cause::Anonymous(registry.to_owned())),
            (Some(Challenge::Basic), Some(Credential::IdentityToken(_))) => {
                Err(Cause::Challenge("it wants a password, and there is a token for it".to_owned()))
            }
            (None, _) => Err(Cause::Challenge("it names neither `Basic` nor `Bearer` with a realm".to_owned())),
        }
    }

    async fn token(
        &self,
        call: &Call<'_>,
        realm: &str,
        service: Option<&str>,
        scope: Option<&str>,
        credential: Option<&Credential>,
    ) -> Result<HeaderValue, Cause> {
        let url = self.led(call.repository, &call.url, realm)?;
        self.admitted(&url)?;
        let actions = match call.access {
            Access::Pull => "pull",
            Access::Push => "pull,push",
        };
        let own = format!("repository:{}:{actions}", call.repository.name());
        let mut asked = vec![("scope", scope.unwrap_or(&own))];
        asked.extend(service.map(|service| ("service", service)));
        let request = match credential {
            Some(Credential::IdentityToken(token)) => {
                let more = [("grant_type", "refresh_token"), ("client_id", CLIENT_ID), ("refresh_token", token)];
                asked.extend(more);
                let form = with(&url, &asked).query().unwrap_or_default().to_owned();
                self.http.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)
            }
            Some(Credential::Password { user, password }) => {
                self.http.get(with(&url, &asked)).header(AUTHORIZATION, basic(user, password)?)
            }
            None => self.http.get(with(&url, &asked)),
        };
        let response = request.send().await.map_err(Cause::connection)?;
        let registry = call.repository.registry().to_owned();
        match response.status() {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if credential.is_some() => {
                return Err(Cause::Credentials(registry));
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(Cause::Anonymous(registry)),
            status if !status.is_success() => return Err(refused(response).await),
            _ => {}
        }
        let wanted = Wanted { what: "the token server's answer", allowed: TOKEN_BYTES_MAX, told: None };
        let body = self.bounded(response, wanted).await?;
        let granted: Granted = serde_json::from_slice(&body)
            .map_err(|error| Cause::Challenge(format!("its token server's answer: {}", told(&error))))?;
        let token = granted.token.or(granted.access_token).filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| Cause::Challenge("its token server answered without a token".to_owned()))?;
        secret(&format!("Bearer {token}"))
    }
}

/// Whatever the realm itself asks stays.
fn with(url: &Url, asked: &[(&str, &str)]) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().extend_pairs(asked);
    url
}

fn basic(user: &str, password: &str) -> Result<HeaderValue, Cause> {
    secret(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

/// Never shown by whoever shows headers.
fn secret(text: &str) -> Result<HeaderValue, Cause> {
    let mut value =
        HeaderValue::from_str(text).map_err(|_| Cause::Challenge("its token holds what no header may".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}
