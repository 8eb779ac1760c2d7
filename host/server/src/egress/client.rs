//! One destination, asked within its limits.

use super::{
    credential::Place,
    destination::{DestinationConfig, literal},
    error::{EgressError, Unlisted},
    resolve::{Judged, Resolver, judged},
    signing,
    target::Target,
};
use crate::causes::causes;
use bytes::Bytes;
use reqwest::{
    Certificate, Method,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
    redirect::Policy,
    tls::TlsInfo,
};
use std::{error::Error, fmt, fs, sync::Arc, time::Duration};
use tidegate_core::{one_line::one_line, time::Timestamp};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

/// Characters of an address that an error repeats.
const LOCATION_CHARS_MAX: usize = 200;

/// What a receiver knows a repeated request by.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// In which form a destination is spoken to, and answers.
#[derive(Debug, Clone, Copy)]
enum Form {
    Json,
    Protobuf,
}

impl Form {
    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Protobuf => "application/x-protobuf",
        }
    }
}

/// What is handed in, and what its headers say of it.
struct Handed {
    bytes: Bytes,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One destination.
#[derive(Clone)]
pub struct Client {
    name: Arc<str>,
    config: Arc<DestinationConfig>,
    inner: reqwest::Client,
    connections: Arc<Semaphore>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a destination answered: any status but a redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// How long it wants to be left alone.
    pub retry_after: Option<Duration>,
    /// The body, within the destination's limit.
    pub body: Vec<u8>,
}

/// What a destination answered, and what it shows beside the body.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The status and the body.
    pub response: Response,
    /// All of its headers.
    pub headers: HeaderMap,
    /// The certificate that it presented and that was believed, in DER; none: it is not encrypted.
    pub certificate: Option<Vec<u8>>,
    /// From when the request was sent to the last byte of the answer.
    pub took: Duration,
}

impl Response {
    /// 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Client {
    pub(super) fn new(name: &str, config: DestinationConfig, resolver: Arc<dyn Resolver>) -> Result<Self, EgressError> {
        let setup = |cause: String| EgressError::Setup { destination: name.to_owned(), cause };
        let is_encrypted = config.url.scheme() == "https";
        // A literal address is never resolved: it is judged here, once and for all.
        if let Some(address) = literal(&config.url) {
            judged(address, &config.private, is_encrypted)
                .map_err(|unlisted| EgressError::Address { destination: name.to_owned(), unlisted })?;
        }
        // Refused when there is one already, which is then the one to use.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("tidegate/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .http1_only()
            .tls_info(true)
            .pool_max_idle_per_host(config.limits.connections)
            .dns_resolver(Arc::new(Judged { resolver, listed: config.private.clone().into(), is_encrypted }));
        if !is_encrypted {
            // The machine's trusted certificates are read when the client is made; here nobody needs them.
            builder = builder.tls_certs_only([]);
        } else if let Some(path) = &config.ca_file {
            let shown = path.display();
            let pem = fs::read(path).map_err(|error| setup(format!("cannot read `{shown}`: {error}")))?;
            let trusted = Certificate::from_pem_bundle(&pem).map_err(|error| setup(format!("`{shown}`: {error}")))?;
            if trusted.is_empty() {
                return Err(setup(format!("`{shown}` holds no certificate")));
            }
            builder = builder.tls_certs_only(trusted);
        }
        let inner = builder.build().map_err(|error| setup(causes(&error)))?;
        let connections = Arc::new(Semaphore::new(config.limits.connections));
        Ok(Self { name: Arc::from(name), config: Arc::new(config), inner, connections })
    }

    /// Reads what is there.
    pub async fn get(&self, target: &Target) -> Result<Response, EgressError> {
        self.ask(Method::GET, target, Form::Json, None).await
    }

    /// Reads what is there, within this time and the destination's own.
    pub async fn get_within(&self, target: &Target, limit: Duration) -> Result<Response, EgressError> {
        let allowed = self.config.limits.time.min(limit);
        self.ask_within(allowed, Method::GET, target, Form::Json, None).await
    }

    /// The same, with all that it shows. What waits for a free connection is not counted as the destination's time.
    pub async fn look(&self, target: &Target, limit: Duration) -> Result<Seen, EgressError> {
        let allowed = self.config.limits.time.min(limit);
        self.seen_within(allowed, Method::GET, target, Form::Json, None).await
    }

    /// Hands JSON in.
    pub async fn post(&self, target: &Target, json: Bytes) -> Result<Response, EgressError> {
        self.ask(Method::POST, target, Form::Json, Some(Handed { bytes: json, headers: Vec::new() })).await
    }

    /// Hands protobuf in, and takes protobuf back.
    pub async fn post_protobuf(&self, target: &Target, bytes: Bytes) -> Result<Response, EgressError> {
        self.ask(Method::POST, target, Form::Protobuf, Some(Handed { bytes, headers: Vec::new() })).await
    }

    /// Hands JSON in that may come again: whoever takes it knows it by the key, a visible ASCII text, in `idempotency-key`.
    pub async fn post_again(&self, target: &Target, json: Bytes, key: &str) -> Result<Response, EgressError> {
        let headers = vec![(IDEMPOTENCY_KEY, self.key(key)?)];
        self.ask(Method::POST, target, Form::Json, Some(Handed { bytes: json, headers })).await
    }

