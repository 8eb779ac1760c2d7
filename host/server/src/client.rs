//! The pipeline's client: asks a gate, asks again when it could not be reached, and waits while it holds.
//!
//! **Invariant:** only an answer that says `allowed`, with the status that says the same, about the deployment that was asked
//! about, is a permission; whatever else comes back is a [`Failure`].
//! **Invariant:** redirects are not followed, and no more than [`ANSWER_BYTES_MAX`] of an answer are read.

pub mod api;
pub mod credentials;
mod form;
mod http;
mod pace;
mod patience;
mod server;
pub mod trust;

pub use credentials::Token;
pub use patience::{Notice, only_held};
pub use server::{Server, ServerError};
pub use trust::Trust;

use crate::{
    api::{answer::Answer, problem::Problem},
    gate::submission::Submission,
};
use std::time::Duration;

/// Bytes of an answer, at most.
pub const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How patiently to ask.
#[derive(Debug, Clone)]
pub struct Options {
    /// For how long a gate that cannot be reached or is in trouble is asked again; zero: not at all.
    pub retry_for: Duration,
    /// For how long to wait while the gate only holds; zero: not at all.
    pub wait: Duration,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// Who asks.
    pub token: Option<Token>,
    /// Whom to trust to be the gate.
    pub trust: Trust,
    /// The W3C trace that the decision belongs to.
    pub traceparent: Option<String>,
    /// Told why it asks again or waits.
    pub say: fn(&Notice<'_>),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            retry_for: Duration::ZERO,
            wait: Duration::ZERO,
            // The gate's own deadline for a decision is 20 s; the rest is for the way there and back.
            request_timeout: Duration::from_secs(120),
            token: None,
            trust: Trust::default(),
            traceparent: None,
            say: |_| {},
        }
    }
}

/// What the gate answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The decision.
    pub answer: Answer,
    /// After how long it is worth asking again, as the gate says.
    pub retry_after: Option<Duration>,
}

/// Why there is no decision.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The question cannot be written as a form.
    #[error("evidence `{}` is given in several formats or with several times; one of each is allowed", .0.escape_debug())]
    Ambiguous(String),
    /// A token would go over a way that others can read.
    #[error("a token is not sent to {0}: the way there is not encrypted; use `https://`")]
    Unencrypted(Server),
    /// The client cannot be set up.
    #[error("cannot set up the client: {0}")]
    Setup(String),
    /// The gate could not be reached, or the connection broke.
    #[error("cannot ask the gate at {server}: {cause}")]
    Transport {
        /// Which gate.
        server: Server,
        /// Why.
        cause: String,
    },
    /// The gate says that it did not decide, and why.
    #[error("the gate did not decide: {}", .problem.title)]
    Refused {
        /// The status of the response.
        status: u16,
        /// After how long it is worth asking again.
        retry_after: Option<Duration>,
        /// What it says.
        problem: Box<Problem>,
    },
    /// Something answered that is no gate, or one that is not well.
    #[error("the gate at {server} answered with status {status} and no decision")]
    Status {
        /// Which gate.
        server: Server,
        /// The status of the response.
        status: u16,
        /// After how long it is worth asking again.
        retry_after: Option<Duration>,
    },
    /// An answer that cannot be read.
    #[error("the gate at {server} answered with status {status}, but its answer cannot be read: {cause}")]
    Unreadable {
        /// Which gate.
        server: Server,
        /// The status of the response.
        status: u16,
        /// Why.
        cause: String,
    },
    /// More than is read.
    #[error("the answer of the gate is too large: more than {allowed} bytes used, {allowed} allowed")]
    TooLarge {
        /// Bytes allowed.
        allowed: u64,
    },
    /// The status and the answer contradict each other.
    #[error("the gate answered with status {status}, but its answer says `allowed: {allowed}`")]
    Contradiction {
        /// The status of the response.
        status: u16,
        /// What the answer says.
        allowed: bool,
    },
    /// An answer to another question.
    #[error("the gate answered about another deployment: {0}")]
    Foreign(String),
}

impl Failure {
    /// Whether the same question may well be answered a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Transport { .. } => true,
            Self::Refused { status, .. } | Self::Status { status, .. } => *status >= 500 || matches!(status, 408 | 429),
            Self::Ambiguous(_)
            | Self::Setup(_)
            | Self::Unencrypted(_)
            | Self::Unreadable { .. }
            | Self::TooLarge { .. }
            | Self::Contradiction { .. }
            | Self::Foreign(_) => false,
        }
    }

    /// After how long the gate says that it is worth asking again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } | Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// Asks a gate, as patiently as the options say.
pub fn decide(server: &Server, submission: &Submission, options: &Options) -> Result<Reply, Failure> {
    let mut transport = http::Http::new(server, submission, options)?;
    let patience = patience::Patience { retry_for: options.retry_for, wait: options.wait };
    patience::until_answered(&mut transport, &mut pace::WallPace::start(), patience, &mut |notice| {
        (options.say)(notice)
    })
}

/// One question, ready to be asked again and again by the same client. Answers are read to their end, and not looked at.
pub struct Repeated<'a>(http::Http<'a>);

impl std::fmt::Debug for Repeated<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repeated").finish_non_exhaustive()
    }
}

impl<'a> Repeated<'a> {
    /// To this gate.
    pub fn new(server: &'a Server, submission: &'a Submission, options: &'a Options) -> Result<Self, Failure> {
        Ok(Self(http::Http::new(server, submission, options)?))
    }

    /// Asks once more, as a new question; the status of the answer.
    pub fn ask(&self) -> Result<u16, Failure> {
        self.0.status(&uuid::Uuid::now_v7().to_string())
    }
}
