//! What a tree's spans are, as far as metrics ask for it: many trees are alike in that, and are counted together.
//!
//! **Invariant:** what a profile says of a field of [`has`] is what the spans themselves say, however many values they have of it.

use super::{
    Indexed,
    key::{Carrier, Key, Scope, own},
    value::id_of,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    sync::LazyLock,
};

/// Attributes of spans or their resources that have few values. What tells single decisions, services or people apart is none of them: each of its
/// values would be a profile of its own. Another one here is another generation of the tables, since older rows lack it.
const ATTRIBUTES: [&str; 13] = [
    "deployment.environment.name",
    "service.name",
    "tidegate.blame",
    "tidegate.decision.allowed",
    "tidegate.decision.forced",
    "tidegate.decision.outcome",
    "tidegate.deployment.cause",
    "tidegate.plugin.name",
    "tidegate.policy_set.id",
    "tidegate.stage.blocking",
    "tidegate.stage.id",
    "tidegate.stage.mode",
    "tidegate.stage.result",
];
const OWN: [&str; 3] = [own::NAME, own::ROOT_NAME, own::ROOT_SERVICE];

/// The keys that a profile has, and where their uses lie.
static KEYS: LazyLock<HashMap<i64, Carrier>> = LazyLock::new(|| {
    let attributes = ATTRIBUTES.iter().flat_map(|name| [Key::new(Scope::Span, name), Key::new(Scope::Resource, name)]);
    let own = OWN.iter().map(|name| Key::new(Scope::Intrinsic, name));
    attributes.chain(own).map(|key| (key.id(), key.carrier())).collect()
});

/// Whether profiles say which values spans have under this key.
pub(crate) fn has(key: &Key) -> bool {
    KEYS.contains_key(&key.id())
}

/// What some spans of a tree have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Alike {
    pub(crate) kind: i32,
    pub(crate) status: i32,
    /// Keys and values.
    pub(crate) attributes: BTreeSet<(i64, i64)>,
}

/// What the spans of a tree are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Follows from the rest.
    pub(crate) id: i64,
    /// Sorted, each with how many spans are so; the place of one is that in this list.
    pub(crate) spans: Vec<(Alike, u64)>,
}

impl Profile {
    pub(crate) fn of(tree: &Indexed) -> Self {
        let mut uses: HashMap<(Carrier, u64), BTreeSet<(i64, i64)>> = HashMap::new();
        for (key, place, value) in &tree.uses {
            if let Some(carrier) = KEYS.get(key) {
                uses.entry((*carrier, *place)).or_default().insert((*key, *value));
            }
        }
        let mut spans: BTreeMap<Alike, u64> = BTreeMap::new();
        for (place, span) in (0..).zip(&tree.spans) {
            let carriers = [(Carrier::Span, place), (Carrier::Part, span.part), (Carrier::Tree, 0)];
            let attributes = carriers.iter().filter_map(|carrier| uses.get(carrier)).flatten().copied().collect();
            *spans.entry(Alike { kind: span.kind, status: span.status, attributes }).or_default() += 1;
        }
        let spans = Vec::from_iter(spans);
        Self { id: id_of(&["profile", &written(&spans)]), spans }
    }
}

/// No two profiles are written alike.
fn written(spans: &[(Alike, u64)]) -> String {
    let mut text = String::new();
    for (Alike { kind, status, attributes }, count) in spans {
        // Writing to a text does not fail.
        let _ = write!(text, "{count} {kind} {status}");
        for (key, value) in attributes {
            let _ = write!(text, " {key}={value}");
        }
        text.push('\n');
    }
    text
}
