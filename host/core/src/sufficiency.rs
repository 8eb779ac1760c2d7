//! The host's own look at evidence, before a plugin is asked: is all of it there, finished, bound, vouched for and fresh?
//!
//! Law 1 lives here: whatever is missing makes the stage inconclusive, and the plugin is not asked.

mod bound;
mod covered;

use crate::{
    deployment::Deployment,
    digest::Digest,
    evidence::{Completeness, Document, DocumentTime, Evidence, Zone, label},
    fault::Blame,
    finding::{Finding, Severity},
    name::{EvidenceName, RuleId, ServiceName},
    policy::{EmptyScan, Requirement, Stage, Vouched},
    signer::Signed,
    time::{Timestamp, in_words},
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// How far a document's clock may be ahead of the gate's.
pub const CLOCK_LEEWAY: Duration = Duration::from_secs(5 * 60);
/// How far a time without a zone may be off, either way.
pub const ZONE_LEEWAY: Duration = Duration::from_secs(14 * 3600);

/// What a stage may look at.
#[derive(Debug, Clone)]
pub struct Sufficient {
    /// Sorted by name, digest and format, each document once.
    pub documents: Vec<Evidence>,
}

/// Why a plugin is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insufficient {
    /// Everything that is missing or cannot be used; at least one.
    pub findings: Vec<Finding>,
}

impl Insufficient {
    /// Evidence is the caller's to bring.
    pub const BLAME: Blame = Blame::Caller;
}

/// The documents that `stage` may judge for `service`, or everything that is wrong with them.
pub fn sufficiency(
    stage: &Stage,
    service: Option<&ServiceName>,
    deployment: &Deployment,
    evidence: &[Evidence],
    now: Timestamp,
) -> Result<Sufficient, Insufficient> {
    let (mut documents, mut findings) = (Vec::new(), Vec::new());
    for requirement in &stage.evidence {
        let found = belonging(requirement, service, deployment, evidence);
        count_findings(requirement, service, distinct(&found), &mut findings);
        for item in &found {
            let look = Look { stage, requirement, service, deployment, evidence: item, now };
            findings.extend(look.problems());
        }
        findings.extend(covered::uncovered(requirement, service, deployment, &found));
        documents.extend(found.into_iter().cloned());
    }
    let documents = distinct_documents(documents);
    findings.sort();
    findings.dedup();
    if findings.is_empty() { Ok(Sufficient { documents }) } else { Err(Insufficient { findings }) }
}

/// Sorted by name, digest and format, each once.
pub(crate) fn distinct_documents(mut documents: Vec<Evidence>) -> Vec<Evidence> {
    documents.sort_by(|a, b| (identity(a), humblest(a)).cmp(&(identity(b), humblest(b))));
    documents.dedup_by(|a, b| identity(a) == identity(b));
    documents
}

/// Documents of that name that speak of `service`, in every way in which they were handed in: each has to be in order, so that
/// handing a document in again, under another time or for another service, never mends it.
/// One that names no service speaks of the only service of a deployment; of several services it could hide any.
pub(crate) fn belonging<'a>(
    requirement: &Requirement,
    service: Option<&ServiceName>,
    deployment: &Deployment,
    evidence: &'a [Evidence],
) -> Vec<&'a Evidence> {
    let mine = |item: &&Evidence| {
        let about = item.service.as_ref().or_else(|| deployment.only_service());
        let known = item.service.as_ref().is_none_or(|name| deployment.service(name).is_some());
        item.name == requirement.name && known && (service.is_none() || service == about)
    };
    evidence.iter().filter(mine).collect()
}

/// How many documents these are: handing the same bytes in twice adds nothing, nor does writing another envelope around them.
fn distinct(found: &[&Evidence]) -> usize {
    found.iter().map(|item| said(item)).collect::<BTreeSet<Digest>>().len()
}

/// What a document says, whatever is written around it.
fn said(item: &Evidence) -> Digest {
    item.document.signer.as_ref().and_then(Signed::payload).unwrap_or(item.document.digest)
}

/// What makes a document another one to a plugin. The same bytes read as another format are another document, so that neither
/// reading hides the other.
fn identity(item: &Evidence) -> (&EvidenceName, Digest, &str) {
    (&item.name, said(item), &item.document.format)
}

/// Of several ways to hand in the same document a plugin sees the one nobody signed, and of those the oldest, whatever their order.
fn humblest(item: &Evidence) -> (Option<&str>, Timestamp, Timestamp, Option<Timestamp>, Option<&ServiceName>) {
    let at = item.declared_at.unwrap_or(item.received_at);
    (
        item.document.signer.as_ref().and_then(Signed::first).map(|name| &**name),
        at,
        item.received_at,
        item.declared_at,
        item.service.as_ref(),
    )
}

fn count_findings(requirement: &Requirement, service: Option<&ServiceName>, used: usize, findings: &mut Vec<Finding>) {
    let name = label(&requirement.name, service);
    let least = requirement.documents_min as usize;
    if used == 0 && least > 0 {
        findings.push(finding(
            "evidence.missing",
            &name,
            None,
            format!("no document was handed in as `{name}`, {least} needed"),
        ));
    } else if used < least {
        findings.push(finding(
            "evidence.missing",
            &name,
            None,
            format!("`{name}`: {used} documents handed in, {least} needed"),
        ));
    }
    if let Some(most) = requirement.documents_max.map(|most| most as usize).filter(|most| used > *most) {
        findings.push(finding(
            "evidence.too-many",
            &name,
            None,
            format!("`{name}`: {used} documents handed in, {most} expected"),
        ));
    }
}

