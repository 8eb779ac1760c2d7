//! Looks of a watch, for people who follow it.

use super::spark;
use crate::api::watches::{SeenBody, TriggerBody};
use tidegate_core::one_line::one_line;

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 500;

/// A line for each trigger: its state, what it saw of its signal, and what that is compared with.
#[must_use]
pub fn block(seen: &SeenBody) -> String {
    let head = format!("{}  {}", seen.at, seen.advice.as_deref().unwrap_or("no advice"));
    let why = seen.why.iter().map(|why| format!("  {why}"));
    let lines = std::iter::once(head).chain(why).chain(seen.triggers.iter().map(|trigger| line(seen, trigger)));
    lines.map(|text| one_line(&text, LINE_CHARS_MAX).to_string() + "\n").collect()
}

fn line(seen: &SeenBody, trigger: &TriggerBody) -> String {
    let TriggerBody { name, state, observed, threshold, message, signal, .. } = trigger;
    let compared = threshold.as_deref().and_then(|text| text.parse().ok());
    let signal = signal.as_ref().and_then(|name| seen.signals.iter().find(|one| one.signal == *name));
    let spark = signal.map(|signal| {
        let samples: Vec<Option<f64>> = signal.samples.iter().map(|sample| sample.value).collect();
        spark::line(&samples, compared)
    });
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let spark = spark.unwrap_or_default();
    format!("  {state:<12}  {name:<24}  {spark:<40}  {} of {}  {message}", value(observed), value(threshold))
}

#[cfg(test)]
mod tests {
    use super::block;
    use crate::api::{
        observations::{SampleBody, SeriesBody},
        watches::{SeenBody, TriggerBody},
    };

    #[test]
    fn a_look_is_a_line_for_each_trigger_and_steers_no_terminal() {
        let trigger = |name: &str, signal: Option<&str>| TriggerBody {
            name: name.to_owned(),
            signal: signal.map(str::to_owned),
            state: "pending".to_owned(),
            since: None,
            observed: Some("0.2".to_owned()),
            threshold: Some("0.1".to_owned()),
            samples: 3,
            message: "above\u{1b}[2J 0.1".to_owned(),
        };
        let sample = |value| SampleBody { at: "2026-03-31T12:00:00Z".to_owned(), value };
        let seen = SeenBody {
            at: "2026-03-31T12:00:05Z".to_owned(),
            advice: Some("hold".to_owned()),
            why: None,
            triggers: vec![trigger("errors", Some("ratio")), trigger("breach", None)],
            signals: vec![SeriesBody {
                signal: "ratio".to_owned(),
                unit: String::new(),
                step_ms: 1000,
                samples: [Some(0.0), None, Some(0.2)].map(sample).to_vec(),
                defect: None,
            }],
        };
        let text = block(&seen);
        assert!(!text.contains('\u{1b}'), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "2026-03-31T12:00:05Z  hold");
        assert!(lines[1].starts_with("  pending       errors                    ▁·█ "), "{text}");
        assert!(lines[1].contains("  0.2 of 0.1  above"), "{text}");
        assert_eq!(lines.len(), 3, "{text}");
    }
}
