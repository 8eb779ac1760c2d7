//! By hand, because the SDK has no clock to import.
#![expect(unsafe_code, reason = "the canonical ABI hands over raw memory")]

mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit",
        inline: "package guest:clock;
            interface wall-clock { now: func() -> u64; }
            world gate-with-clock { include tidegate:policy/gate-plugin@0.1.0; import wall-clock; }",
        world: "guest:clock/gate-with-clock",
        generate_all,
    });
}

use self::bindings::{
    exports::tidegate::policy::{gate, plugin},
    guest::clock::wall_clock::now,
};

struct ImportsTooMuch;

impl plugin::Guest for ImportsTooMuch {
    fn describe() -> plugin::Description {
        plugin::Description {
            name: String::from("imports-too-much"),
            version: String::from("0.1.0"),
            summary: String::from("Knows what time it is."),
            rules: vec![],
            settings_schema: String::from("true"),
        }
    }

    fn validate_settings(_settings: String) -> Vec<plugin::Problem> {
        vec![]
    }
}

impl gate::Guest for ImportsTooMuch {
    fn evaluate(_request: gate::Request) -> Result<gate::Report, gate::Failure> {
        Ok(gate::Report {
            outcome: gate::Outcome::Hold(Some(now())),
            score: None,
            summary: String::new(),
            findings: vec![],
            omitted: 0,
            omitted_decisive: false,
        })
    }
}

bindings::export!(ImportsTooMuch with_types_in bindings);
