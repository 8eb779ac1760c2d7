//! What a `severity` plugin is asked of an incident and what it answers, in core's words.

mod belief;

pub use self::belief::believed;

use crate::{
    deployment::{Deployment, Label},
    observation::Trigger,
    time::Timestamp,
};
use std::sync::Arc;

/// Words of the contract, each with all of its values in its order.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident[$count:literal] { $($(#[$value_doc:meta])* $value:ident = $word:literal,)+ })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $name {
                $($(#[$value_doc])* $value,)+
            }

            impl $name {
                /// All of them.
                pub const ALL: [Self; $count] = [$(Self::$value),+];

                /// The word used in policy files, JSON, SQL and text.
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
    Priority[4] {
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
    ServiceState[5] {
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
    DataState[5] {
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
    SecurityState[4] {
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
    FeatureImpact[4] {
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
    PerformanceImpact[4] {
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
pub struct Incident {
    /// In one sentence.
    pub title: Arc<str>,
    /// The deployment it followed, when it followed one.
    pub deployment: Option<Arc<Deployment>>,
    /// When it was noticed.
    pub detected_at: Timestamp,
    /// JSON.
    pub settings: Arc<str>,
    /// 0 to 100; `None`: nobody knows, which is not zero.
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

/// A plugin's answer as it came over the boundary: lengths are within the limits, the rest is not yet believed ([`believed`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    /// How urgent.
    pub priority: Priority,
    /// The id of the rule that set it, as given.
    pub rule: String,
    /// Why, each in one sentence.
    pub reasons: Vec<String>,
}