/// One document, looked at for one requirement.
struct Look<'a> {
    stage: &'a Stage,
    requirement: &'a Requirement,
    service: Option<&'a ServiceName>,
    deployment: &'a Deployment,
    evidence: &'a Evidence,
    now: Timestamp,
}

impl Look<'_> {
    fn problems(&self) -> Vec<Finding> {
        let checks = [self.incomplete(), self.unvouched(), self.elsewhere(), self.unbound(), self.stale()];
        checks.into_iter().flatten().map(|(rule, message)| self.finding(rule, &message)).collect()
    }

    fn document(&self) -> &Document {
        &self.evidence.document
    }

    fn finding(&self, rule: &'static str, message: &str) -> Finding {
        let name = self.evidence.label();
        let digest = self.document().digest;
        finding(rule, &name, Some(digest), format!("`{name}` ({digest}): {message}"))
    }

    fn incomplete(&self) -> Option<(&'static str, String)> {
        let why = match &self.document().completeness {
            Completeness::Complete => return None,
            Completeness::Empty(_) if self.stage.empty_scan == EmptyScan::Clean => return None,
            Completeness::Empty(why) | Completeness::Incomplete(why) => why,
        };
        Some(("evidence.incomplete", format!("it allows no conclusion: {why}")))
    }

    fn unvouched(&self) -> Option<(&'static str, String)> {
        if self.requirement.vouched == Vouched::Person && self.evidence.stated_in.is_none() {
            return Some(("evidence.unvouched", UNSTATED.to_owned()));
        }
        // What may be left out may be added by anybody: unsigned, it must not decide anything.
        let has_to_be = self.requirement.vouched == Vouched::Signature || self.requirement.documents_min == 0;
        if !has_to_be {
            return None;
        }
        let why = match &self.document().signer {
            None => "no trusted signature vouches for it".to_owned(),
            Some(signed) if signed.signers_at(self.now).next().is_some() => return None,
            Some(signed) => format!("no signature that counts now vouches for it: {}", signed.lapsed(self.now)),
        };
        Some(("evidence.unvouched", why))
    }

    fn stale(&self) -> Option<(&'static str, String)> {
        let Age { at, leeway, basis } = self.age();
        if at > self.now.plus(leeway) {
            return Some(("evidence.future", format!("{basis} at {at}, which is in the future")));
        }
        let allowed = self.requirement.max_age?;
        // A time without a zone may be older than it reads: what cannot be established does not count.
        let unsure = if leeway == ZONE_LEEWAY { ZONE_LEEWAY } else { Duration::ZERO };
        let said = (self.now.since(at) + unsure, at, basis);
        // Whatever anybody says, nothing was made after it was received.
        let received = self.evidence.received_at;
        let kept = (self.now.since(received), received, RECEIVED);
        let (age, at, basis) = if kept.0 > said.0 { kept } else { said };
        (age > allowed).then(|| {
            let (age, allowed) = (in_words(age), in_words(allowed));
            let up_to = if unsure.is_zero() || basis == RECEIVED { "" } else { "up to " };
            ("evidence.stale", format!("{basis} at {at}: {up_to}{age} old, {allowed} allowed"))
        })
    }

    fn age(&self) -> Age {
        let declared = |at| Age { at, leeway: CLOCK_LEEWAY, basis: "its uploader says that it was made" };
        match (self.document().produced_at, self.evidence.declared_at) {
            (Some(DocumentTime { at, zone: Zone::Stated }), _) => {
                Age { at, leeway: CLOCK_LEEWAY, basis: "it says that it was made" }
            }
            // The uploader may say which moment a time without a zone means, but not make it another day.
            (Some(DocumentTime { at, .. }), Some(moment)) if moment <= at.plus(ZONE_LEEWAY) => declared(moment),
            (Some(DocumentTime { at, .. }), _) => {
                Age { at, leeway: ZONE_LEEWAY, basis: "it says, without a time zone, that it was made" }
            }
            (None, Some(moment)) => declared(moment),
            (None, None) => Age { at: self.evidence.received_at, leeway: CLOCK_LEEWAY, basis: RECEIVED },
        }
    }
}

/// Who says it is a claim where it stands in a document, a signature over it is somebody else's word, and the same words in another
/// document were not stated.
const UNSTATED: &str = "the gate has no record that a person made this statement: state it under one's own token \
    (`POST /v1/statements`) and cite the digest that is answered";
const RECEIVED: &str = "it was first received";

/// When a document was made, how far off that may be, and who says so.
struct Age {
    at: Timestamp,
    leeway: Duration,
    basis: &'static str,
}

/// A finding of the host about evidence. Never decisive: it makes a stage inconclusive, which no waiver lifts.
fn finding(rule: &'static str, subject: &str, evidence: Option<Digest>, message: String) -> Finding {
    Finding {
        rule: RuleId::literal(rule),
        severity: Severity::High,
        message,
        location: None,
        subject: Some(subject.to_owned()),
        fingerprint: None,
        evidence,
        remediation: None,
        decisive: false,
    }
}

/// The names of all evidence that `stages` bind.
#[must_use]
pub fn bound_names(stages: &[Stage]) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = stages
        .iter()
        .flat_map(|stage| &stage.evidence)
        .map(|requirement| Arc::from(requirement.name.as_str()))
        .collect();
    names.sort();
    names.dedup();
    names
}
