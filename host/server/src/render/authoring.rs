//! What a plugin's author does next, by what went wrong. A decision says what happened; this is said only to whoever builds the plugin.

use tidegate_core::fault::FaultKind;

/// In a sentence or two.
#[must_use]
pub fn advice(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Trap => {
            "the plugin panicked, or did what WebAssembly forbids; of a panic the SDK writes the words and the line to the log, which \
             `tidegate plugin run` shows. Write a native test on the same rows"
        }
        FaultKind::Deadline => {
            "ask the host for counts and filtered rows instead of looking at every row, and see that each loop ends: a page that is empty \
             is the last. `tidegate plugin bench` says what a case costs"
        }
        FaultKind::DecisionDeadline => "all stages together took too long: see in the trace which one, and what waited",
        FaultKind::Memory => {
            "fetch rows a page at a time and keep none of them; the limit is what one evaluation may use, whatever the evidence is like"
        }
        FaultKind::Oversized => {
            "list at most 1,000 findings and say how many are omitted, and keep texts short: the SDK's `Report::of` and `Finding` do both"
        }
        FaultKind::MalformedReport => {
            "the answer contradicts itself: a pass has no decisive finding, a failure has one or a ratio below 1, findings cite rules that \
             `describe` declares, and a ratio is between 0 and 1. The SDK's `Report::of` concludes from the findings"
        }
        FaultKind::BadSettings => {
            "the settings do not fit: say in the schema or in `problems` what fits, so that they are refused when policies are loaded"
        }
        FaultKind::PluginInternal => "the plugin gave up by itself (`Failure::Internal`), and says why above",
        FaultKind::Host => "this is no fault of the plugin: the host's own log says more",
    }
}

/// The same, by the kind's word in an answer.
#[must_use]
pub fn advice_on(word: &str) -> Option<&'static str> {
    FaultKind::ALL.into_iter().find(|kind| kind.word() == word).map(advice)
}

#[cfg(test)]
mod tests {
    use super::advice_on;
    use tidegate_core::fault::FaultKind;

    #[test]
    fn whatever_went_wrong_there_is_something_to_do_next() {
        for kind in FaultKind::ALL {
            assert!(advice_on(kind.word()).is_some_and(|advice| advice.len() > 40), "{kind:?}");
        }
        assert_eq!(advice_on("nothing"), None);
    }
}
