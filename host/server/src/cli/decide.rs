//! `tidegate decide`: the pipeline's client, and the same judgement without a service.

pub(in crate::cli) mod deployment;
pub(in crate::cli) mod documents;
pub(in crate::cli) mod evidence;
pub(in crate::cli) mod options;
pub(in crate::cli) mod outputs;
mod receipt;
#[cfg(test)]
mod tests;
pub(in crate::cli) mod verdict;

use crate::{
    api::{answer::Answer, problem::Problem, request::EmergencyRequest},
    cli::{EXIT_CODES, asked::Tls, exit::Exit, talk},
    client::{
        self, Failure, Server, Token,
        credentials::{TokenError, VARIABLE},
        trust::TrustError,
    },
    folder,
    gate::{offline, submission::Submission},
};
use evidence::{Cited, Labelled, Moment};
use options::Mistake;
use outputs::Wanted;
use std::{path::PathBuf, time::Duration};
use tidegate_core::{name::StageId, time::Timestamp};

/// Where policies lie when nothing else is said.
const POLICIES: &str = "policies";

/// Ask whether a deployment may go out
///
/// With `--server` a gate decides and records. Without it the policies here decide: the answer is the same, but nothing is recorded, and
/// whoever asks can change the policies.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub struct Args {
    /// The gate to ask, e.g. `http://127.0.0.1:8780`
    #[arg(long, value_name = "URL", env = "TIDEGATE_SERVER", help_heading = "Who decides")]
    server: Option<Server>,
    /// A file that holds the token to ask with; without it `TIDEGATE_TOKEN` does
    #[arg(long, value_name = "FILE", requires = "server", help_heading = "Who decides")]
    token_file: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Who decides")]
    tls: Tls,
    /// A policy set or a folder of them, for a decision without a gate [default: policies]
    #[arg(long, value_name = "PATH", conflicts_with = "server", help_heading = "Who decides")]
    policies: Option<PathBuf>,
    /// Judge as of this moment (RFC 3339); only without a gate, which has its own clock
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse, conflicts_with = "server", help_heading = "Who decides")]
    at: Option<Timestamp>,

    #[command(flatten)]
    deployment: deployment::Flags,

    /// Documents under a name: files, also as a pattern (`unit_tests=target/**/*.xml`), or the digest of an earlier upload
    /// (`unit_tests=sha256:…`); a name can be bound to a service (`unit_tests@api=…`)
    #[arg(long, value_name = "NAME[@SERVICE]=FILES", help_heading = "Evidence")]
    evidence: Vec<Labelled<Cited>>,
    /// A folder of documents, named by their files (`unit_tests.xml`, `unit_tests@api.xml`) or by folders of them (`unit_tests/`)
    #[arg(long, value_name = "DIR", help_heading = "Evidence")]
    evidence_dir: Vec<PathBuf>,
    /// The format of the documents under a name, where their content does not show it
    #[arg(long, value_name = "NAME[@SERVICE]=FORMAT", help_heading = "Evidence")]
    format: Vec<Labelled<String>>,
    /// When the documents under a name were made (RFC 3339), where they do not say so
    #[arg(long, value_name = "NAME[@SERVICE]=TIME", help_heading = "Evidence")]
    produced_at: Vec<Labelled<Moment>>,
    /// An optional stage not to be judged; shown in the decision and its record
    #[arg(long, value_name = "STAGE", help_heading = "Evidence")]
    skip: Vec<StageId>,

    /// Deploy all the same, for this reason: security_fix, production_down, data_corruption or urgent_bug; only with a gate
    #[arg(long, value_name = "REASON", requires_all = ["server", "justify"], help_heading = "Emergency")]
    emergency: Option<String>,
    /// Why, in at least 20 characters
    #[arg(long, value_name = "TEXT", requires = "emergency", help_heading = "Emergency")]
    justify: Option<String>,

    /// text, json, junit, sarif or github (a step summary, appended to its file); to stdout, or to a file [default: text]
    #[arg(long, value_name = "FORM[=FILE]", help_heading = "Answer")]
    output: Vec<Wanted>,
    /// Write where the decision is recorded, as JSON; only with a gate
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    receipt: Option<PathBuf>,

    /// Wait so long at most while the gate holds and nothing else speaks against the deployment, e.g. `30m`
    #[arg(long, value_name = "SPAN", value_parser = options::span, help_heading = "Patience")]
    wait: Option<Duration>,
    /// Ask again for so long at most while the gate cannot be reached or is in trouble, e.g. `5m`
    #[arg(long, value_name = "SPAN", value_parser = options::span, help_heading = "Patience")]
    retry_for: Option<Duration>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error(transparent)]
    Usage(#[from] Mistake),
    /// The token to ask with.
    #[error(transparent)]
    Token(TokenError),
    /// The certificates.
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Deployment(#[from] deployment::FileError),
    #[error(transparent)]
    Documents(#[from] documents::DocumentsError),
    #[error("evidence folder `{}`: {source}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    match answer(args) {
        Ok(answer) => {
            let exit = verdict::exit(&answer);
            match hand_out(args, &answer) {
                Ok(()) => exit,
                Err(failed) => {
                    talk::error(&failed);
                    // A refusal stays one; a permission that could not be handed out is none.
                    if exit == Exit::Allowed { Exit::Undecided } else { exit }
                }
            }
        }
        Err(unanswered) => {
            explain(&unanswered);
            if matches!(unanswered, Unanswered::Usage(_) | Unanswered::Token(_) | Unanswered::Trust(_)) {
                Exit::Usage
            } else {
                Exit::Undecided
            }
        }
    }
}

fn answer(args: &Args) -> Result<Answer, Unanswered> {
    options::consistent(args)?;
    let submission = submission(args)?;
    let Some(server) = &args.server else {
        let policies = args.policies.clone().unwrap_or_else(|| PathBuf::from(POLICIES));
        let decided = offline::decide(&policies, submission, args.at);
        return decided.map_err(|problem| Unanswered::Problem(Box::new(problem)));
    };
    let options = client::Options {
        retry_for: args.retry_for.unwrap_or_default(),
        wait: args.wait.unwrap_or_default(),
        token: Token::find(args.token_file.as_deref(), std::env::var(VARIABLE).ok()).map_err(Unanswered::Token)?,
        trust: args.tls.trust()?,
        traceparent: options::traceparent(std::env::var("TRACEPARENT").ok()),
        say: |notice| talk::note(notice),
        ..client::Options::default()
    };
    match client::decide(server, &submission, &options) {
        Ok(reply) => Ok(reply.answer),
        Err(Failure::Refused { problem, .. }) => Err(Unanswered::Problem(problem)),
        Err(failure) => Err(failure.into()),
    }
}

fn submission(args: &Args) -> Result<Submission, Unanswered> {
    let deployment = args.deployment.read()?;
    let said = evidence::said(&args.evidence, &args.format, &args.produced_at);
    let (mut evidence, unmatched) = documents::uploads(&said)?;
    for path in &args.evidence_dir {
        let found = folder::uploads_of(path).map_err(|source| Unanswered::Folder { path: path.clone(), source });
        evidence.extend(found?);
    }
    for label in unmatched {
        talk::warning(&label);
    }
    let skip = args.skip.iter().map(ToString::to_string).collect();
    let emergency = args
        .emergency
        .clone()
        .map(|reason| EmergencyRequest { reason, justification: args.justify.clone().unwrap_or_default() });
    Ok(Submission { deployment, skip, emergency, evidence })
}

fn hand_out(args: &Args, answer: &Answer) -> Result<(), outputs::WriteError> {
    // The receipt first: it cannot be made again, the reports can.
    let receipt = args.receipt.as_ref().map_or(Ok(()), |file| receipt::write(file, answer));
    receipt.and(outputs::write(&args.output, answer))
}

fn explain(unanswered: &Unanswered) {
    match unanswered {
        Unanswered::Problem(problem) => talk::problem(problem),
        Unanswered::Failure(failure) => {
            talk::error(failure);
            if failure.is_passing() {
                talk::hint(&"`--retry-for 5m` asks again while the gate cannot be reached");
            }
        }
        other => talk::error(other),
    }
}
