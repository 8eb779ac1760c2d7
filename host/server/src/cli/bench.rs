//! `tidegate bench`

use crate::{
    cli::{
        asked::Tls,
        decide::{
            deployment,
            documents::{self, DocumentsError},
            evidence::{self, Cited, Labelled},
            options,
        },
        exit::Exit,
        talk,
    },
    client::{
        self, Failure, Repeated, Server, Token,
        credentials::{TokenError, VARIABLE},
        trust::TrustError,
    },
    folder,
    gate::submission::Submission,
    load::{Ask, CLIENTS_MAX, Measured, as_fast_as_it_goes, at_a_pace},
};
use serde_json::{Value, json};
use std::{fmt::Write as _, io, path::PathBuf, time::Duration};
use tidegate_core::name::StageId;

/// How long each part takes when nothing else is said.
const TIME: Duration = Duration::from_secs(10);
/// How long it may take.
const TIME_MAX: Duration = Duration::from_secs(600);
/// The percentiles that are told.
const PERCENTILES: [f64; 5] = [50.0, 90.0, 99.0, 99.9, 100.0];

/// Measure how many decisions a second a gate takes, and how long each
///
/// Asks the same question for a bounded time: first as fast as it is answered, by so many clients at once, then at half that pace, where
/// times count from the moment at which a question was due, so that nobody who waits behind a slow answer is left out. Every question is a
/// decision in the gate's record: ask a gate that is there for trying.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The gate to ask, e.g. `http://127.0.0.1:8780`
    #[arg(long, value_name = "URL", env = "TIDEGATE_SERVER", help_heading = "Which gate")]
    server: Server,
    /// A file that holds the token to ask with; without it `TIDEGATE_TOKEN` does
    #[arg(long, value_name = "FILE", help_heading = "Which gate")]
    token_file: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Which gate")]
    tls: Tls,

    #[command(flatten)]
    deployment: deployment::Flags,

    /// Documents under a name: files, also as a pattern, or the digest of an earlier upload
    #[arg(long, value_name = "NAME[@SERVICE]=FILES", help_heading = "Evidence")]
    evidence: Vec<Labelled<Cited>>,
    /// A folder of documents, named by their files or by folders of them
    #[arg(long, value_name = "DIR", help_heading = "Evidence")]
    evidence_dir: Vec<PathBuf>,
    /// An optional stage not to be judged
    #[arg(long, value_name = "STAGE", help_heading = "Evidence")]
    skip: Vec<StageId>,

    /// Clients at once
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clients, help_heading = "Load")]
    clients: usize,
    /// How long each part takes, e.g. `30s` [default: 10s]
    #[arg(long = "for", value_name = "SPAN", value_parser = options::span, help_heading = "Load")]
    time: Option<Duration>,
    /// Only this many questions a second, and no part as fast as it goes
    #[arg(long, value_name = "NUMBER", value_parser = rate, help_heading = "Load")]
    rate: Option<f64>,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

fn clients(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=CLIENTS_MAX).contains(number));
    number.ok_or_else(|| format!("expected a number from 1 to {CLIENTS_MAX}"))
}

fn rate(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && (0.1..=1e6).contains(number));
    number.ok_or_else(|| "expected questions a second, from 0.1 to 1000000".to_owned())
}

#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Deployment(#[from] deployment::FileError),
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    #[error("evidence folder `{}`: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("`--for`: {} s asked for, {} allowed", .0.as_secs(), TIME_MAX.as_secs())]
    TooLong(Duration),
    #[error(transparent)]
    Gate(#[from] Failure),
    #[error("no decision came of {asked} question(s): {why}")]
    NoDecision { asked: u64, why: String },
    #[error("cannot write to stdout: {0}")]
    Stdout(#[from] io::Error),
}

/// One connection to the gate.
struct Client<'a>(Repeated<'a>);

impl Ask for Client<'_> {
    fn ask(&mut self) -> Result<u16, String> {
        self.0.ask().map_err(|failure| failure.to_string())
    }
}

/// A part of the measurement.
struct Part {
    name: &'static str,
    /// Questions a second that were due; none: as many as were answered.
    pace: Option<f64>,
    measured: Measured,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    match measured(args).and_then(|parts| shown(args, &parts)) {
        Ok(()) => Exit::Allowed,
        Err(undone) => {
            talk::error(&undone);
            if matches!(undone, Undone::Token(_) | Undone::Trust(_) | Undone::TooLong(_)) {
                Exit::Usage
            } else {
                Exit::Undecided
            }
        }
    }
}

