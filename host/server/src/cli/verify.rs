//! `tidegate verify`: a deployment is looked at after it went out.

use crate::{
    api::{
        answer::Answer,
        request::{EvidenceRequest, VerificationRequest},
    },
    cli::{
        EXIT_CODES,
        asked::{self, Gate, Undone},
        decide::{
            documents,
            evidence::{self, Cited, Labelled},
            outputs::{self, Wanted},
            verdict,
        },
        exit::Exit,
        talk,
    },
    gate::submission::{Source, Upload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Have the gate look at a deployment after it went out, and judge what it saw
///
/// The gate asks what the policy set names under `verification`: endpoints, Prometheus, Alertmanager. Reports of what it cannot see
/// itself (smoke tests, load tests, statements) are handed in beside. The answer is a decision of its own, which is recorded.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// The decision that the deployment went by
    decision: String,
    /// Documents under a name: files, also as a pattern (`smoke_tests=target/**/*.xml`), or the digest of an earlier upload
    #[arg(long, value_name = "NAME[@SERVICE]=FILES")]
    evidence: Vec<Labelled<Cited>>,
    /// The format of the documents under a name, where their content does not show it
    #[arg(long, value_name = "NAME[@SERVICE]=FORMAT")]
    format: Vec<Labelled<String>>,
    /// text, json, junit, sarif or github (a step summary, appended to its file); to stdout, or to a file [default: text]
    #[arg(long, value_name = "FORM[=FILE]")]
    output: Vec<Wanted>,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    match verified(args) {
        Ok(answer) => match outputs::write(&args.output, &answer) {
            Ok(()) => verdict::exit(&answer),
            Err(failed) => {
                talk::error(&failed);
                // A refusal stays one; a permission that could not be handed out is none.
                let exit = verdict::exit(&answer);
                if exit == Exit::Allowed { Exit::Undecided } else { exit }
            }
        },
        Err(undone) => asked::exit(Err(undone)),
    }
}

fn verified(args: &Args) -> Result<Answer, Undone> {
    let said = evidence::said(&args.evidence, &args.format, &[]);
    let (uploads, unmatched) = documents::uploads(&said).map_err(|error| Undone::Documents(error.to_string()))?;
    for label in unmatched {
        talk::warning(&label);
    }
    let asked = VerificationRequest { evidence: uploads.into_iter().map(by_value).collect() };
    args.gate.ask_patiently(|gate| gate.verify(&args.decision, &asked))
}

fn by_value(upload: Upload) -> EvidenceRequest {
    let Upload { name, place: _, format, produced_at, source } = upload;
    let (digest, base64) = match source {
        Source::Digest(digest) => (Some(digest), None),
        Source::Bytes(bytes) => (None, Some(STANDARD.encode(bytes))),
    };
    EvidenceRequest { name, format, produced_at, digest, text: None, base64 }
}
