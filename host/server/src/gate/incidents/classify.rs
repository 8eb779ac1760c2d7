//! How urgent an incident is: what the set's plugin says of what is known, and no less than the gate knows itself.

use super::{plan::Classified, rules::Rules};
use crate::{
    api::{incidents::KnownBody, problem::PlacedError},
    gate::{
        Gate,
        error::{GateError, placed},
        watches::written::WrittenTrigger,
    },
};
use std::{sync::Arc, time::Instant};
use tidegate_core::{
    deployment::Deployment,
    fault::Refusal,
    incident::{
        Classification, DataState, FeatureImpact, Incident, PerformanceImpact, Priority, SecurityState, ServiceState,
        believed,
    },
    name::PolicySetId,
    observation::Trigger,
    one_line::one_line,
    time::Timestamp,
};

/// What counts where no answer of the plugin does, and at least where a deployment has to be undone.
const AT_LEAST: Priority = Priority::P1;
/// The rule of a priority that no plugin set.
const UNDECIDED: &str = "undecided";
/// Characters of one reason, at most.
const REASON_CHARS_MAX: usize = 300;
/// Reasons that are kept, at most.
const REASONS_MAX: usize = 16;

/// What an incident is about, as the plugin is asked.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) title: Arc<str>,
    pub(super) deployment: Arc<Deployment>,
    pub(super) detected_at: Timestamp,
    pub(super) known: KnownBody,
    pub(super) triggers: Vec<WrittenTrigger>,
}

/// How urgent it is.
#[derive(Debug)]
pub(super) struct Urgent {
    pub(super) priority: Priority,
    pub(super) rule: Arc<str>,
    pub(super) classified: Classified,
}

impl KnownBody {
    /// What it says that is no word of the contract.
    pub(super) fn mistakes(&self) -> Vec<PlacedError> {
        let mut errors = Vec::new();
        if self.users_affected_percent.is_some_and(|percent| !(0.0..=100.0).contains(&percent)) {
            errors.push(placed("known.users_affected_percent", "is not between 0 and 100"));
        }
        for (place, said, words) in [
            ("known.service", &self.service, ServiceState::ALL.map(ServiceState::word).to_vec()),
            ("known.data", &self.data, DataState::ALL.map(DataState::word).to_vec()),
            ("known.security", &self.security, SecurityState::ALL.map(SecurityState::word).to_vec()),
            ("known.features", &self.features, FeatureImpact::ALL.map(FeatureImpact::word).to_vec()),
            ("known.performance", &self.performance, PerformanceImpact::ALL.map(PerformanceImpact::word).to_vec()),
        ] {
            if said.as_ref().is_some_and(|said| !words.contains(&said.as_str())) {
                errors.push(placed(place, format!("is none of {}", words.join(", "))));
            }
        }
        errors
    }
}

/// The value of this word; of none the one that stands for what nobody knows, which is the first.
fn of<T: Copy>(all: &[T], word: fn(T) -> &'static str, said: Option<&String>, unknown: T) -> T {
    let said = said.and_then(|said| all.iter().copied().find(|one| word(*one) == said.as_str()));
    said.unwrap_or(unknown)
}

/// An incident, but for what is known of it.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) title: Arc<str>,
    pub(crate) deployment: Option<Arc<Deployment>>,
    pub(crate) detected_at: Timestamp,
    pub(crate) settings: Arc<str>,
    pub(crate) triggers: Vec<Trigger>,
}

impl KnownBody {
    /// With what is known of it, as a plugin is asked. A word that is none of the contract's is what nobody knows.
    pub(crate) fn incident(&self, about: About) -> Incident {
        let About { title, deployment, detected_at, settings, triggers } = about;
        Incident {
            title,
            deployment,
            detected_at,
            settings,
            users_affected_percent: self.users_affected_percent,
            service: of(&ServiceState::ALL, ServiceState::word, self.service.as_ref(), ServiceState::Unknown),
            data: of(&DataState::ALL, DataState::word, self.data.as_ref(), DataState::Unknown),
            security: of(&SecurityState::ALL, SecurityState::word, self.security.as_ref(), SecurityState::Unknown),
            features: of(&FeatureImpact::ALL, FeatureImpact::word, self.features.as_ref(), FeatureImpact::Unknown),
            performance: of(
                &PerformanceImpact::ALL,
                PerformanceImpact::word,
                self.performance.as_ref(),
                PerformanceImpact::Unknown,
            ),
            rollback_required: self.rollback_required,
            triggers,
            labels: Vec::new(),
        }
    }
}

