//! Whatever a plugin answers or does not answer, the fault says what it was, whose, and both numbers; memory stays bounded.

use crate::{
    guest::{CLEAN_AT, Guest, Report, guest},
    world::{ask, engine, fault, later},
};
use std::time::{Duration, Instant};
use tidegate_core::{
    fault::{Blame, FaultKind},
    report::GateOutcome,
};
use tidegate_engine::{config::Limits, evaluate::LogLevel};

fn limits() -> Limits {
    // Deadlines are struck by tests that mean to; nothing else here comes near.
    Limits { plugin_deadline: Duration::from_secs(60), ..Limits::default() }
}

fn answering(report: Report) -> Guest {
    Guest { pages: 512, report, ..guest() }
}

fn passing() -> Report {
    guest().report
}

#[test]
fn a_report_arrives() {
    let evaluated = ask(&engine(limits()), &guest(), later());
    let report = evaluated.result.unwrap();
    assert_eq!((report.outcome, report.summary.as_str(), report.findings.len()), (GateOutcome::Pass, "", 0));
    assert_eq!((evaluated.cost.memory_bytes, evaluated.cost.grew_memory), (2 * 65_536, false));
    assert!(evaluated.log.is_empty());
}

#[test]
fn what_is_too_large_is_refused_before_or_right_after_it_is_copied() {
    let engine = engine(limits());
    for (report, expected) in [
        (Report { findings: (CLEAN_AT, 2000), ..passing() }, "findings listed: 2000 used, 1000 allowed"),
        (Report { findings: (CLEAN_AT, 60_000), ..passing() }, "bytes handed over: over 8388608 used, 8388608 allowed"),
        (Report { summary: (CLEAN_AT, 100_000), ..passing() }, "bytes of the summary: 100000 used, 65536 allowed"),
        (
            Report { summary: (CLEAN_AT, 30 << 20), ..passing() },
            "bytes handed over: over 8388608 used, 8388608 allowed",
        ),
    ] {
        let evaluated = ask(&engine, &answering(report), later());
        assert_eq!(fault(&evaluated), (Blame::Plugin, FaultKind::Oversized, expected));
    }
}

#[test]
fn texts_that_overlap_are_paid_for_each_time() {
    // The rule of each of 1,000 findings (116 bytes) is the same 60,000 bytes.
    let fill = "(loop $fill
        (i32.store (i32.add (i32.const 131072) (local.get $n)) (i32.const 1000000))
        (i32.store (i32.add (i32.const 131076) (local.get $n)) (i32.const 60000))
        (br_if $fill (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 116))) (i32.const 116000))))";
    let report = Report { findings: (CLEAN_AT, 1000), ..passing() };
    let evaluated = ask(&engine(limits()), &Guest { before_answering: fill, ..answering(report) }, later());
    let expected = "bytes handed over: over 8388608 used, 8388608 allowed";
    assert_eq!(fault(&evaluated), (Blame::Plugin, FaultKind::Oversized, expected));
}

#[test]
fn nonsense_breaks_the_contract() {
    let engine = engine(limits());
    for (report, cause) in [
        (Report { outcome: 9, ..passing() }, "unexpected discriminant: 9"),
        (Report { findings: (u32::MAX - 7, 10), ..passing() }, "list pointer/length out of bounds of memory"),
        (Report { findings: (CLEAN_AT + 1, 1), ..passing() }, "list pointer is not aligned"),
        (Report { summary: (u32::MAX, 1), ..passing() }, "string pointer/length out of bounds of memory"),
    ] {
        let evaluated = ask(&engine, &answering(report), later());
        let (blame, kind, message) = fault(&evaluated);
        assert_eq!((blame, kind), (Blame::Plugin, FaultKind::MalformedReport), "{message}");
        assert!(message.contains(cause), "{message}");
    }
}

