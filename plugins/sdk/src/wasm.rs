//! The component side: generated bindings, and the way from their types to the author's and back.

#[expect(missing_docs, reason = "generated from wit/, where every item is documented")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "gate-plugin",
        pub_export_macro: true,
        default_bindings_module: "tidegate_sdk::wasm::bindings",
    });
}

pub(crate) mod evidence;
mod evidence_rows;
pub(crate) mod log;
mod nouns;
mod report;

use self::bindings::exports::tidegate::policy::{gate as wit, plugin};
use crate::{
    evidence::Evidence,
    gate::{Failure, Gate, Request},
    settings::{read, sentence},
};
use std::marker::PhantomData;

/// A plugin as the bindings want to see it.
#[derive(Debug)]
pub struct Exported<P>(PhantomData<P>);

impl<P: Gate> plugin::Guest for Exported<P> {
    fn describe() -> plugin::Description {
        report::description(P::describe())
    }

    fn validate_settings(settings: String) -> Vec<plugin::Problem> {
        let problems = read::<P>(&settings).err().unwrap_or_default();
        problems.into_iter().map(report::problem).collect()
    }
}

impl<P: Gate> wit::Guest for Exported<P> {
    fn evaluate(request: wit::Request) -> Result<wit::Report, wit::Failure> {
        let wit::Request { deployment, stage, service, settings, evaluated_at } = request;
        let judged = read::<P>(&settings).map_err(|problems| Failure::BadSettings(sentence(&problems)));
        let judged = judged.and_then(|settings| {
            let deployment = nouns::deployment(deployment);
            let request = Request { deployment, stage, service, settings, evaluated_at };
            P::evaluate(&request, &Evidence(evidence::Evidence))
        });
        judged.map(report::report).map_err(report::failure)
    }
}
