//! What several triggers come to together.

use crate::world::{BEGAN, STEP, drawn, looked, report, settings};
use rollback::Rollback;
use tidegate_sdk::{
    finding::Severity,
    fixture::series,
    rollback::{Advice, Rollback as _},
};

fn three() -> rollback::settings::Settings {
    settings(
        r#"{"step": "5s", "triggers": [
            {"name": "undo", "signal": "a", "gt": 1, "for": {"gt": "1s"}},
            {"name": "wait", "signal": "b", "gt": 1, "for": {"gt": "1s"}, "then": "hold"},
            {"name": "tell", "signal": "c", "gt": 1, "for": {"gt": "1s"}, "then": "warn", "severity": "medium"}]}"#,
    )
}

#[test]
fn the_worst_trigger_advises() {
    for (a, b, c, advice, severity) in [
        ("..", "..", "..", Advice::Proceed, Severity::Info),
        ("..", "..", ".x", Advice::Proceed, Severity::Low),
        ("..", "..", "xx", Advice::Proceed, Severity::Medium),
        ("..", ".x", "..", Advice::Hold, Severity::Low),
        ("..", "xx", "..", Advice::Hold, Severity::Medium),
        (".x", "..", "..", Advice::Hold, Severity::Low),
        ("xx", "..", "..", Advice::RollBack, Severity::High),
        ("xx", "--", "xx", Advice::RollBack, Severity::High),
        // What nobody knows is to be looked at again, also where it would only warn.
        ("..", "..", "--", Advice::Hold, Severity::Medium),
        ("--", "..", "..", Advice::Hold, Severity::Medium),
    ] {
        let all = [("a", a), ("b", b), ("c", c)].map(|(signal, samples)| series(signal, STEP, drawn(samples)));
        let report = report(&looked(three(), all.to_vec(), BEGAN + STEP));
        assert_eq!((report.advice, report.severity), (advice, severity), "{a} {b} {c}: {}", report.summary);
    }
}

#[test]
fn a_summary_names_the_first_of_the_worst() {
    let said = |a: &str, b: &str| {
        let all = [("a", a), ("b", b), ("c", "..")].map(|(signal, samples)| series(signal, STEP, drawn(samples)));
        report(&looked(three(), all.to_vec(), BEGAN + STEP)).summary
    };
    assert_eq!(said("..", ".."), "3 triggers, all ok");
    assert_eq!(said("xx", "xx"), "2 of 3 triggers firing: `undo` (above 1 for 5s, longer than 1s) and 1 more");
    assert_eq!(said("..", "--"), "1 of 3 triggers inconclusive: `wait` (no sample yet)");
}

#[test]
fn a_window_reaches_as_far_back_as_the_longest_trigger_needs() {
    for (more, seconds) in [
        (r#""consecutive": {"gt": 3}"#, 4 * 10 + 5),
        (r#""consecutive": {"gt": 3}, "max_gap": "30s""#, 4 * 30 + 5),
        (r#""for": {"gt": "5m"}"#, 300 + 10 + 5),
        (r#""for": {"gt": "5m"}, "reads": "rate""#, 300 + 20 + 5),
        (r#""k_of_n": {"gt": 2, "of": 5}"#, 50 + 5),
        (r#""consecutive": {"gt": 3}, "clear_after": "1h""#, 3600 + 10 + 5),
    ] {
        let settings = crate::world::one(more);
        assert_eq!(Rollback::lookback(&settings).unwrap(), seconds * 1_000_000_000, "{more}");
    }
    let alert = settings(r#"{"step": "5s", "triggers": [{"name": "t", "alert": {"name": "a"}}]}"#);
    assert_eq!(Rollback::lookback(&alert).unwrap(), STEP);
}
