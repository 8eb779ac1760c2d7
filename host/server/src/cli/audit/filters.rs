//! Which decisions: the same words as the API's.

use crate::gate::clock;
use std::{str::FromStr, time::Duration};
use tidegate_core::time::Timestamp;

/// Which decisions; all of it at once
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Filters {
    /// Where to
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// A service that was to be deployed
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// DEPLOY, REMEDIATE or HOLD
    #[arg(long, value_name = "OUTCOME")]
    outcome: Option<String>,
    /// Whether somebody wished to deploy all the same: true, false, granted, awaiting_confirmation or refused
    #[arg(long, value_name = "STATE")]
    pub(super) forced: Option<String>,
    /// Who asked
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// A stage, and what it came to: `unit_tests`, `unit_tests:fail` or `unit_tests:blocking`
    #[arg(long, value_name = "STAGE[:RESULT]")]
    stage: Option<String>,
    /// A rule that a finding cites: `tests.pass-rate` or `unit_tests/tests.pass-rate`
    #[arg(long, value_name = "[STAGE/]RULE")]
    rule: Option<String>,
    /// The digest of something that was to be deployed
    #[arg(long, value_name = "DIGEST")]
    artifact: Option<String>,
    /// The commit, as it was written
    #[arg(long)]
    commit: Option<String>,
    /// The label `ticket` of the deployment
    #[arg(long)]
    ticket: Option<String>,
    /// The policy set that decided
    #[arg(long, value_name = "NAME")]
    policy_set: Option<String>,
    /// A waiver that tolerates a finding
    #[arg(long, value_name = "ID")]
    waiver: Option<String>,
    /// The label `pipeline_run` of the deployment
    #[arg(long, value_name = "RUN")]
    pipeline_run: Option<String>,
    #[command(flatten)]
    pub(super) window: Window,
}

/// When
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Window {
    /// Not before: a moment (RFC 3339), or so long ago (`24h`, `30d`)
    #[arg(long, value_name = "WHEN")]
    from: Option<When>,
    /// Before: a moment, or so long ago
    #[arg(long, value_name = "WHEN")]
    to: Option<When>,
}

/// A moment, or a span before now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    At(Timestamp),
    Ago(Duration),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Timestamp::parse(text).map(Self::At).map_err(|error| error.to_string()),
        };
        match digits.parse::<u64>() {
            Ok(count) => Ok(Self::Ago(Duration::from_secs(count.saturating_mul(seconds)))),
            Err(_) => Err("is neither a moment nor a span like `24h` or `30d`".to_owned()),
        }
    }
}

impl When {
    fn text(self, now: Timestamp) -> String {
        match self {
            Self::At(at) => at.to_string(),
            Self::Ago(span) => {
                let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
                Timestamp::from_nanos(now.nanos().saturating_sub(nanos)).to_string()
            }
        }
    }
}

/// Names and values of a query.
pub(super) type Pairs = Vec<(&'static str, String)>;

impl Window {
    pub(super) fn pairs(&self) -> Pairs {
        let now = clock::now();
        let of = |name, when: Option<When>| when.map(|when| (name, when.text(now)));
        of("from", self.from).into_iter().chain(of("to", self.to)).collect()
    }
}

impl Filters {
    pub(super) fn pairs(&self) -> Pairs {
        let all = [
            ("environment", &self.environment),
            ("service", &self.service),
            ("outcome", &self.outcome),
            ("forced", &self.forced),
            ("actor", &self.actor),
            ("stage", &self.stage),
            ("rule", &self.rule),
            ("artifact", &self.artifact),
            ("commit", &self.commit),
            ("ticket", &self.ticket),
            ("policy_set", &self.policy_set),
            ("waiver", &self.waiver),
            ("pipeline_run", &self.pipeline_run),
        ];
        let given = all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        given.chain(self.window.pairs()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::When;
    use std::time::Duration;
    use tidegate_core::time::Timestamp;

    #[test]
    fn a_moment_is_told_from_a_span() {
        assert_eq!("24h".parse(), Ok(When::Ago(Duration::from_hours(24))));
        assert_eq!("30d".parse(), Ok(When::Ago(Duration::from_hours(720))));
        let at = Timestamp::parse("2026-03-31T14:00:00Z").unwrap();
        assert_eq!("2026-03-31T14:00:00Z".parse(), Ok(When::At(at)));
        assert_eq!(When::Ago(Duration::from_hours(14)).text(at), "2026-03-31T00:00:00Z");
        for text in ["", "24", "h", "yesterday", "-1h", "99999999999999999999h"] {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
    }
}
