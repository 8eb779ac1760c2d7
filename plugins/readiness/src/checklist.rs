//! The checklist that settings ask for: every item with its words and its conditions.

mod limits;

use self::limits::Limits;
use crate::{
    catalogue::{self, Entry},
    rules::OTHER_ITEM,
    settings::{ItemSettings, Settings},
};
use tidegate_sdk::{describe::Problem, finding::Remediation, span};

/// Items, in the catalogue's order, further ones after it by id.
#[derive(Debug)]
pub(crate) struct Checklist {
    pub(crate) items: Vec<Item>,
}

/// One item that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) id: String,
    /// The rule that its findings cite.
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) remediation: Remediation,
    pub(crate) need: Need,
    /// Nanoseconds.
    pub(crate) age_max: Option<u64>,
    /// Not by whoever asks for the deployment.
    pub(crate) four_eyes: bool,
    /// Nor by an author of the change.
    pub(crate) independent: bool,
}

/// When an item has to be fulfilled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Need {
    /// Always.
    Required,
    /// Unless somebody states, with a reason, that it does not concern this deployment.
    IfApplicable,
    /// Unless this flag is known to be false.
    If(String),
}

impl Checklist {
    /// The checklist, or everything that is wrong with the settings.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let mut limits = Limits::default();
        limits.count(settings.items.len());
        let known = catalogue::ENTRIES.iter().filter_map(|entry| {
            let (id, asked) = settings.items.get_key_value(entry.id)?;
            Some((id, asked, Some(entry)))
        });
        let further = settings.items.iter().filter(|(id, _)| catalogue::entry(id).is_none());
        let asked: Vec<_> = known.chain(further.map(|(id, asked)| (id, asked, None))).collect();
        let items = asked.into_iter().map(|(id, asked, entry)| item(id, asked, entry, &mut limits)).collect();
        limits.into_result().map(|()| Self { items })
    }
}

fn item(id: &str, asked: &ItemSettings, entry: Option<&Entry>, limits: &mut Limits) -> Item {
    if entry.is_none() {
        limits.id(id);
    }
    let need = need(id, asked.need.as_deref(), limits);
    let age_max = asked.max_age.as_deref().and_then(|text| limits.take(id, "/max_age", span::parse(text)));
    let title = match (&asked.title, entry) {
        (Some(title), _) => limits.text(id, "/title", title),
        (None, Some(entry)) => entry.title.to_owned(),
        (None, None) => limits.untitled(id),
    };
    let remediation = match (&asked.remediation, entry) {
        (Some(given), _) => Remediation {
            title: limits.text(id, "/remediation/title", &given.title),
            command: given.command.as_deref().map(|command| limits.text(id, "/remediation/command", command)),
            doc: given.doc.as_deref().map(|doc| limits.text(id, "/remediation/doc", doc)),
        },
        (None, Some(entry)) => entry.remediation(),
        (None, None) => Remediation::new(format!("see to it, then state `{id}`")),
    };
    let rule = entry.map_or_else(|| OTHER_ITEM.to_owned(), Entry::rule);
    let (four_eyes, independent) = (asked.four_eyes || asked.independent, asked.independent);
    Item { id: id.to_owned(), rule, title, remediation, need, age_max, four_eyes, independent }
}

fn need(id: &str, text: Option<&str>, limits: &mut Limits) -> Need {
    match text {
        None | Some("required") => Need::Required,
        Some("if_applicable") => Need::IfApplicable,
        Some(text) => {
            let flag = text.strip_prefix("if_").filter(|flag| limits::is_name(flag));
            let flag = flag.ok_or_else(|| "expected `required`, `if_applicable` or `if_<flag>`".to_owned());
            limits.take(id, "/need", flag).map_or(Need::Required, |flag| Need::If(flag.to_owned()))
        }
    }
}
