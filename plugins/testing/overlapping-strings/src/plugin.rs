//! An honest answer, made by the bindings, whose strings are then bent to one buffer.
#![expect(unsafe_code, reason = "no safe type lets two strings share their bytes")]

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "gate-plugin" });
}

use self::bindings::exports::tidegate::policy::{gate, plugin};

/// As many as a host takes.
const FINDINGS: usize = 1000;
/// As long as a host takes.
const TEXT_BYTES: usize = 64 << 10;

/// Of an answer: where the list of findings is.
const LIST_AT: usize = 64;
/// Of a finding in memory: its size, and where its message and its subject are.
const FINDING_BYTES: usize = 116;
const MESSAGE_AT: usize = 12;
const SUBJECT_AT: usize = 40;

static TEXT: [u8; TEXT_BYTES] = [b'x'; TEXT_BYTES];

struct OverlappingStrings;

impl plugin::Guest for OverlappingStrings {
    fn describe() -> plugin::Description {
        plugin::Description {
            name: String::from("overlapping-strings"),
            version: String::from("0.1.0"),
            summary: String::from("Answers with strings that all lie in the same place."),
            rules: vec![],
            settings_schema: String::from("true"),
        }
    }

    fn validate_settings(_settings: String) -> Vec<plugin::Problem> {
        vec![]
    }
}

impl gate::Guest for OverlappingStrings {
    fn evaluate(_request: gate::Request) -> Result<gate::Report, gate::Failure> {
        let finding = || gate::Finding {
            rule: String::from("rule"),
            severity: gate_severity(),
            message: String::from("m"),
            location: None,
            subject: Some(String::from("s")),
            fingerprint: None,
            evidence: None,
            remediation: None,
            decisive: false,
        };
        Ok(gate::Report {
            outcome: gate::Outcome::Pass,
            score: None,
            summary: String::new(),
            findings: (0..FINDINGS).map(|_| finding()).collect(),
            omitted: 0,
            omitted_decisive: false,
        })
    }
}

fn gate_severity() -> bindings::tidegate::policy::types::Severity {
    bindings::tidegate::policy::types::Severity::Low
}

mod exported {
    use super::bindings::exports::tidegate::policy::{gate, plugin};
    use super::{FINDING_BYTES, FINDINGS, LIST_AT, MESSAGE_AT, OverlappingStrings, SUBJECT_AT, TEXT, TEXT_BYTES};

    plugin::__export_tidegate_policy_plugin_0_1_0_cabi!(OverlappingStrings with_types_in plugin);

    /// Stands in for what the bindings would export.
    #[unsafe(export_name = "tidegate:policy/gate@0.1.0#evaluate")]
    unsafe extern "C" fn evaluate(request: *mut u8) -> *mut u8 {
        // SAFETY: the host hands over a request as the bindings expect it; the offsets are those of the canonical ABI.
        unsafe {
            let answer = gate::_export_evaluate_cabi::<OverlappingStrings>(request);
            let list = answer.add(LIST_AT).cast::<*mut u8>().read();
            for finding in 0..FINDINGS {
                for text in [MESSAGE_AT, SUBJECT_AT + 4] {
                    let place = list.add(finding * FINDING_BYTES + text);
                    place.cast::<*const u8>().write(TEXT.as_ptr());
                    place.add(4).cast::<usize>().write(TEXT_BYTES);
                }
            }
            answer
        }
    }
}
