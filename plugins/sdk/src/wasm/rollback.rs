//! The component side of `rollback` plugins.

#[expect(missing_docs, reason = "generated from wit/, where every item is documented")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package tidegate:sdk; world watching {
            import tidegate:policy/log@0.1.0; export tidegate:policy/rollback@0.1.0;
        }",
        world: "tidegate:sdk/watching",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "tidegate_sdk::wasm::rollback::bindings",
        with: {
            "tidegate:policy/types@0.1.0": crate::wasm::bindings::tidegate::policy::types,
            "tidegate:policy/log@0.1.0": crate::wasm::bindings::tidegate::policy::log,
        },
    });
}

use self::bindings::exports::tidegate::policy::rollback as wit;
use super::{
    log,
    nouns::{deployment, label, severity_back},
    report::failure,
    triggers::{trigger, trigger_back},
};
use crate::{
    gate::Failure,
    rollback::{Advice, Alert, Observation, Report, Rollback, Sample, Series},
    settings::{read_with, sentence},
};
use std::marker::PhantomData;

/// A plugin as the bindings want to see it.
#[derive(Debug)]
pub struct Exported<P>(PhantomData<P>);

impl<P: Rollback> wit::Guest for Exported<P> {
    fn lookback(settings: String) -> Result<u64, wit::Failure> {
        settings_of::<P>(&settings).and_then(|settings| P::lookback(&settings)).map_err(failure)
    }

    fn evaluate(observation: wit::Observation) -> Result<wit::Report, wit::Failure> {
        log::panics();
        let judged = settings_of::<P>(&observation.settings).and_then(|settings| {
            let wit::Observation { deployment: deployed, deployed_at, observed_at, series, alerts, previous, .. } =
                observation;
            P::evaluate(&Observation {
                deployment: deployment(deployed),
                deployed_at,
                observed_at,
                settings,
                series: series.into_iter().map(one_series).collect(),
                alerts: alerts.into_iter().map(alert).collect(),
                previous: previous.into_iter().map(trigger).collect(),
            })
        });
        judged.map(report).map_err(failure)
    }
}

fn settings_of<P: Rollback>(settings: &str) -> Result<P::Settings, Failure> {
    read_with(settings, P::problems).map_err(|problems| Failure::BadSettings(sentence(&problems)))
}

fn one_series(given: wit::Series) -> Series {
    let wit::Series { signal, unit, labels, samples, step, defect } = given;
    let samples = samples.into_iter().map(|wit::Sample { at, value }| Sample { at, value }).collect();
    Series { signal, unit, labels: labels.into_iter().map(label).collect(), samples, step, defect }
}

fn alert(given: wit::Alert) -> Alert {
    let wit::Alert { name, severity, category, firing, since, labels } = given;
    Alert { name, severity, category, firing, since, labels: labels.into_iter().map(label).collect() }
}

fn report(given: Report) -> wit::Report {
    let Report { advice, severity, triggers, summary } = given;
    wit::Report {
        advice: match advice {
            Advice::Proceed => wit::Advice::Proceed,
            Advice::Hold => wit::Advice::Hold,
            Advice::RollBack => wit::Advice::RollBack,
        },
        severity: severity_back(severity),
        triggers: triggers.into_iter().map(trigger_back).collect(),
        summary,
    }
}
