//! What a stage believes of what its documents declare harmless: VEX statements and suppressions count from the signers and
//! authors that it lists, and from nobody else. What does not count is shown all the same.

use crate::{
    deployment::{Artifact, Deployment},
    evidence::{Completeness, Content, Document, Evidence, Issue, ScanReport, Suppression},
    name::ServiceName,
    policy::{EmptyScan, Requirement, Stage},
    signer::Signed,
    time::Timestamp,
    vex::{VexClaim, VexStatement, VexStatus},
    vulnerability::{Exploitability, Vulnerability, VulnerabilityReport},
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

/// Statements about one vulnerability that are looked at, of those whose word reaches anything; of more nothing excuses anything.
const HEARD_MAX: usize = 256;
/// Vulnerabilities, products and their parts that one statement may name.
const NAMED_MAX: usize = 1_000;
/// And of strangers, which are only shown.
const STRANGERS_MAX: usize = 16;
/// Claims that are shown of one report.
const CLAIMS_MAX: usize = 10_000;

/// The documents as the stage's plugin sees them. Those in which nothing changes are not copied.
#[must_use]
pub fn applied(
    stage: &Stage,
    deployment: &Deployment,
    service: Option<&ServiceName>,
    documents: Vec<Evidence>,
    now: Timestamp,
) -> Vec<Evidence> {
    let documents: Vec<Evidence> = documents.into_iter().map(|item| heard(item, stage, now)).collect();
    let view = View::of(stage, deployment, service, &documents);
    let seen: Vec<Option<Document>> =
        documents.iter().enumerate().map(|(place, item)| view.of_document(place, item)).collect();
    documents
        .into_iter()
        .zip(seen)
        .map(|(item, seen)| match seen {
            Some(document) => Evidence { document: Arc::new(document), ..item },
            None => item,
        })
        .collect()
}

/// The document with the signatures that count now, those that the stage lists before all others.
fn heard(item: Evidence, stage: &Stage, now: Timestamp) -> Evidence {
    let Some(signed) = &item.document.signer else { return item };
    let listed = requirement(&item, stage).map_or(&[][..], |requirement| &requirement.trust.signers);
    let counting = signed.counting(now, listed);
    if counting.as_ref() == Some(signed) {
        return item;
    }
    Evidence { document: Arc::new(Document { signer: counting, ..Document::clone(&item.document) }), ..item }
}

fn requirement<'a>(item: &Evidence, stage: &'a Stage) -> Option<&'a Requirement> {
    stage.evidence.iter().find(|requirement| requirement.name == item.name)
}

/// Who a document comes from, as far as a stage knows, and how far their word reaches.
#[derive(Clone, Copy)]
struct Voice<'a> {
    by: &'a str,
    /// The document's place among all of them.
    place: usize,
    reach: Reach,
}

/// How far a word reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Nowhere: it is shown.
    Nowhere,
    /// To what the same document says: a name that anybody can write excuses nothing that somebody else found.
    OwnDocument,
    /// To all documents: it was signed.
    Everywhere,
}

impl<'a> Voice<'a> {
    fn of((place, item): (usize, &'a Evidence), stage: &Stage) -> Self {
        // Of several signers one that is listed comes first, if any is ([`heard`]).
        let signer = item.document.signer.as_ref().and_then(Signed::first).map(|name| &**name);
        let author = item.document.author.as_deref();
        let reach =
            requirement(item, stage).map_or(Reach::Nowhere, |requirement| reach_of(requirement, signer, author));
        Self { by: signer.or(author).unwrap_or("nobody"), place, reach }
    }

    fn counts_in(&self, place: usize) -> bool {
        self.reach == Reach::Everywhere || (self.reach == Reach::OwnDocument && self.place == place)
    }
}

/// Under a name that has to be there anybody may add further documents, so an unsigned one's author speaks for that one alone: else
/// whoever adds a document could lift a refusal.
fn reach_of(requirement: &Requirement, signer: Option<&str>, author: Option<&str>) -> Reach {
    let among = |names: &[Arc<str>], name: Option<&str>| name.is_some_and(|name| names.iter().any(|n| **n == *name));
    if among(&requirement.trust.signers, signer) {
        Reach::Everywhere
    } else if requirement.documents_min > 0 && among(&requirement.trust.authors, author) {
        Reach::OwnDocument
    } else {
        Reach::Nowhere
    }
}

struct View<'a> {
    stage: &'a Stage,
    deployed: Vec<&'a Artifact>,
    statements: Vec<(&'a VexStatement, Voice<'a>)>,
    /// Their places, by each vulnerability that they name: a scan may hold as many rows as they are.
    by_name: HashMap<&'a str, Vec<usize>>,
    /// Names of which more was said than is looked at: nothing of it excuses anything.
    crowded: HashSet<&'a str>,
}