impl Question {
    fn asked(&self, rules: &Rules) -> Incident {
        self.known.incident(About {
            title: self.title.clone(),
            deployment: Some(self.deployment.clone()),
            detected_at: self.detected_at,
            settings: rules.settings.to_string().into(),
            triggers: self.triggers.iter().filter_map(WrittenTrigger::read).collect(),
        })
    }
}

impl Gate {
    /// Asks the plugin of the set. A plugin that gives no answer that counts keeps no incident from being opened: it is as urgent as one for which
    /// a deployment has to be undone, and says why.
    pub(super) async fn classified(
        &self,
        set: &PolicySetId,
        rules: &Rules,
        question: Question,
    ) -> Result<Urgent, GateError> {
        let in_force = self.in_force();
        let unknown = || GateError::Internal(format!("plugin `{}` of policy set `{set}` is not loaded", rules.plugin));
        let loaded = in_force.bench.active.plugin(set, &rules.plugin).cloned().ok_or_else(unknown)?;
        let component = loaded.plugin.digest.to_string();
        let incident = question.asked(rules);
        let asking = move || {
            let end = Instant::now() + in_force.bench.deadline;
            let answer = in_force.bench.engine.classify(&loaded.plugin, &incident, end).result;
            answer.and_then(|answer| believed(answer, &loaded.rules).map_err(Refusal::Fault))
        };
        let answer =
            tokio::task::spawn_blocking(asking).await.map_err(|error| GateError::Internal(error.to_string()))?;
        let (priority, rule, answered, reasons) = urgent(answer, question.known.rollback_required);
        let classified = Classified {
            plugin: rules.plugin.to_string(),
            component,
            settings: rules.settings.clone(),
            known: question.known,
            triggers: question.triggers,
            answered: answered.map(|priority| priority.word().to_owned()),
            reasons,
        };
        Ok(Urgent { priority, rule, classified })
    }
}

/// What an answer makes of it: priority, rule, what the plugin said, and why.
fn urgent(
    answer: Result<Classification, Refusal>,
    rollback_required: bool,
) -> (Priority, Arc<str>, Option<Priority>, Vec<String>) {
    match answer {
        Ok(Classification { priority, rule, reasons }) => {
            let mut reasons: Vec<String> =
                reasons.iter().take(REASONS_MAX).map(|reason| one_line(reason, REASON_CHARS_MAX)).collect();
            let counts = if rollback_required { priority.min(AT_LEAST) } else { priority };
            if counts != priority {
                let (said, word) = (priority.word(), counts.word());
                reasons.push(format!("a rollback is required, which is at least {word}: the plugin says {said}"));
            }
            (counts, rule.into(), Some(priority), reasons)
        }
        Err(refusal) => {
            let message = match refusal {
                Refusal::BadEvidence(message) => message,
                Refusal::Fault(fault) => fault.message,
            };
            let reason = format!("the plugin gave no answer that counts: {message}");
            (AT_LEAST, UNDECIDED.into(), None, vec![one_line(&reason, REASON_CHARS_MAX)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{UNDECIDED, urgent};
    use crate::api::incidents::KnownBody;
    use tidegate_core::{
        fault::Refusal,
        incident::{Classification, Priority},
    };

    #[test]
    fn a_rollback_is_at_least_p1_and_so_is_what_no_plugin_judged() {
        let said = |priority| Ok(Classification { priority, rule: "users".to_owned(), reasons: vec!["x".to_owned()] });
        for (answer, rollback_required, priority, rule, reasons) in [
            (said(Priority::P0), true, Priority::P0, "users", 1),
            (said(Priority::P1), true, Priority::P1, "users", 1),
            (said(Priority::P3), true, Priority::P1, "users", 2),
            (said(Priority::P3), false, Priority::P3, "users", 1),
            (Err(Refusal::BadEvidence("no".to_owned())), false, Priority::P1, UNDECIDED, 1),
        ] {
            let (found, by, _, why) = urgent(answer, rollback_required);
            assert_eq!((found, &*by, why.len()), (priority, rule, reasons));
        }
    }

    #[test]
    fn what_is_no_word_of_the_contract_is_a_mistake() {
        let known = KnownBody {
            users_affected_percent: Some(101.0),
            service: Some("broken".to_owned()),
            data: Some("intact".to_owned()),
            ..KnownBody::default()
        };
        let places: Vec<String> = known.mistakes().into_iter().map(|error| error.place).collect();
        assert_eq!(places, ["known.users_affected_percent", "known.service"]);
        assert!(KnownBody::default().mistakes().is_empty());
    }
}
