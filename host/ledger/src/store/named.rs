//! Which bodies and private texts leaves name, some leaves at a time: what must not go while they are needed.

use super::{Connection, blobs, leaves};
use crate::{
    body::BodyKind,
    error::ReadError,
    id::DecisionId,
    leaf::{self, Kind, Leaf as _, act, decision::DecisionLeaf},
    private::{Private, Salted},
    shape::In,
    stored::Leaf,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
    judgement::Submitted,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// Under which keys leaves of acts have people's names and words.
const PRIVATE: &[&str] =
    &["actor", "by", "holder", "labels", "person", "question", "reason", "reviewed_by", "said", "to", "with"];

/// What a body is to the leaf that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A document, also one that was compared with.
    Document,
    /// What a stage said.
    Stage,
    /// Lists of documents, and what the decision came to.
    Judgement,
    /// What candidates said.
    Shadow,
    Spans,
    /// Of a watch.
    Watch,
    /// Of an incident.
    Incident,
    /// Of an act.
    Act,
}

impl Part {
    /// As errors name it.
    pub(crate) fn kind(self) -> BodyKind {
        match self {
            Self::Document => BodyKind::Evidence,
            Self::Stage => BodyKind::Stage,
            Self::Judgement => BodyKind::Decision,
            Self::Shadow => BodyKind::Shadow,
            Self::Spans => BodyKind::Spans,
            Self::Watch => BodyKind::Watch,
            Self::Incident => BodyKind::Incident,
            Self::Act => BodyKind::Removal,
        }
    }
}

/// What a leaf names.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) index: u64,
    /// When it was recorded.
    pub(crate) at: Timestamp,
    /// None: it is of an act.
    pub(crate) decided: Option<Decided>,
    pub(crate) bodies: Vec<(Digest, Part)>,
    pub(crate) texts: Vec<Salted>,
}

/// A decision, as far as it says what is needed.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) id: DecisionId,
    pub(crate) set: String,
    pub(crate) environment: EnvironmentName,
    pub(crate) services: Vec<ServiceName>,
    pub(crate) evaluated_at: Timestamp,
    pub(crate) valid_until: Option<Timestamp>,
    /// To deploy, by the rules.
    pub(crate) passes: bool,
    /// Empty where the list of them is gone.
    pub(crate) evidence: Vec<Submitted>,
}

impl Named {
    /// Whether it names any of these.
    pub(crate) fn any(&self, bodies: &BTreeSet<Digest>, texts: &BTreeSet<Salted>) -> bool {
        self.bodies.iter().any(|(digest, _)| bodies.contains(digest))
            || self.texts.iter().any(|salted| texts.contains(salted))
    }
}

/// What the next leaves of a range name: a page of them at most. Documents of lists that are gone are not known.
pub(crate) async fn page(
    connection: &mut Connection,
    range: Range<u64>,
    body_bytes_max: usize,
) -> Result<Vec<Named>, ReadError> {
    let end = range.end.min(range.start.saturating_add(leaves::PAGE.unsigned_abs()));
    let page = leaves::range(connection, range.start..end).await?;
    if page.is_empty() && range.start < end {
        return Err(ReadError::Altered { what: format!("leaf {}", range.start) });
    }
    let read: Vec<Read> = page.iter().map(read).collect::<Result<_, _>>()?;
    let lists: BTreeSet<Digest> = read.iter().filter_map(Read::lists).flatten().collect();
    let mut found = BTreeMap::new();
    for row in blobs::get(connection, &lists.into_iter().collect::<Vec<_>>()).await? {
        let (digest, bytes) = row.unpack(body_bytes_max)?;
        found.insert(digest, bytes);
    }
    page.iter().zip(read).map(|(leaf, read)| read.named(leaf.index, &found)).collect()
}

enum Read {
    Decision(Box<DecisionLeaf>),
    Act { at: Timestamp, part: Part, bodies: Vec<Digest>, texts: Vec<Salted> },
}