impl<'a> View<'a> {
    fn of(
        stage: &'a Stage,
        deployment: &'a Deployment,
        service: Option<&ServiceName>,
        documents: &'a [Evidence],
    ) -> Self {
        // A word about one service's bytes says nothing of another's.
        let judged = deployment.services().iter().filter(|one| service.is_none_or(|service| one.name == *service));
        let deployed = judged.filter_map(|service| service.artifact.as_ref()).collect();
        let mut statements = Vec::new();
        for (place, item) in documents.iter().enumerate() {
            let voice = Voice::of((place, item), stage);
            for content in &item.document.contents {
                if let Content::Vex(report) = content {
                    statements.extend(report.statements.iter().map(|said| (said, voice)));
                }
            }
        }
        let (mut by_name, mut crowded): (HashMap<&str, Vec<usize>>, HashSet<&str>) = Default::default();
        // Those whose word reaches anything come first: strangers cannot crowd them out.
        let (heard, strangers): (Vec<_>, Vec<_>) =
            statements.iter().enumerate().partition(|(_, (_, voice))| voice.reach != Reach::Nowhere);
        for (places_max, some) in [(HEARD_MAX, heard), (HEARD_MAX + STRANGERS_MAX, strangers)] {
            for (place, (said, _)) in some {
                if is_crowd(said) {
                    crowded.extend(said.vulnerabilities.iter().map(|name| &**name));
                    continue;
                }
                for name in &said.vulnerabilities {
                    let places = by_name.entry(&**name).or_default();
                    if places.len() < places_max {
                        places.push(place);
                    } else if places_max == HEARD_MAX {
                        crowded.insert(&**name);
                    }
                }
            }
        }
        Self { stage, deployed, statements, by_name, crowded }
    }

    /// What was said about a vulnerability, in the order in which it was handed in.
    fn said_of(&self, vulnerability: &Vulnerability) -> Vec<(&'a VexStatement, Voice<'a>)> {
        let names = std::iter::once(&vulnerability.id).chain(vulnerability.aliases.iter());
        let places: BTreeSet<usize> = names.filter_map(|name| self.by_name.get(&**name)).flatten().copied().collect();
        let said = places.into_iter().filter_map(|place| self.statements.get(place).copied());
        said.filter(|(said, _)| said.speaks_of(vulnerability, &self.deployed)).collect()
    }

    /// `None`: as it is.
    fn of_document(&self, place: usize, item: &Evidence) -> Option<Document> {
        let document = &item.document;
        let clean =
            matches!(document.completeness, Completeness::Empty(_)) && self.stage.empty_scan == EmptyScan::Clean;
        let trusted = Voice::of((place, item), self.stage).counts_in(place);
        let contents: Vec<Option<Content>> =
            document.contents.iter().map(|content| self.of_content(content, place, trusted)).collect();
        if !clean && contents.iter().all(Option::is_none) {
            return None;
        }
        let contents =
            document.contents.iter().zip(contents).map(|(old, new)| new.unwrap_or_else(|| old.clone())).collect();
        let completeness = if clean { Completeness::Complete } else { document.completeness.clone() };
        Some(Document { contents, completeness, ..Document::clone(document) })
    }

