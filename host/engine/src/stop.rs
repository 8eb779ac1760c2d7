//! Why a call ended without an answer, and whose fault that was.

use std::time::{Duration, Instant};
use tidegate_core::fault::{Blame, Fault, FaultKind};
use wasmtime::{Error, PoolConcurrencyLimitError, Trap};

/// Ends a call from inside the host: a trap with a typed reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    /// Linear memory.
    #[error("memory: {used} bytes used, {allowed} allowed")]
    Memory { used: u64, allowed: u64 },
    /// Anything else that is counted.
    #[error("{what}: {used} used, {allowed} allowed")]
    TooMuch { what: &'static str, used: u64, allowed: u64 },
    /// The deadline struck inside the host.
    #[error("the deadline struck")]
    Deadline,
    /// An id of a text that was never given out.
    #[error("no text has the id {id}")]
    NoSuchText { id: u32 },
    /// It called a function of WASI that is linked, but not granted.
    #[error(
        "asked WASI for {name}, and `wasi: inert` grants nothing; hint: a plugin works with its request and its evidence alone"
    )]
    NotGranted { name: String },
    /// It ended itself.
    #[error("ended itself (`exit`), so it gave no answer; hint: a plugin that cannot go on returns a `failure`")]
    Exits,
    /// It would never have gone on.
    #[error("waits for nothing (`poll` of an empty list), which would never end")]
    WaitsForNothing,
    /// The host contradicts itself.
    #[error("{0}")]
    Host(&'static str),
}

/// Until when a call may run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    /// The moment.
    pub(crate) at: Instant,
    /// What set it.
    pub(crate) set_by: SetBy,
}

/// What set a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetBy {
    /// What one call may take.
    Plugin(Duration),
    /// What was left of the whole decision's time.
    Decision,
}

impl Deadline {
    /// The earlier of what one call may take from now and the decision's end.
    pub(crate) fn earlier(now: Instant, plugin: Duration, decision: Option<Instant>) -> Self {
        match (now.checked_add(plugin), decision) {
            (Some(at), Some(end)) if at <= end => Self { at, set_by: SetBy::Plugin(plugin) },
            (_, Some(end)) => Self { at: end, set_by: SetBy::Decision },
            (at, None) => Self { at: at.unwrap_or(now), set_by: SetBy::Plugin(plugin) },
        }
    }

    fn fault(self) -> Fault {
        match self.set_by {
            SetBy::Plugin(allowed) => {
                let allowed = allowed.as_millis();
                fault(
                    Blame::Plugin,
                    FaultKind::Deadline,
                    format!("deadline: over {allowed} ms used, {allowed} ms allowed"),
                )
            }
            SetBy::Decision => decided_late("the decision's deadline struck while the plugin ran".to_owned()),
        }
    }
}

/// The whole decision took too long.
pub(crate) fn decided_late(message: String) -> Fault {
    fault(Blame::Host, FaultKind::DecisionDeadline, message)
}

/// Something is larger than allowed.
pub(crate) fn oversized(what: &str, used: u64, allowed: u64) -> Fault {
    fault(Blame::Plugin, FaultKind::Oversized, format!("{what}: {used} used, {allowed} allowed"))
}

/// Any fault.
pub(crate) fn fault(blame: Blame, kind: FaultKind, message: String) -> Fault {
    Fault { blame, kind, message }
}

/// What an error of wasmtime means.
pub(crate) fn fault_of(error: &Error, deadline: Deadline, answer_bytes_max: u32) -> Fault {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return of_stop(stop, deadline);
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return match trap {
            Trap::Interrupt => deadline.fault(),
            trap => fault(Blame::Plugin, FaultKind::Trap, format!("trapped: {}", trap_words(*trap))),
        };
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return fault(Blame::Host, FaultKind::Host, format!("no instance could be had: {error}"));
    }
    let cause = error.root_cause().to_string();
    if out_of_fuel(&cause) {
        let message = format!("bytes handed over: over {answer_bytes_max} used, {answer_bytes_max} allowed");
        return fault(Blame::Plugin, FaultKind::Oversized, message);
    }
    fault(
        Blame::Plugin,
        FaultKind::MalformedReport,
        format!("what the plugin handed over breaks the contract: {cause}"),
    )
}

