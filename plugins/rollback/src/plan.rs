//! Settings as the judgement needs them: numbers read, forms told apart, bounds kept.

mod read;

use crate::settings::Settings;
use tidegate_sdk::{deployment::Timestamp, describe::Problem, finding::Severity};

/// The longest window that is asked for, nanoseconds: a day.
const LOOKBACK_MAX: u64 = 86_400 * 1_000_000_000;

/// What is asked.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The longest step of a series, nanoseconds.
    pub(crate) step: u64,
    pub(crate) triggers: Vec<Watched>,
}

/// One trigger.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) name: String,
    pub(crate) condition: Condition,
    pub(crate) then: Then,
    pub(crate) severity: Severity,
}

#[derive(Debug)]
pub(crate) enum Condition {
    Signal(OnSignal),
    Alert { name: Option<String>, severity: Option<String>, category: Option<String> },
}

/// A condition over samples.
#[derive(Debug)]
pub(crate) struct OnSignal {
    pub(crate) signal: String,
    pub(crate) unit: Option<String>,
    pub(crate) bound: Bound,
    pub(crate) reads: Reads,
    pub(crate) missing: Missing,
    /// Nanoseconds; none: twice the step.
    pub(crate) max_gap: Option<u64>,
    pub(crate) form: Form,
    /// Nanoseconds.
    pub(crate) clear_after: Option<u64>,
}

/// What violates.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    Above(f64),
    Below(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    Value,
    Increase,
    /// For a second.
    Rate,
}

/// What a sample does that did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Hold,
    Fail,
    Reset,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    Consecutive {
        gt: u32,
    },
    /// Nanoseconds.
    For {
        gt: u64,
    },
    KOfN {
        gt: u32,
        of: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    RollBack,
    Hold,
    Warn,
}

impl Plan {
    /// Every problem at once.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let (plan, mut problems) = read::plan(settings);
        let lookback = plan.lookback();
        if problems.is_empty() && lookback > LOOKBACK_MAX {
            let [used, allowed] = [lookback, LOOKBACK_MAX].map(|nanos| nanos / 1_000_000_000);
            let message = format!("the window reaches too far back: {used} seconds used, {allowed} allowed");
            problems.push(Problem::new("", message));
        }
        if problems.is_empty() { Ok(plan) } else { Err(problems) }
    }

    /// How far back a window has to reach, nanoseconds.
    pub(crate) fn lookback(&self) -> u64 {
        let of = |watched: &Watched| match &watched.condition {
            Condition::Signal(signal) => signal.lookback(self.step),
            Condition::Alert { .. } => 0,
        };
        self.triggers.iter().map(of).max().unwrap_or_default().max(self.step)
    }
}

impl OnSignal {
    /// For a series of this step.
    pub(crate) fn max_gap(&self, step: u64) -> u64 {
        self.max_gap.unwrap_or(step.saturating_mul(2))
    }

    fn lookback(&self, step: u64) -> u64 {
        let gap = self.max_gap(step);
        let form = match self.form {
            // So many samples, each as late as it may be.
            Form::Consecutive { gt } => gap.saturating_mul(u64::from(gt) + 1),
            Form::For { gt } => gt.saturating_add(gap),
            Form::KOfN { of, .. } => gap.saturating_mul(u64::from(of)),
        };
        // What a counter grew by needs the sample before; how long nothing was violated, the first one that did not.
        let before = if self.reads == Reads::Value { 0 } else { gap };
        let clear = self.clear_after.map_or(0, |span| span.saturating_add(gap));
        form.max(clear).saturating_add(before).saturating_add(step)
    }
}

impl Bound {
    pub(crate) fn threshold(self) -> f64 {
        match self {
            Self::Above(threshold) | Self::Below(threshold) => threshold,
        }
    }

    /// Strictly: at the bound nothing is violated.
    pub(crate) fn is_violated_by(self, value: f64) -> bool {
        match self {
            Self::Above(threshold) => value > threshold,
            Self::Below(threshold) => value < threshold,
        }
    }

    /// The worse of two values.
    pub(crate) fn worse(self, one: f64, other: f64) -> f64 {
        match self {
            Self::Above(_) => one.max(other),
            Self::Below(_) => one.min(other),
        }
    }
}

impl Then {
    /// Of a trigger that does not say how bad it is.
    fn severity(self) -> Severity {
        match self {
            Self::RollBack => Severity::High,
            Self::Hold => Severity::Medium,
            Self::Warn => Severity::Low,
        }
    }
}

/// Since when a `for` of this span looks: not before the deployment.
pub(crate) fn window_start(observed_at: Timestamp, span: u64, deployed_at: Timestamp) -> Timestamp {
    observed_at.saturating_sub(span).max(deployed_at)
}
