//! The judgement against the plainest reading of its definitions, over many random series.

use crate::world::{BEGAN, SECOND, STEP, judged, looked, settings};
use rollback::settings::Settings;
use tidegate_sdk::{
    fixture::series,
    trigger::{Trigger, TriggerState},
};

const ROUNDS: usize = 100_000;
const MAX_GAPS: [Option<u64>; 3] = [None, Some(5), Some(20)];

/// xorshift64*: the same series in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Consecutive { gt: usize },
    For { gt: u64 },
    KOfN { gt: usize, of: usize },
}

/// A trigger, in the reference's own words.
#[derive(Debug, Clone)]
struct Asked {
    form: Form,
    missing: &'static str,
    max_gap: u64,
    clear_after: Option<u64>,
    settings: Settings,
}

fn every_trigger() -> Vec<Asked> {
    let mut all = Vec::new();
    let counts = [0, 1, 2, 3].map(|gt| Form::Consecutive { gt });
    let spans = [5, 10, 20, 35].map(|gt| Form::For { gt: gt * SECOND });
    let shares = [(0, 1), (0, 4), (1, 3), (2, 5)].map(|(gt, of)| Form::KOfN { gt, of });
    for form in [counts, spans, shares].concat() {
        for missing in ["hold", "fail", "reset"] {
            for max_gap in MAX_GAPS {
                for clear_after in [None, Some(10)] {
                    all.push(asked(form, missing, max_gap, clear_after));
                }
            }
        }
    }
    all
}