    /// As [`Self::post_again`], with what else its headers say.
    pub async fn post_again_with(
        &self,
        target: &Target,
        json: Bytes,
        key: &str,
        more: &[(&'static str, String)],
    ) -> Result<Response, EgressError> {
        let mut headers = vec![(IDEMPOTENCY_KEY, self.key(key)?)];
        for (name, value) in more {
            let form =
                |error| EgressError::Setup { destination: self.name(), cause: format!("header `{name}`: {error}") };
            headers.push((HeaderName::from_static(name), HeaderValue::from_str(value).map_err(form)?));
        }
        self.ask(Method::POST, target, Form::Json, Some(Handed { bytes: json, headers })).await
    }

    /// As [`Self::post_again`], and signed: whoever takes it knows by the secret that lies there that the gate sent it, at that moment.
    pub async fn post_signed(
        &self,
        target: &Target,
        json: Bytes,
        key: &str,
        (secret, at): (&Place, Timestamp),
    ) -> Result<Response, EgressError> {
        let mut headers = vec![(IDEMPOTENCY_KEY, self.key(key)?)];
        headers.extend(signing::headers((key, &json), secret, at, &self.name).await?);
        self.ask(Method::POST, target, Form::Json, Some(Handed { bytes: json, headers })).await
    }

    fn key(&self, key: &str) -> Result<HeaderValue, EgressError> {
        let form = |error| EgressError::Setup { destination: self.name(), cause: format!("idempotency key: {error}") };
        HeaderValue::from_str(key).map_err(form)
    }

    async fn ask(
        &self,
        method: Method,
        target: &Target,
        form: Form,
        handed: Option<Handed>,
    ) -> Result<Response, EgressError> {
        self.ask_within(self.config.limits.time, method, target, form, handed).await
    }

    async fn ask_within(
        &self,
        allowed: Duration,
        method: Method,
        target: &Target,
        form: Form,
        handed: Option<Handed>,
    ) -> Result<Response, EgressError> {
        Ok(self.seen_within(allowed, method, target, form, handed).await?.response)
    }

    async fn seen_within(
        &self,
        allowed: Duration,
        method: Method,
        target: &Target,
        form: Form,
        handed: Option<Handed>,
    ) -> Result<Seen, EgressError> {
        let (name, began) = (|| self.name(), Instant::now());
        let crowded = || EgressError::Crowded { destination: name(), allowed };
        let waited = timeout_at(began + allowed, self.connections.acquire()).await.map_err(|_| crowded())?;
        let _connection =
            waited.map_err(|error| EgressError::Transport { destination: name(), cause: error.to_string() })?;
        // Whoever waited for long leaves too little time to an answer: that it does not come then says nothing of the destination.
        let is_fair = began.elapsed() <= allowed / 2;
        let asked = timeout_at(began + allowed, self.ask_unhurried(method, target, form, handed)).await;
        let slow = || if is_fair { EgressError::TooSlow { destination: name(), allowed } } else { crowded() };
        asked.unwrap_or_else(|_| Err(slow()))
    }

    async fn ask_unhurried(
        &self,
        method: Method,
        target: &Target,
        form: Form,
        handed: Option<Handed>,
    ) -> Result<Seen, EgressError> {
        let url = target.at(&self.config.url, &self.name)?;
        let mut request = self.inner.request(method, url).header(ACCEPT, form.media_type());
        if let Some(source) = &self.config.credential {
            let (name, value) = source.header(&self.name).await?;
            request = request.header(name, value);
        }
        if let Some(Handed { bytes, headers }) = handed {
            request =
                request.header(CONTENT_TYPE, form.media_type()).body(bytes).headers(HeaderMap::from_iter(headers));
        }
        let began = Instant::now();
        let response = request.send().await.map_err(|error| self.failed(error))?;
        self.read(response, began).await
    }

    async fn read(&self, mut response: reqwest::Response, began: Instant) -> Result<Seen, EgressError> {
        let status = response.status();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        if status.is_redirection() {
            let location = one_line(header(LOCATION).unwrap_or("nowhere"), LOCATION_CHARS_MAX);
            return Err(EgressError::Redirect { destination: self.name(), status: status.as_u16(), location });
        }
        let retry_after = header(RETRY_AFTER).and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
        let headers = response.headers().clone();
        let certificate = response.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        let certificate = certificate.map(<[u8]>::to_vec);
        let allowed = self.config.limits.bytes;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(error))? {
            if (body.len() + chunk.len()) as u64 > allowed {
                return Err(EgressError::TooLarge { destination: self.name(), allowed });
            }
            body.extend_from_slice(&chunk);
        }
        let response = Response { status: status.as_u16(), retry_after, body };
        Ok(Seen { response, headers, certificate, took: began.elapsed() })
    }

    fn failed(&self, error: reqwest::Error) -> EgressError {
        // A query value may be anybody's.
        let error = error.without_url();
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(one) = cause {
            if let Some(unlisted) = one.downcast_ref::<Unlisted>() {
                return EgressError::Address { destination: self.name(), unlisted: *unlisted };
            }
            cause = one.source();
        }
        EgressError::Transport { destination: self.name(), cause: causes(&error) }
    }

    fn name(&self) -> String {
        self.name.to_string()
    }
}
