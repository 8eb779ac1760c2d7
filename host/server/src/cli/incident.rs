//! `tidegate incident`: what went wrong after deployments, and what is done about it.

mod show;

use crate::{
    api::incidents::{IncidentRequestBody, IncidentWordBody, KnownBody},
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
        talk,
    },
};

/// Open incidents, see to them, and resolve them
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Open one, for a deployment that went wrong
    Open(Box<Open>),
    /// List incidents, the newest first
    List(List),
    /// Show one, with its tasks and everything that happened
    Show(One),
    /// Say that you see to one; nobody else is told then
    Ack(Word),
    /// Say how one stands, and which of its tasks are done
    Update(Word),
    /// Say that one is over, and why it happened
    Resolve(Resolve),
}

/// What happened.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("followed").required(true).args(["decision", "environment"])))]
pub struct Open {
    #[command(flatten)]
    gate: Gate,
    /// What it is, in one sentence of 10 to 200 characters
    title: String,
    /// Where it happened: it followed the deployment that began there last
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Instead: the decision by which the deployment went that it followed
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
    /// One of its services alone
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// When it was noticed, if not now
    #[arg(long, value_name = "TIME")]
    detected_at: Option<String>,
    /// How many of a hundred users are affected
    #[arg(long, value_name = "PERCENT")]
    users: Option<f64>,
    /// How the service does: operational, degraded, partial_outage or outage
    #[arg(long, value_name = "STATE")]
    service_state: Option<String>,
    /// How its data do: intact, at_risk, lost or corrupted
    #[arg(long, value_name = "STATE")]
    data: Option<String>,
    /// Whether somebody got in: none, suspected or breach
    #[arg(long, value_name = "STATE")]
    security: Option<String>,
    /// How much of what users can do is broken: none, minor or major
    #[arg(long, value_name = "IMPACT")]
    features: Option<String>,
    /// How much slower it is: none, moderate or significant
    #[arg(long, value_name = "IMPACT")]
    performance: Option<String>,
    /// The deployment has to be undone
    #[arg(long)]
    rollback_required: bool,
    #[command(flatten)]
    said: Said,
    /// Sent again by whoever got no answer: then nothing is opened twice
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

/// What is said of an incident.
#[derive(Debug, Clone, clap::Args)]
pub struct Said {
    /// How it stands
    #[arg(long, value_name = "TEXT")]
    status: Option<String>,
    /// What users have of it
    #[arg(long, value_name = "TEXT")]
    impact: Option<String>,
    /// When it is expected to be resolved
    #[arg(long, value_name = "TEXT")]
    resolution_expected: Option<String>,
    /// What was done so far, one thing a line
    #[arg(long, value_name = "TEXT")]
    actions: Option<String>,
    /// Where others work on it
    #[arg(long, value_name = "TEXT")]
    ticket: Option<String>,
}

/// What is said once it is clearer, too.
#[derive(Debug, Clone, clap::Args)]
pub struct Learnt {
    #[command(flatten)]
    said: Said,
    /// Why it happened
    #[arg(long, value_name = "TEXT")]
    root_cause: Option<String>,
    /// What keeps it from happening again
    #[arg(long, value_name = "TEXT")]
    prevention: Option<String>,
    /// When it is looked back on
    #[arg(long, value_name = "TEXT")]
    post_mortem_at: Option<String>,
    /// A task that is done, by its number; several times for several
    #[arg(long, value_name = "NUMBER")]
    done: Vec<u32>,
}

/// Which.
#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    gate: Gate,
    /// Only those of deployments that went by this decision
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
    /// Only those that are open, acknowledged or resolved
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
}

/// Which.
#[derive(Debug, clap::Args)]
pub struct One {
    #[command(flatten)]
    gate: Gate,
    /// The incident's id, as the list names it
    id: String,
}

/// Which, and what is said of it.
#[derive(Debug, clap::Args)]
pub struct Word {
    #[command(flatten)]
    gate: Gate,
    /// The incident's id, as the list names it
    id: String,
    #[command(flatten)]
    learnt: Learnt,
}

/// Which, and what is said of it at its end.
#[derive(Debug, clap::Args)]
pub struct Resolve {
    #[command(flatten)]
    word: Word,
    /// How long users had of it, where that is shorter than from its detection until now, e.g. `45m`
    #[arg(long, value_name = "SPAN")]
    downtime: Option<String>,
}

/// Runs the command.
#[must_use]
pub fn run(command: &Command) -> Exit {
    asked::exit(match command {
        Command::Open(args) => {
            let asked = args.asked();
            let opened = args.gate.ask(|gate| gate.open_incident(&asked, args.idempotency_key.as_deref()));
            opened.and_then(|one| said(&show::whole(&one)))
        }
        Command::List(args) => {
            let all = args.gate.ask(|gate| gate.incidents(args.decision.as_deref(), args.state.as_deref()));
            all.and_then(|all| said(&show::list(&all)))
        }
        Command::Show(args) => args.gate.ask(|gate| gate.incident(&args.id)).and_then(|one| said(&show::whole(&one))),
        Command::Ack(args) => change(args, "ack", None),
        Command::Update(args) => change(args, "update", None),
        Command::Resolve(args) => change(&args.word, "resolve", args.downtime.clone()),
    })
}

fn change(args: &Word, what: &str, downtime: Option<String>) -> Result<(), Undone> {
    let asked = args.learnt.asked(downtime);
    args.gate.ask(|gate| gate.change_incident(&args.id, what, &asked)).and_then(|one| said(&show::whole(&one)))
}

fn said(text: &str) -> Result<(), Undone> {
    talk::data(text).map_err(|error| Undone::Output(error.to_string()))
}

impl Open {
    fn asked(&self) -> IncidentRequestBody {
        let Said { status, impact, resolution_expected, actions, ticket } = self.said.clone();
        IncidentRequestBody {
            decision: self.decision.clone(),
            environment: self.environment.clone(),
            service: self.service.clone(),
            title: self.title.clone(),
            detected_at: self.detected_at.clone(),
            known: KnownBody {
                users_affected_percent: self.users,
                service: self.service_state.clone(),
                data: self.data.clone(),
                security: self.security.clone(),
                features: self.features.clone(),
                performance: self.performance.clone(),
                rollback_required: self.rollback_required,
            },
            impact,
            status,
            resolution_expected,
            actions,
            ticket,
        }
    }
}

impl Learnt {
    fn asked(&self, downtime: Option<String>) -> IncidentWordBody {
        let Said { status, impact, resolution_expected, actions, ticket } = self.said.clone();
        IncidentWordBody {
            status,
            impact,
            resolution_expected,
            actions,
            ticket,
            root_cause: self.root_cause.clone(),
            prevention: self.prevention.clone(),
            post_mortem_at: self.post_mortem_at.clone(),
            done: self.done.clone(),
            downtime,
        }
    }
}