fn asked(form: Form, missing: &'static str, max_gap: Option<u64>, clear_after: Option<u64>) -> Asked {
    let written = match form {
        Form::Consecutive { gt } => format!(r#""consecutive": {{"gt": {gt}}}"#),
        Form::For { gt } => format!(r#""for": {{"gt": "{}s"}}"#, gt / SECOND),
        Form::KOfN { gt, of } => format!(r#""k_of_n": {{"gt": {gt}, "of": {of}}}"#),
    };
    let span = |key: &str, seconds: Option<u64>| {
        seconds.map(|seconds| format!(r#", "{key}": "{seconds}s""#)).unwrap_or_default()
    };
    let settings = settings(&format!(
        r#"{{"step": "5s", "triggers": [{{"name": "t", "signal": "s", "gt": 1, "missing": "{missing}", {written}{}{}}}]}}"#,
        span("max_gap", max_gap),
        span("clear_after", clear_after)
    ));
    let max_gap = max_gap.map_or(2 * STEP, |seconds| seconds * SECOND);
    Asked { form, missing, max_gap, clear_after: clear_after.map(|seconds| seconds * SECOND), settings }
}

/// Some samples, most of them in step, some twice, some late, and the moment of the look.
fn samples(random: &mut Random) -> (Vec<(u64, Option<f64>)>, u64) {
    let mut at = BEGAN - random.below(3) * STEP;
    let mut samples = Vec::new();
    let often = random.of(&[2.0, 0.0, 1.0]);
    for _ in 0..random.below(14) {
        let usual = [Some(often), Some(often), Some(often), Some(2.0), Some(0.0), Some(1.0), None, Some(f64::NAN)];
        samples.push((at, random.of(&usual)));
        if random.one_in(8) {
            samples.push((at, random.of(&usual)));
        }
        at += random.of(&[STEP, STEP, STEP, STEP, 2 * STEP, 2 * STEP + 1, 3 * STEP, 1, STEP - 1, 4 * STEP + 1]);
    }
    for _ in 0..random.below(3) {
        if let Some(last) = samples.len().checked_sub(1) {
            let to = usize::try_from(random.below(samples.len() as u64)).unwrap();
            samples.swap(last, to);
        }
    }
    let observed = at - random.below(3) * STEP + random.of(&[0, 1, SECOND, 2 * STEP, 3 * STEP]);
    (samples, observed.max(BEGAN))
}

/// `V`: violates, `F`: does not, `R`: did not come, and makes what was before forgotten.
fn read(samples: &[(u64, Option<f64>)], asked: &Asked, observed: u64) -> Vec<(u64, char)> {
    let mut moments: Vec<u64> =
        samples.iter().map(|(at, _)| *at).filter(|at| *at >= BEGAN && *at <= observed).collect();
    moments.sort_unstable();
    moments.dedup();
    let mut read = Vec::new();
    for moment in moments {
        let numbers: Vec<f64> = samples
            .iter()
            .filter(|(at, _)| *at == moment)
            .filter_map(|(_, value)| *value)
            .filter(|v| !v.is_nan())
            .collect();
        let letter = match asked.missing {
            _ if numbers.iter().any(|value| *value > 1.0) => 'V',
            _ if !numbers.is_empty() => 'F',
            "fail" => 'V',
            "reset" => 'R',
            _ => continue,
        };
        read.push((moment, letter));
    }
    read
}

/// Whether no two neighbours, the last one and now among them, lie further apart than allowed.
fn is_close(looks: &[(u64, char)], max_gap: u64, now: u64) -> bool {
    let nexts = looks.iter().skip(1).map(|(at, _)| *at).chain([now]);
    looks.iter().zip(nexts).all(|((at, _), next)| next - at <= max_gap)
}

fn all_are(letter: char, looks: &[(u64, char)]) -> bool {
    looks.iter().all(|(_, is)| *is == letter)
}

/// Every way to leave out some from the beginning, with at least one left.
fn endings(looks: &[(u64, char)]) -> impl Iterator<Item = &[(u64, char)]> {
    (0..looks.len()).map(|from| &looks[from..])
}

fn plainly(looks: &[(u64, char)], asked: &Asked, now: u64) -> TriggerState {
    let max_gap = asked.max_gap;
    let seen: Vec<u64> = looks.iter().filter(|(_, letter)| *letter != 'R').map(|(at, _)| *at).collect();
    let silent = seen.last().is_none_or(|last| now - last > max_gap) || looks.last().unwrap().1 == 'R';
    let violated = looks.last().is_some_and(|(_, letter)| *letter == 'V');
    let (fires, unsure, pending) = match asked.form {
        Form::Consecutive { gt } => (
            endings(looks).any(|end| end.len() > gt && all_are('V', end) && is_close(end, max_gap, now)),
            // A gap since the last one that did not violate, itself included: there may have been any number.
            violated
                && !is_close(&looks[looks.iter().rposition(|(_, letter)| *letter != 'V').unwrap_or(0)..], max_gap, now),
            false,
        ),
        Form::For { gt } => {
            let start = now.saturating_sub(gt).max(BEGAN);
            let begins = [start].into_iter().chain(seen.iter().copied().filter(|at| *at > start));
            let unseen = |from: u64| from + max_gap < now && !seen.iter().any(|at| *at > from && *at <= from + max_gap);
            (
                endings(looks).any(|end| all_are('V', end) && is_close(end, max_gap, now) && now - end[0].0 > gt),
                begins.into_iter().any(unseen),
                violated,
            )
        }
        Form::KOfN { gt, of } => {
            let kept = looks.iter().rposition(|(_, letter)| *letter == 'R').map_or(0, |at| at + 1);
            let kept = &looks[kept..];
            let last = &kept[kept.len().saturating_sub(of)..];
            let violating = |some: &[(u64, char)]| some.iter().filter(|(_, letter)| *letter == 'V').count();
            (
                endings(last).any(|end| violating(end) > gt && is_close(end, max_gap, now)),
                !is_close(last, max_gap, now),
                false,
            )
        }
    };
    match () {
        () if fires => TriggerState::Firing,
        () if silent || unsure => TriggerState::Inconclusive,
        () if pending => TriggerState::Pending,
        () => TriggerState::Ok,
    }
}

fn with_what_was_before(
    state: TriggerState,
    looks: &[(u64, char)],
    asked: &Asked,
    fired: bool,
    now: u64,
) -> TriggerState {
    let Some(span) = asked.clear_after.filter(|_| fired && state != TriggerState::Firing) else { return state };
    let clear = |end: &[(u64, char)]| all_are('F', end) && is_close(end, asked.max_gap, now) && now - end[0].0 > span;
    if endings(looks).any(clear) { state } else { TriggerState::Firing }
}

#[test]
fn random_series_come_to_what_the_plainest_reading_says() {
    let triggers = every_trigger();
    let mut random = Random(0x7469_6465_6761_7465);
    let mut counts = [0_usize; 4];
    for round in 0..ROUNDS {
        let asked = &triggers[round % triggers.len()];
        let (samples, now) = samples(&mut random);
        let fired = random.one_in(3);
        let looks = read(&samples, asked, now);
        let expected = with_what_was_before(plainly(&looks, asked, now), &looks, asked, fired, now);
        let mut looked = looked(asked.settings.clone(), vec![series("s", STEP, samples.clone())], now);
        if fired {
            looked.previous = vec![Trigger {
                name: "t".to_owned(),
                state: TriggerState::Firing,
                since: Some(BEGAN),
                observed: None,
                threshold: None,
                samples: 0,
                message: String::new(),
            }];
        }
        let trigger = judged(&looked);
        assert_eq!(trigger.state, expected, "{asked:?}\n{samples:?} at {now}, fired: {fired}: {}", trigger.message);
        counts[expected as usize] += 1;
    }
    // A run in which nothing ever fires would show little.
    assert!(counts.iter().all(|count| *count > ROUNDS / 50), "{counts:?}");
}
