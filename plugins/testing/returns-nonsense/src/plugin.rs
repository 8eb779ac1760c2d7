//! An honest answer, made by the bindings, of which one place is then overwritten.
#![expect(unsafe_code, reason = "no safe type holds such values")]

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "gate-plugin" });
}

use self::bindings::exports::tidegate::policy::{gate, plugin};

struct ReturnsNonsense;

impl plugin::Guest for ReturnsNonsense {
    fn describe() -> plugin::Description {
        plugin::Description {
            name: String::from("returns-nonsense"),
            version: String::from("0.1.0"),
            summary: String::from("Answers with what no type of the contract allows."),
            rules: vec![],
            settings_schema: String::from("true"),
        }
    }

    fn validate_settings(_settings: String) -> Vec<plugin::Problem> {
        vec![]
    }
}

impl gate::Guest for ReturnsNonsense {
    /// The summary is the settings, by which the nonsense is chosen.
    fn evaluate(request: gate::Request) -> Result<gate::Report, gate::Failure> {
        Ok(gate::Report {
            outcome: gate::Outcome::Pass,
            score: None,
            summary: request.settings,
            findings: vec![],
            omitted: 0,
            omitted_decisive: false,
        })
    }
}

mod exported {
    use super::ReturnsNonsense;
    use super::bindings::exports::tidegate::policy::{gate, plugin};
    use core::slice;

    plugin::__export_tidegate_policy_plugin_0_1_0_cabi!(ReturnsNonsense with_types_in plugin);

    /// Of an answer: where its parts are.
    const OUTCOME_AT: usize = 8;
    const SUMMARY_AT: usize = 56;
    const FINDINGS_AT: usize = 64;
    const FLAG_AT: usize = 76;

    /// Stands in for what the bindings would export.
    #[unsafe(export_name = "tidegate:policy/gate@0.1.0#evaluate")]
    unsafe extern "C" fn evaluate(request: *mut u8) -> *mut u8 {
        // SAFETY: the host hands over a request as the bindings expect it; the offsets are those of the canonical ABI.
        unsafe {
            let answer = gate::_export_evaluate_cabi::<ReturnsNonsense>(request);
            let summary = answer.add(SUMMARY_AT).cast::<*mut u8>().read();
            let summary_len = answer.add(SUMMARY_AT + 4).cast::<usize>();
            match slice::from_raw_parts(summary, summary_len.read()) {
                br#""result""# => answer.write(2),
                br#""outcome""# => answer.add(OUTCOME_AT).write(77),
                br#""text""# => summary.write(0xff),
                br#""pointer""# => answer.add(SUMMARY_AT).cast::<usize>().write(usize::MAX - 8),
                br#""length""# => summary_len.write(usize::MAX / 2),
                br#""list""# => answer.add(FINDINGS_AT).cast::<[usize; 2]>().write([8, 1 << 24]),
                br#""misaligned""# => answer.add(FINDINGS_AT).cast::<[usize; 2]>().write([9, 1]),
                br#""flag""# => answer.add(FLAG_AT).write(9),
                br#""answer""# => return core::ptr::without_provenance_mut(usize::MAX - 7),
                _ => {}
            }
            answer
        }
    }
}