    fn of_content(&self, content: &Content, place: usize, trusted: bool) -> Option<Content> {
        match content {
            Content::Scan(scan) if trusted => believed(scan).map(|scan| Content::Scan(Arc::new(scan))),
            Content::Vulnerabilities(report) => {
                self.of_vulnerabilities(report, place).map(|report| Content::Vulnerabilities(Arc::new(report)))
            }
            _ => None,
        }
    }

    fn of_vulnerabilities(&self, report: &VulnerabilityReport, place: usize) -> Option<VulnerabilityReport> {
        let said: Vec<(usize, Vec<_>)> = report
            .vulnerabilities
            .iter()
            .enumerate()
            .map(|(row, vulnerability)| (row, self.said_of(vulnerability)))
            .filter(|(_, said)| !said.is_empty())
            .collect();
        if said.is_empty() {
            return None;
        }
        let mut seen = report.clone();
        for (row, said) in said {
            let Some(vulnerability) = seen.vulnerabilities.get_mut(row) else { continue };
            let room = CLAIMS_MAX.saturating_sub(seen.claims.len());
            seen.claims.extend(said.iter().take(room).map(|(said, voice)| claim(vulnerability, said, voice, place)));
            let names = std::iter::once(&vulnerability.id).chain(vulnerability.aliases.iter());
            if names.into_iter().any(|name| self.crowded.contains(&**name)) {
                continue;
            }
            let heard = said.iter().filter(|(_, voice)| voice.counts_in(place)).map(|(said, _)| *said).collect();
            if let Some(status) = last_word(heard) {
                vulnerability.exploitability = reach(status, vulnerability.exploitability);
            }
        }
        seen.claims.sort();
        seen.claims.dedup();
        Some(seen)
    }
}

/// A statement that names more than anybody can compare with every row of a scan.
fn is_crowd(said: &VexStatement) -> bool {
    let products: usize = said.products.iter().map(|product| 1 + product.parts.len()).sum();
    said.vulnerabilities.len() + products > NAMED_MAX
}

/// The last word counts; of two at the same time the worse one. One without a time may be the last: it counts where it is worse.
fn last_word(heard: Vec<&VexStatement>) -> Option<VexStatus> {
    let (dated, undated): (Vec<_>, Vec<_>) = heard.into_iter().partition(|said| said.at.is_some());
    let last = dated.into_iter().max_by_key(|said| (said.at, said.status)).map(|said| said.status);
    last.max(undated.into_iter().map(|said| said.status).max())
}

/// What a statement that counts makes of what the scanner knew. That something is exploited somewhere stays true of whatever
/// reaches the product.
fn reach(status: VexStatus, known: Exploitability) -> Exploitability {
    match status {
        VexStatus::Fixed | VexStatus::NotAffected => Exploitability::NotAffected,
        VexStatus::UnderInvestigation => known.max(Exploitability::UnderInvestigation),
        VexStatus::Affected => known.max(Exploitability::Affected),
    }
}

fn claim(vulnerability: &Vulnerability, said: &VexStatement, voice: &Voice<'_>, place: usize) -> VexClaim {
    VexClaim {
        vulnerability: vulnerability.id.clone(),
        package: vulnerability.package.clone(),
        status: said.status,
        by: Arc::from(voice.by),
        justification: said.justification.clone(),
        counts: voice.counts_in(place),
    }
}

/// The scan with its suppressions believed; `None` when it has none.
fn believed(scan: &ScanReport) -> Option<ScanReport> {
    let claimed = |issue: &Issue| issue.suppression == Suppression::Claimed;
    scan.issues.iter().any(claimed).then(|| {
        let believe = |issue: &Issue| match issue.suppression {
            Suppression::Claimed => Issue { suppression: Suppression::Trusted, ..issue.clone() },
            Suppression::None | Suppression::Trusted => issue.clone(),
        };
        ScanReport { issues: scan.issues.iter().map(believe).collect(), ..scan.clone() }
    })
}
