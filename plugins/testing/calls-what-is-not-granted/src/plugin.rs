//! By hand, because the SDK imports nothing of WASI.
#![expect(unsafe_code, reason = "the canonical ABI hands over raw memory")]

mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit",
        inline: "package wasi:keyvalue@0.2.0;
            interface store {
                resource bucket { get: func(key: string) -> result<option<list<u8>>, string>; }
                open: func(name: string) -> result<bucket, string>;
            }
            world gate-with-store { include tidegate:policy/gate-plugin@0.1.0; import store; }",
        world: "wasi:keyvalue/gate-with-store",
        generate_all,
    });
}

use self::bindings::{
    exports::tidegate::policy::{gate, plugin},
    wasi::keyvalue::store::open,
};

struct CallsWhatIsNotGranted;

impl plugin::Guest for CallsWhatIsNotGranted {
    fn describe() -> plugin::Description {
        plugin::Description {
            name: String::from("calls-what-is-not-granted"),
            version: String::from("0.1.0"),
            summary: String::from("Wants to remember something."),
            rules: vec![],
            settings_schema: String::from("true"),
        }
    }

    fn validate_settings(_settings: String) -> Vec<plugin::Problem> {
        vec![]
    }
}

impl gate::Guest for CallsWhatIsNotGranted {
    fn evaluate(request: gate::Request) -> Result<gate::Report, gate::Failure> {
        let remembered = match request.settings.as_str() {
            "null" => None,
            name => open(name).and_then(|bucket| bucket.get("before")).map_err(gate::Failure::Internal)?,
        };
        Ok(gate::Report {
            outcome: gate::Outcome::Pass,
            score: None,
            summary: format!("remembered {}", remembered.map_or(0, |bytes| bytes.len())),
            findings: vec![],
            omitted: 0,
            omitted_decisive: false,
        })
    }
}

bindings::export!(CallsWhatIsNotGranted with_types_in bindings);
