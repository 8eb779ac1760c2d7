//! Who had a part in a decision: whoever is asked to look at it as somebody else must be none of them.
//!
//! **Invariant:** what cannot be known any more involves everybody: an answer is refused, not guessed.

use crate::gate::error::GateError;
use serde::Deserialize;
use tidegate_bundle::identities::people::People;
use tidegate_core::judgement::Judgement;
use tidegate_ledger::ledger::Ledger;

/// The label of a deployment that names the author of the change. A claim: it can only take somebody out.
pub const AUTHOR_LABEL: &str = "author";

/// Somebody's part in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Involved {
    /// Their name.
    pub person: String,
    /// What they did, as in "nobody confirms what they …".
    pub part: &'static str,
}

#[derive(Deserialize)]
struct Waivers {
    #[serde(default)]
    waivers: Vec<Waiver>,
}

#[derive(Deserialize)]
struct Waiver {
    id: String,
    of: String,
    approved_by: String,
}

/// Everybody who had a part: whoever asked or forced, the author where the deployment names one, and whoever agreed to a waiver
/// that covers a finding of it, as the policies said when it was decided.
pub async fn involved(ledger: &Ledger, judgement: &Judgement) -> Result<Vec<Involved>, GateError> {
    let mut all = vec![part(judgement.deployment.actor(), "asked for")];
    all.extend(judgement.deployment.person().map(|person| part(person, "asked for")));
    all.extend(judgement.deployment.person().map(|person| part(person, "asked for")));
    all.extend(judgement.decision.forced.iter().map(|forced| part(&forced.request.actor, "asked for")));
    let labels = judgement.deployment.labels().iter();
    let authors = labels.filter(|label| label.name.eq_ignore_ascii_case(AUTHOR_LABEL));
    // Several stand in one text with commas in between, and some people's names have one.
    let authors = authors.flat_map(|label| label.value.split(',').chain([&*label.value]));
    all.extend(authors.map(|author| part(author.trim(), "are the author of")));
    all.extend(waived(ledger, judgement).await?);
    Ok(all)
}

fn part(person: &str, part: &'static str) -> Involved {
    Involved { person: person.to_owned(), part }
}

/// The part that this person had, under whatever name.
#[must_use]
pub fn part_of(involved: &[Involved], people: &People, person: &str) -> Option<&'static str> {
    involved.iter().find(|one| people.same(&one.person, person)).map(|one| one.part)
}

async fn waived(ledger: &Ledger, judgement: &Judgement) -> Result<Vec<Involved>, GateError> {
    let decision = &judgement.decision;
    let used: Vec<&str> =
        decision.waivers.iter().filter(|used| used.findings > 0).map(|used| used.waiver.as_str()).collect();
    if used.is_empty() {
        return Ok(Vec::new());
    }
    let gone = || GateError::Gone(format!("bundle `{}`", judgement.bundle));
    let bundle = ledger.body(&judgement.bundle).await?.ok_or_else(gone)?;
    let bundle: Waivers = serde_json::from_slice(&bundle)
        .map_err(|error| GateError::Internal(format!("bundle `{}` cannot be read: {error}", judgement.bundle)))?;
    let of = decision.decided_by.id.as_str();
    let agreed = |id: &str| bundle.waivers.iter().find(|waiver| waiver.of == of && waiver.id == id);
    let unknown = |id: &str| GateError::Internal(format!("waiver `{id}` is not in bundle `{}`", judgement.bundle));
    used.into_iter()
        .map(|id| {
            agreed(id).map(|waiver| part(&waiver.approved_by, "agreed to waive a part of")).ok_or_else(|| unknown(id))
        })
        .collect()
}
