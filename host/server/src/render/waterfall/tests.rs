use super::{in_words, waterfall};
use serde_json::{Value, json};

fn span(id: &str, parent: &str, name: &str, (start, end): (u64, u64)) -> Value {
    json!({
        "spanId": id, "parentSpanId": parent, "name": name,
        "startTimeUnixNano": start.to_string(), "endTimeUnixNano": end.to_string(),
    })
}

fn tree(spans: &[Value]) -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})
}

#[test]
fn bars_stand_where_their_time_is_below_their_parents() {
    let drawn = waterfall(
        &tree(&[
            span("c", "a", "second", (5_000_000, 10_000_000)),
            span("a", "elsewhere", "request", (0, 10_000_000)),
            span("b", "a", "first", (0, 5_000_000)),
            span("d", "b", "below", (0, 0)),
        ]),
        53,
    )
    .unwrap();
    let expected: Vec<String> = [
        ("request", 0, 24, "10.0 ms"),
        ("  first", 0, 12, "5.0 ms"),
        ("    below", 0, 1, "0 ns"),
        ("  second", 12, 12, "5.0 ms"),
    ]
    .into_iter()
    .map(|(label, from, long, took): (_, usize, usize, _)| {
        let bar = " ".repeat(from) + &"█".repeat(long) + &" ".repeat(24 - from - long);
        format!("{label:<16}  {bar} {took:>9}")
    })
    .collect();
    assert_eq!(drawn.lines().collect::<Vec<_>>(), expected, "\n{drawn}");
}

#[test]
fn no_line_is_wider_than_the_terminal_and_nothing_steers_it() {
    let hostile = "a\u{1b}[31m\n::add-mask::x\u{202e}漢字".repeat(20);
    let mut spans = vec![span("0", "", &hostile, (7, 3))];
    for at in 1..60_u64 {
        spans.push(span(&at.to_string(), &(at - 1).to_string(), &hostile, (at, at * 1_000_000_000_000)));
    }
    for width in [40, 53, 80, 200, 500] {
        let drawn = waterfall(&tree(&spans), width).unwrap();
        assert_eq!(drawn.lines().count(), spans.len(), "a line for each");
        for line in drawn.lines() {
            assert!(columns(line) <= width, "{width}: {line:?}");
            assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line:?}");
        }
    }
}

/// Of a terminal: these characters take two.
fn columns(line: &str) -> usize {
    line.chars().map(|c| if matches!(c, '漢' | '字') { 2 } else { 1 }).sum()
}

#[test]
fn spans_that_are_each_others_parents_end() {
    let drawn = waterfall(&tree(&[span("a", "b", "x", (0, 1)), span("b", "a", "y", (0, 1))]), 80).unwrap();
    assert_eq!(drawn, "", "neither has a root");
    let drawn = waterfall(&tree(&[span("a", "a", "x", (0, 1))]), 80).unwrap();
    assert_eq!(drawn.lines().count(), 1);
    assert!(waterfall(&tree(&[]), 80).is_err() && waterfall(&json!([]), 80).is_err());
}

#[test]
fn durations_fit_their_column() {
    for (nanos, words) in [
        (0, "0 ns"),
        (999, "999 ns"),
        (1_500, "1.5 µs"),
        (999_999, "999.9 µs"),
        (84_000_000, "84.0 ms"),
        (20_000_000_000, "20.0 s"),
        (u64::MAX, "> 2 h"),
    ] {
        assert_eq!(in_words(nanos), words);
        assert!(words.chars().count() <= 9, "{words}");
    }
}
