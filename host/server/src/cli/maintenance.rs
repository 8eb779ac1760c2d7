//! `tidegate maintenance`: windows in which people work on services.

use crate::{
    api::{
        maintenances::{HappenedBody, MaintenanceBody, MaintenanceRequestBody, PhaseBody},
        statements::StatementRequest,
    },
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
        talk,
    },
};
use tidegate_core::one_line::one_line;

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 500;

/// Plan maintenance, see what is still to be done, and bring it to its end
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Plan one, or open one at once because it is an emergency
    Plan(Plan),
    /// Approve one that somebody else planned
    Approve(One),
    /// Open one, where its policy set allows it by what was stated
    Open(One),
    /// State that one of its items is fulfilled, or is not
    State(State),
    /// Close one, by the decision that verified the services
    Close(Close),
    /// Give one up that did not open
    Cancel(Cancel),
    /// List them, the newest first
    List(List),
    /// Show one, with what is still to be done and what was
    Show(One),
}

/// What is planned.
#[derive(Debug, clap::Args)]
pub struct Plan {
    #[command(flatten)]
    gate: Gate,
    /// Where
    environment: String,
    /// Of what; may be repeated
    #[arg(long = "service", value_name = "NAME", required = true)]
    services: Vec<String>,
    /// From when on it may be opened, e.g. 2026-11-07T22:00:00Z
    #[arg(long, value_name = "TIME", required_unless_present = "emergency", conflicts_with = "emergency")]
    from: Option<String>,
    /// By when it has to be closed
    #[arg(long, value_name = "TIME")]
    until: String,
    /// Why, in at least 10 characters
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Open it at once: security_fix, production_down, data_corruption or urgent_bug
    #[arg(long, value_name = "WHAT")]
    emergency: Option<String>,
}

/// Which.
#[derive(Debug, clap::Args)]
pub struct One {
    #[command(flatten)]
    gate: Gate,
    /// The maintenance's id, as the list names it
    id: String,
}

