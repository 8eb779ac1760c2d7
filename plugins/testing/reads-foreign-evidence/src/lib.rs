//! Tries to see documents that are not bound to it: by asking for all there are, and through handles that it made up.

use serde::Deserialize;
use tidegate_sdk::{
    describe::Description,
    evidence::{Baseline, Evidence},
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct ReadsForeignEvidence;

/// What it tries.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attempt {
    /// Says everything that it can see the honest way.
    Look,
    /// Uses a document of that handle, which nobody gave it.
    Forge(u32),
    /// Is given its documents, then uses the handle behind them.
    Beyond(u32),
    /// Uses its document as if it were a scan.
    Confuse,
    /// Uses its document after it gave it back.
    Dropped,
}

impl Gate for ReadsForeignEvidence {
    type Settings = Attempt;

    fn describe() -> Description {
        let summary = "Tries to see documents that are not bound to it.";
        Description::new("reads-foreign-evidence", "0.1.0", summary, "true")
    }

    fn evaluate(request: &Request<Attempt>, evidence: &Evidence) -> Result<Report, Failure> {
        let seen = match request.settings {
            Attempt::Look => look(evidence),
            Attempt::Forge(handle) => handles::size(handle),
            Attempt::Beyond(distance) => handles::size(handles::documents(evidence).saturating_add(distance)),
            Attempt::Confuse => handles::columns(handles::documents(evidence)),
            Attempt::Dropped => handles::dropped(evidence),
        };
        Ok(Report::of(vec![], None).summary(seen))
    }
}

export_gate!(ReadsForeignEvidence);

fn look(evidence: &Evidence) -> String {
    let documents = evidence.documents();
    let names: Vec<String> = documents.iter().map(|document| document.source().name).collect();
    let baseline = match evidence.baseline() {
        Baseline::NotAsked => "no baseline".to_owned(),
        Baseline::First => "first".to_owned(),
        Baseline::Documents(documents) => format!("{} earlier", documents.len()),
        Baseline::Unavailable(why) => why,
    };
    format!("{}, {baseline}", names.join(" "))
}

#[cfg(target_arch = "wasm32")]
mod handles {
    #![expect(unsafe_code, reason = "it calls the host with handles that the SDK would never hand out")]

    use std::mem::forget;
    use tidegate_sdk::evidence::Evidence;

    #[link(wasm_import_module = "tidegate:policy/evidence@0.1.0")]
    unsafe extern "C" {
        #[link_name = "[method]document.size"]
        safe fn document_size(handle: u32) -> u64;
        #[link_name = "[method]scan-report.columns"]
        fn scan_columns(handle: u32, answer: *mut [u32; 8]);
        #[link_name = "[resource-drop]document"]
        safe fn document_drop(handle: u32);
    }

    /// The largest handle that could have been given out for its documents: handles begin at 1 and are given out in order.
    pub(super) fn documents(evidence: &Evidence) -> u32 {
        let documents = evidence.documents();
        let count = documents.len();
        forget(documents);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    pub(super) fn size(handle: u32) -> String {
        format!("a document of {} bytes", document_size(handle))
    }

    pub(super) fn columns(handle: u32) -> String {
        let mut answer = [0; 8];
        // SAFETY: there is room for four lists, each a pointer and a length.
        unsafe { scan_columns(handle, &mut answer) };
        format!("a scan of {} issues", answer[1])
    }

    pub(super) fn dropped(evidence: &Evidence) -> String {
        let handle = documents(evidence);
        document_drop(handle);
        size(handle)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod handles {
    //! Natively there are no handles.

    use tidegate_sdk::evidence::Evidence;

    pub(super) fn documents(_: &Evidence) -> u32 {
        0
    }

    pub(super) fn size(_: u32) -> String {
        String::new()
    }

    pub(super) fn columns(_: u32) -> String {
        String::new()
    }

    pub(super) fn dropped(_: &Evidence) -> String {
        String::new()
    }
}
