//! What a plugin of any kind says of itself.

#[expect(missing_docs, reason = "generated from wit/, where every item is documented")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "package tidegate:sdk; world describing { export tidegate:policy/plugin@0.1.0; }",
        world: "tidegate:sdk/describing",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "tidegate_sdk::wasm::describing::bindings",
        with: { "tidegate:policy/types@0.1.0": crate::wasm::bindings::tidegate::policy::types },
    });
}

use self::bindings::exports::tidegate::policy::plugin;
use super::report;
use crate::{
    describe::{Description, Problem},
    gate::Gate,
    rollback::Rollback,
    settings::read_with,
    severity::Classifier,
};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Where a plugin's description comes from: one of these for each kind.
pub trait Describes {
    /// The plugin's settings.
    type Settings: DeserializeOwned;
    /// What it says of itself.
    fn describe() -> Description;
    /// What it finds wrong with settings.
    fn problems(settings: &Self::Settings) -> Vec<Problem>;
}

/// Describes a plugin, which `D` knows.
#[derive(Debug)]
pub struct Described<D>(PhantomData<D>);

impl<D: Describes> plugin::Guest for Described<D> {
    fn describe() -> plugin::Description {
        report::description(D::describe())
    }

    fn validate_settings(settings: String) -> Vec<plugin::Problem> {
        let problems = read_with(&settings, D::problems).err().unwrap_or_default();
        problems.into_iter().map(report::problem).collect()
    }
}

macro_rules! describes {
    ($($(#[$doc:meta])* $by:ident: $kind:path,)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $by<P>(PhantomData<P>);

            impl<P: $kind> Describes for $by<P> {
                type Settings = P::Settings;

                fn describe() -> Description {
                    P::describe()
                }

                fn problems(settings: &P::Settings) -> Vec<Problem> {
                    P::problems(settings)
                }
            }
        )+
    };
}

describes! {
    /// A plugin that judges deployments.
    ByGate: Gate,
    /// A plugin that judges what signals say.
    ByRollback: Rollback,
    /// A plugin that classifies incidents.
    ByClassifier: Classifier,
}
