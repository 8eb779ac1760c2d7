//! The decision as the runbook prints it.
//!
//! The block itself (decision, score, blocking failures, test results) is the runbook's, byte for byte; everything else
//! stands below it.

use crate::{
    break_glass::{Override, OverrideState},
    decision::{Decision, Permission, Warning},
    evidence::label,
    name::EvidenceName,
    obligation::ObligationRule,
    one_line::one_line,
    policy::{Enforcement, Mode},
    ratio::percent,
    stage_result::{Blocker, Conclusion, StageResult, Why},
    time::in_words,
};
use std::{fmt::Write as _, time::Duration};

/// Characters of an obligation's name: a decision, a waiver and a service.
const ID_CHARS_MAX: usize = 256;

/// Services named in one line, at most; the rest is counted.
const SERVICES_SHOWN: usize = 5;

/// How a reader finds the record of a decision.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// The decision's id.
    pub id: &'a str,
    /// Where it can be looked at, when that is known.
    pub link: Option<&'a str>,
}

/// The text form; ends with a newline.
#[must_use]
pub fn text_form(decision: &Decision, reference: Option<Reference<'_>>) -> String {
    let mut text = block(decision);
    let below = below(decision, reference);
    if !below.is_empty() {
        text.push('\n');
        text.push_str(&below.join("\n"));
        text.push('\n');
    }
    text
}

/// The runbook's block alone; ends with a newline.
#[must_use]
pub fn block(decision: &Decision) -> String {
    let failed = failed_stages(decision);
    let failures = if failed.is_empty() { "0".to_owned() } else { format!("{} ({})", failed.len(), failed.join(", ")) };
    let mut text = format!(
        "🤖 INTELLIGENT DEPLOYMENT DECISION\nDecision: {}\nOverall Score: {}\nBlocking Failures: {failures}\n\nTest Results:\n",
        decision.outcome.word(),
        decision.score,
    );
    for stage in decision.stages.iter().filter(|stage| scored(stage)) {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{}", stage_line(stage));
    }
    text
}

fn scored(stage: &StageResult) -> bool {
    matches!(stage.mode, Mode::Block | Mode::Warn) && stage.weight > 0 && stage.conclusion != Conclusion::Skipped
}

fn failed_stages(decision: &Decision) -> Vec<&str> {
    let failed = |stage: &&StageResult| stage.blocking.iter().any(|blocker| blocker.why == Why::Failed);
    decision.stages.iter().filter(failed).map(|stage| stage.stage.as_str()).collect()
}

fn stage_line(stage: &StageResult) -> String {
    let share = stage.ratio.as_ref().map_or_else(|| "n/a".to_owned(), percent);
    let (icon, note) = icon_and_note(stage);
    let title = one_line(&stage.title, 128);
    if note.is_empty() { format!("{icon} {title}: {share}") } else { format!("{icon} {title}: {share} ({note})") }
}

fn icon_and_note(stage: &StageResult) -> (&'static str, String) {
    let lifted = !stage.lifted_by.is_empty();
    match (&stage.conclusion, stage.mode) {
        (Conclusion::Pass, _) => ("✅", String::new()),
        (Conclusion::Fail, Mode::Block) if lifted => ("❌", waived_note(stage)),
        (Conclusion::Fail, Mode::Block) => ("❌", note("BLOCKING", stage)),
        (Conclusion::Fail, Mode::Monitor) if stage.would_block => ("👁️", "WOULD BLOCK".to_owned()),
        (Conclusion::Fail, _) => ("⚠️", "WARNING".to_owned()),
        (Conclusion::Hold(None), _) => ("⏸️", note("HELD", stage)),
        (Conclusion::Hold(Some(until)), _) => ("⏸️", note(&format!("HELD UNTIL {until}"), stage)),
        (Conclusion::NotApplicable, _) => ("➖", "NOT APPLICABLE".to_owned()),
        (Conclusion::Inconclusive(_), _) => ("❔", note("UNDECIDED", stage)),
        (Conclusion::Skipped, _) => ("⏭️", "SKIPPED".to_owned()),
        (Conclusion::Error(_), _) => ("💥", note("ERROR", stage)),
    }
}

/// A waiver lifts failures alone: another service of the same stage may still hold or be undecided.
fn waived_note(stage: &StageResult) -> String {
    let undecided = |blocker: &Blocker| matches!(blocker.why, Why::Undecided(_));
    match stage.blocking.as_slice() {
        [] => "WAIVED".to_owned(),
        blocking if blocking.iter().any(undecided) => note("WAIVED; UNDECIDED", stage),
        _ => note("WAIVED; HELD", stage),
    }
}

/// Which services it is about, where there are several.
fn note(word: &str, stage: &StageResult) -> String {
    let services: Vec<&str> =
        stage.blocking.iter().filter_map(|blocker| blocker.service.as_ref()).map(|s| s.as_str()).collect();
    if stage.evaluations.len() < 2 || services.is_empty() {
        return word.to_owned();
    }
    let shown = services.get(..SERVICES_SHOWN.min(services.len())).unwrap_or_default().join(", ");
    match services.len().saturating_sub(SERVICES_SHOWN) {
        0 => format!("{word}: {shown}"),
        more => format!("{word}: {shown} and {more} more"),
    }
}