fn measured(args: &Args) -> Result<Vec<Part>, Undone> {
    let time = args.time.unwrap_or(TIME);
    if time > TIME_MAX {
        return Err(Undone::TooLong(time));
    }
    let submission = submission(args)?;
    let options = client::Options {
        token: Token::find(args.token_file.as_deref(), std::env::var(VARIABLE).ok())?,
        trust: args.tls.trust()?,
        ..client::Options::default()
    };
    let one = |_| Repeated::new(&args.server, &submission, &options).map(Client);
    let mut clients = (0..args.clients).map(one).collect::<Result<Vec<_>, Failure>>()?;
    // The first one makes the connection, and tells what is wrong with the question before a thousand do.
    for client in &mut clients {
        let status = client.0.ask()?;
        if !matches!(status, 200 | 409) {
            return Err(Undone::NoDecision { asked: 1, why: format!("status {status}; `tidegate decide` says why") });
        }
    }
    let mut parts = Vec::new();
    let pace = match args.rate {
        Some(rate) => rate,
        None => {
            let measured = as_fast_as_it_goes(&mut clients, time);
            let pace = sound(&measured)?.a_second() / 2.0;
            parts.push(Part { name: "as fast as it goes", pace: None, measured });
            pace
        }
    };
    let measured = at_a_pace(&mut clients, pace, time);
    sound(&measured)?;
    parts.push(Part { name: "at a pace", pace: Some(pace), measured });
    Ok(parts)
}

/// Whether there is anything to tell.
fn sound(measured: &Measured) -> Result<&Measured, Undone> {
    if measured.decided() > 0 {
        return Ok(measured);
    }
    let statuses = measured.statuses.keys().map(|status| format!("status {status}"));
    let why: Vec<String> = measured.failures.keys().cloned().chain(statuses).collect();
    Err(Undone::NoDecision { asked: measured.asked(), why: why.join("; ") })
}

fn submission(args: &Args) -> Result<Submission, Undone> {
    let (mut evidence, unmatched) = documents::uploads(&evidence::said(&args.evidence, &[], &[]))?;
    for path in &args.evidence_dir {
        let found = folder::uploads_of(path).map_err(|source| Undone::Folder { path: path.clone(), source });
        evidence.extend(found?);
    }
    unmatched.iter().for_each(|label| talk::warning(label));
    let skip = args.skip.iter().map(ToString::to_string).collect();
    Ok(Submission { deployment: args.deployment.read()?, skip, emergency: None, evidence })
}

fn shown(args: &Args, parts: &[Part]) -> Result<(), Undone> {
    let text = if args.json { as_json(args.clients, parts) } else { as_text(args.clients, parts) };
    Ok(talk::data(&text)?)
}

fn as_json(clients: usize, parts: &[Part]) -> String {
    let part = |part: &Part| {
        let Measured { statuses, failures, latencies, took } = &part.measured;
        let percentiles = PERCENTILES.iter().map(|percent| {
            let micros = latencies.percentile(*percent).map(|latency| latency.as_micros() as u64);
            (format!("p{percent}"), json!(micros))
        });
        json!({
            "part": part.name,
            "pace": part.pace,
            "seconds": took.as_secs_f64(),
            "decisions": part.measured.decided(),
            "decisions_per_second": part.measured.a_second(),
            "statuses": statuses.iter().map(|(status, times)| (status.to_string(), json!(times))).collect::<serde_json::Map<String, Value>>(),
            "failures": failures,
            "latency_us": percentiles.collect::<serde_json::Map<String, Value>>(),
        })
    };
    let whole = json!({ "clients": clients, "parts": parts.iter().map(part).collect::<Vec<_>>() });
    format!("{whole:#}\n")
}

fn as_text(clients: usize, parts: &[Part]) -> String {
    let mut text = format!("{clients} client(s)\n");
    for Part { name, pace, measured } in parts {
        let due = pace.map(|pace| format!(" of {pace:.1} a second")).unwrap_or_default();
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "\n{name}{due}: {} decisions in {:.1} s, {:.1} a second",
            measured.decided(),
            measured.took.as_secs_f64(),
            measured.a_second()
        );
        for percent in PERCENTILES {
            if let Some(latency) = measured.latencies.percentile(percent) {
                let _ = writeln!(text, "  {:>6} % within {:.2} ms", percent, latency.as_secs_f64() * 1e3);
            }
        }
        for (status, times) in measured.statuses.iter().filter(|(status, _)| !matches!(status, 200 | 409)) {
            let _ = writeln!(text, "  {times} answered with status {status}, which is no decision");
        }
        for (why, times) in &measured.failures {
            let _ = writeln!(text, "  {times} without an answer: {why}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Part, as_text, clients, rate};
    use crate::load::Measured;
    use std::time::Duration;

    #[test]
    fn what_no_load_can_be_is_refused() {
        for text in ["0", "257", "-1", "x"] {
            assert!(clients(text).is_err(), "{text}");
        }
        for text in ["0", "NaN", "inf", "1e7", "-1"] {
            assert!(rate(text).is_err(), "{text}");
        }
        assert_eq!((clients("256"), rate("0.5")), (Ok(256), Ok(0.5)));
    }

    #[test]
    fn what_is_no_decision_is_shown() {
        let measured = Measured {
            statuses: [(200, 3), (503, 2)].into(),
            failures: [("nobody answers".to_owned(), 1)].into(),
            took: Duration::from_secs(1),
            ..Measured::default()
        };
        let text = as_text(2, &[Part { name: "at a pace", pace: Some(6.0), measured }]);
        assert_eq!(
            text,
            "2 client(s)\n\nat a pace of 6.0 a second: 3 decisions in 1.0 s, 3.0 a second\n  \
             2 answered with status 503, which is no decision\n  1 without an answer: nobody answers\n"
        );
    }
}
