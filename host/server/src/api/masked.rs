//! What was masked in documents, as JSON.

use crate::api::answer::{Answer, MaskedBody};
use tidegate_core::judgement::Submitted;

impl Answer {
    /// The same answer, with what was masked in its documents.
    #[must_use]
    pub fn masking(self, documents: &[Submitted]) -> Self {
        let of = |document: &Submitted| {
            let body = |(kind, count): (&std::sync::Arc<str>, &u32)| MaskedBody {
                evidence: document.label.clone(),
                document: document.digest.to_string(),
                kind: kind.to_string(),
                count: *count,
            };
            document.masked.iter().map(body).collect::<Vec<_>>()
        };
        Self { masked: documents.iter().flat_map(of).collect(), ..self }
    }
}
