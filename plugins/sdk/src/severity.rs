//! A classification of incidents: the trait to implement.

use crate::{
    deployment::{Deployment, Label, Timestamp},
    describe::{Description, Problem},
    gate::Failure,
    trigger::Trigger,
};
use serde::de::DeserializeOwned;

/// A plugin that says how urgent an incident is. [`crate::export_severity`] makes a component of it.
pub trait Classifier {
    /// What a policy set may pass; unknown keys should be refused (`#[serde(deny_unknown_fields)]`).
    type Settings: DeserializeOwned;

    /// What the plugin says of itself; called when it is loaded.
    fn describe() -> Description;

    /// Everything that is wrong with settings that could be read. Nothing else is asked unless there is nothing.
    fn problems(_settings: &Self::Settings) -> Vec<Problem> {
        Vec::new()
    }

    /// The judgement: a pure function of the incident.
    fn classify(incident: &Incident<Self::Settings>) -> Result<Classification, Failure>;
}

/// Words of the contract, each with all of its values.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal,)+ })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $name {
                $($(#[$value_doc])* $value,)+
            }

            impl $name {
                /// All of them, in the contract's order.
                pub const ALL: &[Self] = &[$(Self::$value),+];

                /// As it is written in settings.
                #[must_use]
                pub fn word(self) -> &'static str {
                    match self {
                        $(Self::$value => $word,)+
                    }
                }
            }
        )+
    };
}

words! {
    /// How urgent; the most urgent comes first.
    Priority {
        /// Drop everything.
        P0 = "P0",
        /// Now.
        P1 = "P1",
        /// Today.
        P2 = "P2",
        /// In its turn.
        P3 = "P3",
    }

    /// How the service does.
    ServiceState {
        /// Nobody knows: never counts as well.
        Unknown = "unknown",
        /// As it should.
        Operational = "operational",
        /// Slower or poorer than it should.
        Degraded = "degraded",
        /// Parts of it do not answer.
        PartialOutage = "partial_outage",
        /// It does not answer.
        Outage = "outage",
    }

    /// How its data do.
    DataState {
        /// Nobody knows: never counts as well.
        Unknown = "unknown",
        /// Whole.
        Intact = "intact",
        /// Whole, but not safely so.
        AtRisk = "at_risk",
        /// Some are gone.
        Lost = "lost",
        /// Some are wrong.
        Corrupted = "corrupted",
    }

    /// Whether somebody got in.
    SecurityState {
        /// Nobody knows: never counts as well.
        Unknown = "unknown",
        /// Known not to be.
        None = "none",
        /// There are signs.
        Suspected = "suspected",
        /// Somebody did.
        Breach = "breach",
    }

    /// How much of what users can do is broken.
    FeatureImpact {
        /// Nobody knows: never counts as none.
        Unknown = "unknown",
        /// Nothing.
        None = "none",
        /// A minor feature.
        Minor = "minor",
        /// A major feature.
        Major = "major",
    }

    /// How much slower it is.
    PerformanceImpact {
        /// Nobody knows: never counts as none.
        Unknown = "unknown",
        /// Not.
        None = "none",
        /// Noticeably.
        Moderate = "moderate",
        /// Very much.
        Significant = "significant",
    }
}

/// What is known of an incident.
#[derive(Debug, Clone)]
pub struct Incident<Settings> {
    /// In one sentence.
    pub title: String,
    /// The deployment it followed, when it followed one.
    pub deployment: Option<Deployment>,
    /// When it was noticed.
    pub detected_at: Timestamp,
    /// The settings.
    pub settings: Settings,
    /// 0 to 100; none: nobody knows, which is not zero.
    pub users_affected_percent: Option<f64>,
    /// How the service does.
    pub service: ServiceState,
    /// How its data do.
    pub data: DataState,
    /// Whether somebody got in.
    pub security: SecurityState,
    /// How much of what users can do is broken.
    pub features: FeatureImpact,
    /// How much slower it is.
    pub performance: PerformanceImpact,
    /// Whether a rollback was advised.
    pub rollback_required: bool,
    /// The triggers that raised it.
    pub triggers: Vec<Trigger>,
    /// What the host attached.
    pub labels: Vec<Label>,
}

/// A plugin's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    /// How urgent.
    pub priority: Priority,
    /// The id of the rule that set it.
    pub rule: String,
    /// Why, each in one sentence.
    pub reasons: Vec<String>,
}