#[test]
fn a_text_that_is_no_text_breaks_the_contract() {
    let write = "(i32.store (i32.const 131072) (i32.const -1))";
    let report = Report { summary: (CLEAN_AT, 4), ..passing() };
    let evaluated = ask(&engine(limits()), &Guest { before_answering: write, ..answering(report) }, later());
    assert_eq!(fault(&evaluated).1, FaultKind::MalformedReport);
}

#[test]
fn a_trap_is_the_plugins() {
    let evaluated = ask(&engine(limits()), &Guest { before_answering: "unreachable", ..guest() }, later());
    let expected = "trapped: wasm `unreachable` instruction executed";
    assert_eq!(fault(&evaluated), (Blame::Plugin, FaultKind::Trap, expected));
}

#[test]
fn a_plugin_that_does_not_come_back_is_stopped_by_its_own_deadline() {
    let engine = engine(Limits { plugin_deadline: Duration::from_millis(30), ..limits() });
    let evaluated = ask(&engine, &Guest { before_answering: "(loop $l (br $l))", ..guest() }, later());
    assert_eq!(fault(&evaluated), (Blame::Plugin, FaultKind::Deadline, "deadline: over 30 ms used, 30 ms allowed"));
}

#[test]
fn the_decisions_deadline_strikes_whatever_the_plugin_may_take() {
    let until = Instant::now() + Duration::from_millis(500);
    let evaluated = ask(&engine(limits()), &Guest { before_answering: "(loop $l (br $l))", ..guest() }, until);
    assert_eq!(fault(&evaluated).0, Blame::Host);
    assert_eq!(fault(&evaluated).1, FaultKind::DecisionDeadline);
}

#[test]
fn after_the_decisions_deadline_nothing_runs() {
    let evaluated = ask(&engine(limits()), &guest(), Instant::now());
    let expected = "the decision's deadline struck before the plugin could run";
    assert_eq!(fault(&evaluated), (Blame::Host, FaultKind::DecisionDeadline, expected));
}

#[test]
fn memory_beyond_the_limit_says_both_numbers() {
    let evaluated = ask(
        &engine(limits()),
        &Guest { before_answering: "(drop (memory.grow (i32.const 2000)))", ..guest() },
        later(),
    );
    let expected = "memory: 131203072 bytes used, 67108864 allowed";
    assert_eq!(fault(&evaluated), (Blame::Plugin, FaultKind::Memory, expected));
    assert_eq!(evaluated.cost.memory_bytes, 2 * 65_536, "it never had it");
}

#[test]
fn growing_within_the_limit_is_noted() {
    let evaluated =
        ask(&engine(limits()), &Guest { before_answering: "(drop (memory.grow (i32.const 3)))", ..guest() }, later());
    assert!(evaluated.result.is_ok());
    assert_eq!((evaluated.cost.memory_bytes, evaluated.cost.grew_memory), (5 * 65_536, true));
}

#[test]
fn log_lines_are_kept_up_to_the_limit_and_then_counted() {
    let write = "(loop $l
        (call $log (i32.const 2) (i32.const 1024) (i32.const 5))
        (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 300))))";
    let evaluated = ask(&engine(limits()), &Guest { before_answering: write, ..guest() }, later());
    assert!(evaluated.result.is_ok());
    assert_eq!(evaluated.log.len(), 257);
    let [first, .., last] = &*evaluated.log else { panic!("many lines") };
    assert_eq!((first.level, first.message.as_str()), (LogLevel::Warn, "small"));
    assert_eq!(last.message, "log lines: 300 used, 256 allowed; the rest was dropped");
}

#[test]
fn a_log_line_that_lies_outside_memory_is_a_fault() {
    let write = "(call $log (i32.const 0) (i32.const -1) (i32.const 5))";
    let evaluated = ask(&engine(limits()), &Guest { before_answering: write, ..guest() }, later());
    assert_eq!(fault(&evaluated).1, FaultKind::MalformedReport);
}
