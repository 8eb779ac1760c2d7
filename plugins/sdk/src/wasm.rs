//! The component side: generated bindings, and the way from their types to the author's and back.
//!
//! Each interface that a plugin exports is a small world of its own here, and a plugin's component is of two of them: the one in
//! which it says who it is, and the one in which it is asked. Together they are one of the contract's worlds.

#[expect(missing_docs, reason = "generated from wit/, where every item is documented")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package tidegate:sdk; world judging {
            import tidegate:policy/evidence@0.1.0; import tidegate:policy/log@0.1.0; export tidegate:policy/gate@0.1.0;
        }",
        world: "tidegate:sdk/judging",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "tidegate_sdk::wasm::bindings",
    });
}

pub mod describing;
pub(crate) mod evidence;
mod evidence_rows;
pub(crate) mod log;
mod nouns;
mod report;
pub mod rollback;
pub mod severity;
mod triggers;

use self::bindings::exports::tidegate::policy::gate as wit;
use crate::{
    evidence::Evidence,
    gate::{Failure, Gate, Request},
    settings::{read, sentence},
};
use std::marker::PhantomData;

/// A plugin as the bindings want to see it.
#[derive(Debug)]
pub struct Exported<P>(PhantomData<P>);

impl<P: Gate> wit::Guest for Exported<P> {
    fn evaluate(request: wit::Request) -> Result<wit::Report, wit::Failure> {
        log::panics();
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