fn of_stop(stop: &Stop, deadline: Deadline) -> Fault {
    match stop {
        Stop::Memory { .. } => fault(Blame::Plugin, FaultKind::Memory, stop.to_string()),
        Stop::TooMuch { .. } => fault(Blame::Plugin, FaultKind::Oversized, stop.to_string()),
        Stop::NoSuchText { .. } | Stop::NotGranted { .. } | Stop::Exits | Stop::WaitsForNothing => {
            fault(Blame::Plugin, FaultKind::Trap, format!("trapped: {stop}"))
        }
        Stop::Deadline => deadline.fault(),
        Stop::Host(_) => fault(Blame::Host, FaultKind::Host, stop.to_string()),
    }
}

/// The type of this error is private to wasmtime; a test of this crate notices when its words change.
fn out_of_fuel(cause: &str) -> bool {
    cause.contains("fuel allocated for hostcalls has been exhausted")
}

fn trap_words(trap: Trap) -> String {
    trap.to_string().trim_start_matches("wasm trap: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Deadline, SetBy, Stop, fault_of};
    use std::time::{Duration, Instant};
    use tidegate_core::fault::{Blame, FaultKind};
    use wasmtime::{Error, Trap};

    #[test]
    fn the_earlier_deadline_counts_and_is_blamed() {
        let (now, short, long) = (Instant::now(), Duration::from_secs(1), Duration::from_secs(9));
        assert_eq!(Deadline::earlier(now, short, Some(now + long)).set_by, SetBy::Plugin(short));
        assert_eq!(Deadline::earlier(now, long, Some(now + short)).set_by, SetBy::Decision);
        assert_eq!(Deadline::earlier(now, long, Some(now)).at, now);
        assert_eq!(Deadline::earlier(now, long, None).at, now + long);
    }

    #[test]
    fn every_end_has_its_kind_and_blame() {
        let two = Duration::from_secs(2);
        let plugin = Deadline { at: Instant::now(), set_by: SetBy::Plugin(two) };
        let decision = Deadline { at: Instant::now(), set_by: SetBy::Decision };
        let too_much = Stop::TooMuch { what: "entries of `except`", used: 300, allowed: 256 };
        for (error, deadline, blame, kind, message) in [
            (
                Trap::Interrupt.into(),
                plugin,
                Blame::Plugin,
                FaultKind::Deadline,
                "deadline: over 2000 ms used, 2000 ms allowed",
            ),
            (
                Stop::Deadline.into(),
                plugin,
                Blame::Plugin,
                FaultKind::Deadline,
                "deadline: over 2000 ms used, 2000 ms allowed",
            ),
            (
                Trap::Interrupt.into(),
                decision,
                Blame::Host,
                FaultKind::DecisionDeadline,
                "the decision's deadline struck while the plugin ran",
            ),
            (
                Trap::UnreachableCodeReached.into(),
                plugin,
                Blame::Plugin,
                FaultKind::Trap,
                "trapped: wasm `unreachable` instruction executed",
            ),
            (
                too_much.into(),
                plugin,
                Blame::Plugin,
                FaultKind::Oversized,
                "entries of `except`: 300 used, 256 allowed",
            ),
            (
                Stop::Memory { used: 70, allowed: 64 }.into(),
                plugin,
                Blame::Plugin,
                FaultKind::Memory,
                "memory: 70 bytes used, 64 allowed",
            ),
            (Stop::Host("lost").into(), plugin, Blame::Host, FaultKind::Host, "lost"),
            (
                Error::msg("invalid utf-8").context("in evaluate"),
                plugin,
                Blame::Plugin,
                FaultKind::MalformedReport,
                "what the plugin handed over breaks the contract: invalid utf-8",
            ),
        ] {
            let error: Error = error;
            let fault = fault_of(&error.context("while calling"), deadline, 9);
            assert_eq!((fault.blame, fault.kind, fault.message.as_str()), (blame, kind, message));
        }
    }
}