fn read(leaf: &Leaf) -> Result<Read, ReadError> {
    let kind = leaf::kind_of(leaf.index, &leaf.text)?;
    if kind == Kind::Decision {
        return Ok(Read::Decision(Box::new(leaf::read(leaf.index, &leaf.text)?)));
    }
    let unreadable = || ReadError::Altered { what: format!("leaf {}", leaf.index) };
    let value: Value = leaf::read(leaf.index, &leaf.text)?;
    let judgement = value.get("judgement").ok_or_else(unreadable)?;
    let digest = |key: &str| Digest::parse(judgement.get(key)?.as_str()?).ok();
    let bodies = match kind {
        Kind::Stated => vec![digest("document")],
        Kind::Redacted | Kind::Retained => vec![digest("list")],
        Kind::BundleActivated => vec![act::activated(leaf)?.sources],
        Kind::WatchStarted | Kind::IncidentOpened => vec![digest("plan")],
        Kind::WatchChanged => vec![digest("window"), digest("answer")],
        _ => Vec::new(),
    };
    let said = PRIVATE.iter().filter_map(|key| judgement.get(*key));
    let each = said.flat_map(|said| match said {
        Value::Array(several) => several.iter().collect(),
        one => vec![one],
    });
    let texts = each.filter_map(Value::as_str).filter_map(|text| text.parse().ok()).collect();
    let at = leaf::moment(&leaf.text).ok_or_else(unreadable)?;
    let part = match kind {
        Kind::WatchStarted | Kind::WatchChanged => Part::Watch,
        Kind::IncidentOpened => Part::Incident,
        _ => Part::Act,
    };
    Ok(Read::Act { at, part, bodies: bodies.into_iter().flatten().collect(), texts })
}

impl Read {
    /// The lists that name documents.
    fn lists(&self) -> Option<[Digest; 2]> {
        match self {
            Self::Decision(leaf) => Some([leaf.judgement.evidence.manifest, leaf.judgement.baseline.manifest]),
            Self::Act { .. } => None,
        }
    }

    fn named(self, index: u64, found: &BTreeMap<Digest, Vec<u8>>) -> Result<Named, ReadError> {
        let mut leaf = match self {
            Self::Decision(leaf) => leaf,
            Self::Act { at, part, bodies, texts } => {
                let bodies = bodies.into_iter().map(|digest| (digest, part)).collect();
                return Ok(Named { index, at, decided: None, bodies, texts });
            }
        };
        let texts = leaf.privates().into_iter().filter_map(|private| match private {
            Private::Salted(salted) => Some(*salted),
            Private::Text(_) => None,
        });
        let texts = texts.collect();
        let (judgement, circumstances) = (&leaf.judgement, &leaf.circumstances);
        let [evidence, baseline] = [judgement.evidence.manifest, judgement.baseline.manifest];
        let evidence: Vec<Submitted> = listed::<In<_>>(evidence, found)?.into_iter().map(|In(one)| one).collect();
        let baseline: Vec<In<Digest>> = listed(baseline, found)?;
        let decision = &judgement.decision;
        let lists = [Some(&judgement.evidence), Some(&judgement.baseline)].into_iter().flatten();
        let lists = lists.chain(&judgement.agreed).chain(&judgement.compared).chain(&judgement.overdue);
        let mut bodies: Vec<(Digest, Part)> = lists.map(|list| (list.manifest, Part::Judgement)).collect();
        bodies.push((decision.body, Part::Judgement));
        bodies.extend(decision.stages.iter().map(|stage| (stage.body, Part::Stage)));
        bodies.extend(circumstances.shadow.map(|digest| (digest, Part::Shadow)));
        bodies.extend(circumstances.spans.map(|digest| (digest, Part::Spans)));
        bodies.extend(evidence.iter().map(|document| (document.digest, Part::Document)));
        bodies.extend(baseline.iter().map(|In(digest)| (*digest, Part::Document)));
        let decided = Decided {
            id: circumstances.decision.clone(),
            set: decision.decided_by.id.to_string(),
            environment: judgement.deployment.environment.clone(),
            services: judgement.deployment.services.iter().map(|service| service.name.clone()).collect(),
            evaluated_at: judgement.evaluated_at,
            valid_until: decision.valid_until,
            passes: decision.outcome == Outcome::Deploy && decision.permission == Permission::ByTheRules,
            evidence,
        };
        Ok(Named { index, at: circumstances.recorded_at, decided: Some(decided), bodies, texts })
    }
}

fn listed<T: serde::de::DeserializeOwned>(
    list: Digest,
    found: &BTreeMap<Digest, Vec<u8>>,
) -> Result<Vec<T>, ReadError> {
    let Some(bytes) = found.get(&list) else { return Ok(Vec::new()) };
    serde_json::from_slice(bytes)
        .map_err(|cause| ReadError::Unreadable { what: format!("list `{list}`"), cause: cause.into() })
}