/// What is stated of which.
#[derive(Debug, clap::Args)]
pub struct State {
    #[command(flatten)]
    gate: Gate,
    /// The maintenance's id, as the list names it
    id: String,
    /// The item's id, as the maintenance shows it
    item: String,
    /// It is not fulfilled
    #[arg(long)]
    unmet: bool,
    /// It does not concern this maintenance; `--note` says why
    #[arg(long, conflicts_with = "unmet", requires = "note")]
    not_applicable: bool,
    /// What else there is to say
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Which, and by what.
#[derive(Debug, clap::Args)]
pub struct Close {
    #[command(flatten)]
    gate: Gate,
    /// The maintenance's id, as the list names it
    id: String,
    /// The decision that verified the services
    #[arg(long, value_name = "ID")]
    verification: String,
}

/// Which, and why.
#[derive(Debug, clap::Args)]
pub struct Cancel {
    #[command(flatten)]
    gate: Gate,
    /// The maintenance's id, as the list names it
    id: String,
    /// Why, in at least 10 characters
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Which.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    gate: Gate,
    /// Only those there
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Only those that are planned, approved, open, closed, cancelled or expired
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    let shown = |one: Result<MaintenanceBody, Undone>| one.and_then(|one| said(&whole(&one)));
    asked::exit(match command {
        Command::Plan(args) => shown(args.gate.ask(|gate| gate.plan_maintenance(&planned(args)))),
        Command::Approve(args) => shown(args.gate.ask(|gate| gate.approve_maintenance(&args.id))),
        Command::Open(args) => shown(args.gate.ask(|gate| gate.open_maintenance(&args.id))),
        Command::State(args) => shown(state(args)),
        Command::Close(args) => shown(args.gate.ask(|gate| gate.close_maintenance(&args.id, &args.verification))),
        Command::Cancel(args) => shown(args.gate.ask(|gate| gate.cancel_maintenance(&args.id, &args.reason))),
        Command::List(args) => list(args),
        Command::Show(args) => shown(args.gate.ask(|gate| gate.maintenance(&args.id))),
    })
}

fn planned(args: &Plan) -> MaintenanceRequestBody {
    MaintenanceRequestBody {
        environment: args.environment.clone(),
        services: args.services.clone(),
        from: args.from.clone(),
        until: args.until.clone(),
        reason: args.reason.clone(),
        emergency: args.emergency.clone(),
    }
}

/// An ordinary statement that names what the maintenance is about.
fn state(args: &State) -> Result<MaintenanceBody, Undone> {
    let about = args.gate.ask(|gate| gate.maintenance(&args.id))?;
    let stated = StatementRequest {
        item: args.item.clone(),
        satisfied: (!args.not_applicable).then_some(!args.unmet),
        not_applicable: args.not_applicable.then_some(true),
        environment: Some(about.asked_in),
        services: about.services,
        note: args.note.clone(),
        ..StatementRequest::default()
    };
    args.gate.ask(|gate| gate.state(&stated))?;
    args.gate.ask(|gate| gate.maintenance(&args.id))
}

fn list(args: &List) -> Result<(), Undone> {
    let all = args.gate.ask(|gate| gate.maintenances(args.environment.as_deref(), args.state.as_deref()))?;
    let lines: Vec<String> = all.maintenances.iter().map(|one| line(one) + "\n").collect();
    said(&lines.concat())
}

fn said(text: &str) -> Result<(), Undone> {
    talk::data(text).map_err(|error| Undone::Output(error.to_string()))
}

/// Whatever a gate answers, one line for each.
fn line(one: &MaintenanceBody) -> String {
    let MaintenanceBody { id, state, overdue, environment, services, from, until, .. } = one;
    let overdue = if *overdue { "  OVERDUE" } else { "" };
    let text = format!("{state:<10}  {id}  {environment}  {}  {from} to {until}{overdue}", services.join(","));
    one_line(&text, LINE_CHARS_MAX).to_string()
}

fn whole(one: &MaintenanceBody) -> String {
    let about = format!("  statements name {}; verified in {}", one.asked_in, one.verified_in);
    let phases = one.phases.iter().flat_map(phase);
    let lines = [about].into_iter().chain(phases).chain(one.timeline.iter().map(happened));
    let lines: Vec<String> = lines.map(|text| one_line(&text, LINE_CHARS_MAX).to_string() + "\n").collect();
    format!("{}\n{}", line(one), lines.concat())
}

fn phase(one: &PhaseBody) -> Vec<String> {
    let items = one.items.iter().map(|item| {
        let by = item.by.as_deref().map(|by| format!(" ({by})")).unwrap_or_default();
        format!("    {:<14}  {}  {}{by}", item.state, item.item, item.title)
    });
    [format!("  {}: {} to do", one.phase, one.to_do)].into_iter().chain(items).collect()
}

fn happened(one: &HappenedBody) -> String {
    let more = [&one.item, &one.decision, &one.reason];
    let more: Vec<&str> = more.into_iter().filter_map(|text| text.as_deref()).collect();
    format!("  {}  {} by {}  {}", one.at, one.what, one.by, more.join("  "))
}

#[cfg(test)]
mod tests {
    use super::whole;
    use crate::api::maintenances::{HappenedBody, ItemBody, MaintenanceBody, PhaseBody};

    #[test]
    fn a_maintenance_is_shown_with_what_is_to_be_done_and_steers_no_terminal() {
        let item = ItemBody {
            item: "banner_shown".to_owned(),
            title: "The banner\u{1b}[2J is shown".to_owned(),
            state: "open".to_owned(),
            by: None,
            at: None,
        };
        let planned = HappenedBody {
            at: "2026-03-31T12:00:00Z".to_owned(),
            what: "planned".to_owned(),
            by: "ada".to_owned(),
            item: None,
            decision: None,
            reason: Some("two\nlines".to_owned()),
            leaf_index: 7,
        };
        let one = MaintenanceBody {
            id: "m1".to_owned(),
            state: "expired".to_owned(),
            overdue: true,
            environment: "production".to_owned(),
            services: vec!["api".to_owned(), "web".to_owned()],
            policy_set: "maintenance".to_owned(),
            asked_in: "production-maintenance".to_owned(),
            verified_in: "production-verification".to_owned(),
            from: "2026-03-31T12:00:00Z".to_owned(),
            until: "2026-03-31T13:00:00Z".to_owned(),
            reason: "two\nlines".to_owned(),
            planned_by: "ada".to_owned(),
            planned_at: "2026-03-31T12:00:00Z".to_owned(),
            emergency: None,
            phases: vec![PhaseBody { phase: "during".to_owned(), to_do: 1, items: vec![item] }],
            timeline: vec![planned],
            leaf_index: 7,
        };
        let text = whole(&one);
        assert!(!text.contains('\u{1b}'), "{text}");
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(text.starts_with("expired     m1  production  api,web  "), "{text}");
        assert!(text.lines().next().unwrap().ends_with("OVERDUE"), "{text}");
        assert!(text.contains("  during: 1 to do\n    open            banner_shown  The banner"), "{text}");
    }
}
