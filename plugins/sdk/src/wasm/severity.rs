//! The component side of `severity` plugins.

#[expect(missing_docs, reason = "generated from wit/, where every item is documented")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package tidegate:sdk; world classifying {
            import tidegate:policy/log@0.1.0; export tidegate:policy/severity@0.1.0;
        }",
        world: "tidegate:sdk/classifying",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "tidegate_sdk::wasm::severity::bindings",
        with: {
            "tidegate:policy/types@0.1.0": crate::wasm::bindings::tidegate::policy::types,
            "tidegate:policy/log@0.1.0": crate::wasm::bindings::tidegate::policy::log,
        },
    });
}

use self::bindings::exports::tidegate::policy::severity as wit;
use super::{
    log,
    nouns::{deployment, label},
    report::failure,
    triggers::trigger,
};
use crate::{
    gate::Failure,
    settings::{read_with, sentence},
    severity::{
        Classification, Classifier, DataState, FeatureImpact, Incident, PerformanceImpact, Priority, SecurityState,
        ServiceState,
    },
};
use std::marker::PhantomData;

/// A plugin as the bindings want to see it.
#[derive(Debug)]
pub struct Exported<P>(PhantomData<P>);

impl<P: Classifier> wit::Guest for Exported<P> {
    fn classify(incident: wit::Incident) -> Result<wit::Classification, wit::Failure> {
        log::panics();
        let settings =
            read_with(&incident.settings, P::problems).map_err(|problems| Failure::BadSettings(sentence(&problems)));
        let judged = settings.and_then(|settings| P::classify(&incident_with(incident, settings)));
        judged.map(classification).map_err(failure)
    }
}

fn incident_with<S>(given: wit::Incident, settings: S) -> Incident<S> {
    Incident {
        title: given.title,
        deployment: given.deployment.map(deployment),
        detected_at: given.detected_at,
        settings,
        users_affected_percent: given.users_affected_percent,
        service: match given.service {
            wit::ServiceState::Unknown => ServiceState::Unknown,
            wit::ServiceState::Operational => ServiceState::Operational,
            wit::ServiceState::Degraded => ServiceState::Degraded,
            wit::ServiceState::PartialOutage => ServiceState::PartialOutage,
            wit::ServiceState::Outage => ServiceState::Outage,
        },
        data: match given.data {
            wit::DataState::Unknown => DataState::Unknown,
            wit::DataState::Intact => DataState::Intact,
            wit::DataState::AtRisk => DataState::AtRisk,
            wit::DataState::Lost => DataState::Lost,
            wit::DataState::Corrupted => DataState::Corrupted,
        },
        security: match given.security {
            wit::SecurityState::Unknown => SecurityState::Unknown,
            wit::SecurityState::None => SecurityState::None,
            wit::SecurityState::Suspected => SecurityState::Suspected,
            wit::SecurityState::Breach => SecurityState::Breach,
        },
        features: match given.features {
            wit::FeatureImpact::Unknown => FeatureImpact::Unknown,
            wit::FeatureImpact::None => FeatureImpact::None,
            wit::FeatureImpact::Minor => FeatureImpact::Minor,
            wit::FeatureImpact::Major => FeatureImpact::Major,
        },
        performance: match given.performance {
            wit::PerformanceImpact::Unknown => PerformanceImpact::Unknown,
            wit::PerformanceImpact::None => PerformanceImpact::None,
            wit::PerformanceImpact::Moderate => PerformanceImpact::Moderate,
            wit::PerformanceImpact::Significant => PerformanceImpact::Significant,
        },
        rollback_required: given.rollback_required,
        triggers: given.triggers.into_iter().map(trigger).collect(),
        labels: given.labels.into_iter().map(label).collect(),
    }
}

fn classification(given: Classification) -> wit::Classification {
    let Classification { priority, rule, reasons } = given;
    let priority = match priority {
        Priority::P0 => wit::Priority::P0,
        Priority::P1 => wit::Priority::P1,
        Priority::P2 => wit::Priority::P2,
        Priority::P3 => wit::Priority::P3,
    };
    wit::Classification { priority, rule, reasons }
}
