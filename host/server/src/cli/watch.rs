//! `tidegate watch`: what signals say of deployments that run.

mod tail;

use crate::{
    api::watches::{TriggerBody, WatchBody},
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
        talk,
    },
};
use tidegate_core::one_line::one_line;

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 500;

/// Watch deployments that run, and see what signals say of them
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Watch the deployment of a decision
    Start(Start),
    /// List watches, the newest first
    List(List),
    /// Show one, with every trigger as it was when it last changed
    Show(One),
    /// Follow one, look by look, until it is over
    Tail(One),
    /// End one for a reason
    Stop(Stop),
}

/// Which deployment.
#[derive(Debug, clap::Args)]
pub struct Start {
    #[command(flatten)]
    gate: Gate,
    /// The decision's id, as its answer names it
    decision: String,
}

/// Which.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    gate: Gate,
    /// Only those of this decision
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
    /// Only those that are running, healthy, rolled_back, inconclusive, cancelled or expired
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
}

/// Which.
#[derive(Debug, clap::Args)]
pub struct One {
    #[command(flatten)]
    gate: Gate,
    /// The watch's id, as the list names it
    id: String,
}

/// Which, and why.
#[derive(Debug, clap::Args)]
pub struct Stop {
    #[command(flatten)]
    gate: Gate,
    /// The watch's id, as the list names it
    id: String,
    /// Why, in at least 10 characters
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    asked::exit(match command {
        Command::Start(args) => {
            args.gate.ask(|gate| gate.start_watch(&args.decision)).and_then(|one| said(&whole(&one)))
        }
        Command::List(args) => list(args),
        Command::Show(args) => args.gate.ask(|gate| gate.watch(&args.id)).and_then(|one| said(&whole(&one))),
        Command::Tail(args) => tail::run(&args.gate, &args.id),
        Command::Stop(args) => {
            args.gate.ask(|gate| gate.stop_watch(&args.id, &args.reason)).and_then(|one| said(&whole(&one)))
        }
    })
}

fn list(args: &List) -> Result<(), Undone> {
    let all = args.gate.ask(|gate| gate.watches(args.decision.as_deref(), args.state.as_deref()))?;
    let lines: Vec<String> = all.watches.iter().map(|one| line(one) + "\n").collect();
    said(&lines.concat())
}

fn said(text: &str) -> Result<(), Undone> {
    talk::data(text).map_err(|error| Undone::Output(error.to_string()))
}

/// Whatever a gate answers, one line for each.
fn line(one: &WatchBody) -> String {
    let WatchBody { id, state, environment, services, advice, ends_at, .. } = one;
    let advice = advice.as_deref().unwrap_or("-");
    let text = format!("{state:<12}  {id}  {environment}  {}  {advice}  ends {ends_at}", services.join(","));
    one_line(&text, LINE_CHARS_MAX).to_string()
}

fn whole(one: &WatchBody) -> String {
    let more = [
        ("summary", &one.summary),
        ("why", &one.why),
        ("ended by", &one.cancelled_by),
        ("because", &one.cancel_reason),
        ("incident", &one.incident),
    ];
    let more = more.into_iter().filter_map(|(what, text)| Some(format!("  {what}: {}", text.as_ref()?)));
    let triggers = one.triggers.iter().map(trigger);
    let lines: Vec<String> =
        more.chain(triggers).map(|text| one_line(&text, LINE_CHARS_MAX).to_string() + "\n").collect();
    format!("{}\n{}", line(one), lines.concat())
}

fn trigger(one: &TriggerBody) -> String {
    let TriggerBody { name, state, observed, threshold, message, .. } = one;
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    format!("  {state:<12}  {name}  {} of {}  {message}", value(observed), value(threshold))
}

#[cfg(test)]
mod tests {
    use super::whole;
    use crate::api::watches::{TriggerBody, WatchBody};

    #[test]
    fn a_watch_is_shown_with_its_triggers_and_steers_no_terminal() {
        let trigger = TriggerBody {
            name: "errors".to_owned(),
            signal: None,
            state: "firing".to_owned(),
            since: None,
            observed: Some("0.2".to_owned()),
            threshold: Some("0.1".to_owned()),
            samples: 3,
            message: "above\u{1b}[2J for 6m".to_owned(),
        };
        let one = WatchBody {
            id: "w1".to_owned(),
            decision: "d1".to_owned(),
            environment: "production".to_owned(),
            services: vec!["api".to_owned(), "web".to_owned()],
            state: "running".to_owned(),
            cause: "event".to_owned(),
            started_by: "ci".to_owned(),
            started_at: "2026-03-31T12:00:00Z".to_owned(),
            deployed_at: "2026-03-31T12:00:00Z".to_owned(),
            ends_at: "2026-03-31T12:30:00Z".to_owned(),
            step_ms: 30_000,
            advice: Some("roll_back".to_owned()),
            summary: None,
            triggers: vec![trigger],
            why: Some("two\nlines".to_owned()),
            cancelled_by: None,
            cancel_reason: None,
            changes: 2,
            changed_at: None,
            looks: 7,
            seen: None,
            incident: None,
            plan: "sha256:0".to_owned(),
            window: None,
            answer: None,
            leaf_index: 9,
        };
        let text = whole(&one);
        assert!(!text.contains('\u{1b}'), "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(
            text.starts_with("running       w1  production  api,web  roll_back  ends 2026-03-31T12:30:00Z\n"),
            "{text}"
        );
        assert!(text.contains("  firing        errors  0.2 of 0.1  above"), "{text}");
    }
}
