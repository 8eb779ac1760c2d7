//! Settings read, with every problem and its place.

use super::{Bound, Condition, Form, Missing, OnSignal, Plan, Reads, Then, Watched};
use crate::settings::{AlertSettings, Settings, TriggerSettings};
use std::collections::BTreeSet;
use tidegate_sdk::{describe::Problem, finding::Severity, span};

const TRIGGERS_MAX: usize = 64;
/// Bytes of a name, at most.
const NAME_BYTES_MAX: usize = 128;
/// Samples that a trigger counts, at most.
const COUNT_MAX: u32 = 10_000;
/// A day, in nanoseconds: no single span is longer.
const SPAN_MAX: u64 = 86_400 * 1_000_000_000;
const STEP_DEFAULT: u64 = 30 * 1_000_000_000;

/// The plan of whatever could be read, and the problems with the rest.
pub(super) fn plan(settings: &Settings) -> (Plan, Vec<Problem>) {
    let mut problems = Problems::default();
    let step = problems.span("/step", settings.step.as_deref()).unwrap_or(STEP_DEFAULT);
    let count = settings.triggers.len();
    if count == 0 {
        problems.add("/triggers", "nothing is asked: name a trigger");
    } else if count > TRIGGERS_MAX {
        problems.add("/triggers", format!("{count} entries used, {TRIGGERS_MAX} allowed"));
    }
    let mut seen = BTreeSet::new();
    let mut triggers = Vec::new();
    for (index, given) in settings.triggers.iter().enumerate() {
        let at = format!("/triggers/{index}");
        if !seen.insert(&given.name) {
            problems.add(format!("{at}/name"), "is there twice");
        }
        triggers.extend(problems.trigger(&at, given, step));
    }
    (Plan { step, triggers }, problems.0)
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem::new(pointer, message));
    }

    fn none<T>(&mut self, pointer: impl Into<String>, message: impl Into<String>) -> Option<T> {
        self.add(pointer, message);
        None
    }

    fn trigger(&mut self, at: &str, given: &TriggerSettings, step: u64) -> Option<Watched> {
        self.name(format!("{at}/name"), &given.name);
        let then = self.word(
            format!("{at}/then"),
            given.then.as_deref(),
            &[("roll_back", Then::RollBack), ("hold", Then::Hold), ("warn", Then::Warn)],
        );
        let severities = Severity::ALL.map(|severity| (severity.word(), severity));
        let severity =
            given.severity.as_deref().map(|word| self.word(format!("{at}/severity"), Some(word), &severities));
        let condition = match &given.alert {
            Some(alert) => self.alert(at, given, alert),
            None => self.signal(at, given, step).map(Condition::Signal),
        };
        let then = then?;
        let severity = severity.map_or(Some(then.severity()), |given| given)?;
        Some(Watched { name: given.name.clone(), condition: condition?, then, severity })
    }

    fn alert(&mut self, at: &str, given: &TriggerSettings, alert: &AlertSettings) -> Option<Condition> {
        let others = [
            ("signal", given.signal.is_some()),
            ("unit", given.unit.is_some()),
            ("gt", given.gt.is_some()),
            ("lt", given.lt.is_some()),
            ("reads", given.reads.is_some()),
            ("consecutive", given.consecutive.is_some()),
            ("for", given.lasting.is_some()),
            ("k_of_n", given.k_of_n.is_some()),
            ("missing", given.missing.is_some()),
            ("max_gap", given.max_gap.is_some()),
            ("clear_after", given.clear_after.is_some()),
        ];
        for (key, _) in others.into_iter().filter(|(_, there)| *there) {
            self.add(format!("{at}/{key}"), "means nothing beside `alert`, which has no samples");
        }
        let AlertSettings { name, severity, category } = alert.clone();
        for (key, text) in [("name", &name), ("severity", &severity), ("category", &category)] {
            if let Some(text) = text {
                self.name(format!("{at}/alert/{key}"), text);
            }
        }
        if name.is_none() && severity.is_none() && category.is_none() {
            return self.none(format!("{at}/alert"), "every alert would be like this: name one of its properties");
        }
        Some(Condition::Alert { name, severity, category })
    }

    fn signal(&mut self, at: &str, given: &TriggerSettings, step: u64) -> Option<OnSignal> {
        let signal = match &given.signal {
            Some(signal) => {
                self.name(format!("{at}/signal"), signal);
                Some(signal.clone())
            }
            None => self.none(at, "expected a `signal`, or an `alert`"),
        };
        if let Some(unit) = &given.unit {
            self.name(format!("{at}/unit"), unit);
        }
        let bound = match (given.gt, given.lt) {
            (Some(above), None) if above.is_finite() => Some(Bound::Above(above)),
            (None, Some(below)) if below.is_finite() => Some(Bound::Below(below)),
            _ => self.none(at, "expected either `gt` or `lt`: what violates the condition"),
        };
        let form = self.form(at, given);
        let reads = &[("value", Reads::Value), ("increase", Reads::Increase), ("rate", Reads::Rate)];
        let reads = self.word(format!("{at}/reads"), given.reads.as_deref(), reads);
        let missing = &[("hold", Missing::Hold), ("fail", Missing::Fail), ("reset", Missing::Reset)];
        let missing = self.word(format!("{at}/missing"), given.missing.as_deref(), missing);
        let max_gap = self.span(&format!("{at}/max_gap"), given.max_gap.as_deref());
        if max_gap.is_some_and(|gap| gap < step) {
            self.add(format!("{at}/max_gap"), "is shorter than `step`: between any two samples there would be a gap");
        }
        let clear_after = self.span(&format!("{at}/clear_after"), given.clear_after.as_deref());
        let (reads, missing) = (reads?, missing?);
        let unit = given.unit.clone();
        Some(OnSignal { signal: signal?, unit, bound: bound?, reads, missing, max_gap, form: form?, clear_after })
    }

    fn form(&mut self, at: &str, given: &TriggerSettings) -> Option<Form> {
        match (&given.consecutive, &given.lasting, &given.k_of_n) {
            (Some(count), None, None) if count.gt <= COUNT_MAX => Some(Form::Consecutive { gt: count.gt }),
            (Some(count), None, None) => {
                self.none(format!("{at}/consecutive/gt"), format!("{} samples used, {COUNT_MAX} allowed", count.gt))
            }
            (None, Some(span), None) => Some(Form::For { gt: self.span(&format!("{at}/for/gt"), Some(&span.gt))? }),
            (None, None, Some(share)) if share.of > COUNT_MAX => {
                self.none(format!("{at}/k_of_n/of"), format!("{} samples used, {COUNT_MAX} allowed", share.of))
            }
            (None, None, Some(share)) if share.gt >= share.of => {
                self.none(format!("{at}/k_of_n/gt"), "could never fire: there are never more than `of`")
            }
            (None, None, Some(share)) => Some(Form::KOfN { gt: share.gt, of: share.of }),
            _ => self.none(at, "expected exactly one of `consecutive`, `for`, `k_of_n` and `alert`"),
        }
    }

    fn name(&mut self, at: String, name: &str) {
        if name.trim().is_empty() {
            self.add(at, "empty");
        } else if name.len() > NAME_BYTES_MAX {
            self.add(at, format!("{} bytes used, {NAME_BYTES_MAX} allowed", name.len()));
        }
    }

    fn span(&mut self, at: &str, text: Option<&str>) -> Option<u64> {
        match span::parse(text?) {
            Ok(nanos) if nanos <= SPAN_MAX => Some(nanos),
            Ok(_) => self.none(at, "is longer than a day"),
            Err(problem) => self.none(at, problem),
        }
    }

    /// The word's meaning; the first one where there is none.
    fn word<T: Copy>(&mut self, at: String, given: Option<&str>, words: &[(&str, T)]) -> Option<T> {
        let Some(given) = given else { return words.first().map(|(_, meaning)| *meaning) };
        let meant = words.iter().find(|(word, _)| *word == given).map(|(_, meaning)| *meaning);
        meant.or_else(|| {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            self.none(at, format!("expected one of {}", words.join(", ")))
        })
    }
}