fn below(decision: &Decision, reference: Option<Reference<'_>>) -> Vec<String> {
    let unscored = decision.stages.iter().filter(|stage| !scored(stage) && stage.conclusion != Conclusion::Skipped);
    let mut lines: Vec<String> = unscored.map(stage_line).collect();
    if !lines.is_empty() {
        lines.insert(0, "Not Scored:".to_owned());
        lines.push(String::new());
    }
    lines.extend(listed("HELD BY", decision.blocking.iter().filter_map(held)));
    lines.extend(listed("UNDECIDED", decision.blocking.iter().filter_map(undecided)));
    lines.extend(decision.forced.as_ref().map(|forced| format!("FORCED BY: {}", forced_by(forced))));
    lines.extend(listed("LEAVES TO BE DONE", decision.forced.iter().flat_map(|forced| &forced.obligations).map(owed)));
    lines.extend(listed("SKIPPED", decision.stages.iter().filter_map(skipped)));
    lines.extend(listed("WAIVED", decision.stages.iter().filter_map(waived)));
    if decision.permission == Permission::Advisory || decision.decided_by.enforcement == Enforcement::Advisory {
        lines.push(format!("ADVISORY: policy set `{}` refuses nothing", decision.decided_by.id));
    }
    lines.extend(decision.warnings.iter().map(|warning| format!("WARNING: {}", warning_text(warning))));
    lines.extend(decision.valid_until.map(|until| format!("Valid Until: {until}")));
    if let Some(Reference { id, link }) = reference {
        lines.push(format!("Decision ID: {}", one_line(id, 128)));
        lines.extend(link.map(|link| format!("Details: {}", one_line(link, 512))));
    }
    lines
}

fn listed(word: &str, items: impl Iterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.collect();
    (!items.is_empty()).then(|| format!("{word}: {}", items.join(", ")))
}

fn subject(blocker: &Blocker) -> String {
    // A stage and an evidence name are written alike.
    match (EvidenceName::parse(blocker.stage.as_str()), &blocker.service) {
        (Ok(name), Some(service)) => label(&name, Some(service)),
        _ => blocker.stage.to_string(),
    }
}

fn held(blocker: &Blocker) -> Option<String> {
    match blocker.why {
        Why::Held(Some(until)) => Some(format!("{} (until {until})", subject(blocker))),
        Why::Held(None) => Some(subject(blocker)),
        Why::Failed | Why::Undecided(_) => None,
    }
}

fn undecided(blocker: &Blocker) -> Option<String> {
    match blocker.why {
        Why::Undecided(blame) => Some(format!("{} (blame: {})", subject(blocker), blame.word())),
        Why::Failed | Why::Held(_) => None,
    }
}

fn forced_by(forced: &Override) -> String {
    let who = format!("{} ({})", one_line(&forced.request.actor, 128), forced.request.reason.word());
    match &forced.state {
        OverrideState::Granted { expires } => format!("{who} until {expires}"),
        OverrideState::AwaitingConfirmation { expires } => {
            format!("{who}, to be confirmed by a second human before {expires}")
        }
        OverrideState::Refused(problems) => {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            format!("{who}, refused: {}", problems.join("; "))
        }
    }
}

fn owed(rule: &ObligationRule) -> String {
    format!("{} by {} within {}", rule.kind.word(), one_line(&rule.owner, 128), in_words(rule.within))
}

fn skipped(stage: &StageResult) -> Option<String> {
    (stage.conclusion == Conclusion::Skipped).then(|| stage.stage.to_string())
}

fn waived(stage: &StageResult) -> Option<String> {
    let ids: Vec<&str> = stage.lifted_by.iter().map(|id| id.as_str()).collect();
    (!ids.is_empty()).then(|| format!("{} by {}", stage.stage, ids.join(" and ")))
}

/// A warning in one sentence.
#[must_use]
pub fn warning_text(warning: &Warning) -> String {
    match warning {
        Warning::ReviewOverdue(due) => format!("the policy set's review was due at {due}"),
        Warning::ObligationOverdue { id, due, holds_from: Some(from) } => {
            format!(
                "obligation `{}` was due at {due}, and holds deployments from {from} on",
                one_line(id, ID_CHARS_MAX)
            )
        }
        Warning::ObligationOverdue { id, due, holds_from: None } => {
            format!("obligation `{}` was due at {due}", one_line(id, ID_CHARS_MAX))
        }
        Warning::UnusedEvidence { label, nearest: Some(nearest) } => {
            format!("no stage uses evidence `{label}` (did you mean `{nearest}`?)")
        }
        Warning::UnusedEvidence { label, nearest: None } => format!("no stage uses evidence `{label}`"),
        Warning::Failed(stage) => format!("`{stage}` failed; its mode is warn"),
        Warning::Undecided(stage) => format!("`{stage}` could not be decided, and does not block for that"),
        Warning::WouldHaveBlocked(stage) => format!("`{stage}` would have blocked; its mode is monitor"),
        Warning::OverBudget { stage, used_s, allowed_s } => {
            let (used, allowed) = (in_words(Duration::from_secs(*used_s)), in_words(Duration::from_secs(*allowed_s)));
            format!("`{stage}` took {used}, its budget is {allowed}")
        }
    }
}
