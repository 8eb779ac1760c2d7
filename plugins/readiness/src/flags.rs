//! Flags that conditions name, e.g. `downtime_expected`: from facts, or from the deployment's labels.

use crate::heard::{Documents, concerns};
use std::collections::BTreeMap;
use tidegate_sdk::{
    evidence::{Content, small::Value},
    gate::Request,
};

/// What is known of each flag; `None`: something was said that is neither true nor false.
#[derive(Debug)]
pub(crate) struct Flags<'a>(BTreeMap<&'a str, Vec<Option<bool>>>);

/// What is known of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    True,
    False,
    /// Nobody says, or nobody says clearly.
    Unknown,
}

impl<'a> Flags<'a> {
    /// A fact that is false of something else than what is deployed does not count; one that is true of anything does.
    pub(crate) fn of<S>(documents: &'a Documents, request: &'a Request<S>) -> Self {
        let mut said: BTreeMap<&str, Vec<Option<bool>>> = BTreeMap::new();
        for label in &request.deployment.labels {
            let value = match label.value.as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            };
            said.entry(&label.name).or_default().push(value);
        }
        for content in documents.iter().flat_map(|(_, contents)| contents) {
            let Content::Facts(facts) = content else { continue };
            for fact in facts {
                let value = if let Value::Flag(flag) = fact.value { Some(flag) } else { None };
                if value == Some(true) || concerns(fact.subject.as_deref(), request) {
                    said.entry(&fact.name).or_default().push(value);
                }
            }
        }
        Self(said)
    }

    /// True when anybody says so; false only when all say so.
    pub(crate) fn get(&self, name: &str) -> Known {
        match self.0.get(name).map(Vec::as_slice) {
            None | Some([]) => Known::Unknown,
            Some(said) if said.contains(&Some(true)) => Known::True,
            Some(said) if said.contains(&None) => Known::Unknown,
            Some(_) => Known::False,
        }
    }
}
