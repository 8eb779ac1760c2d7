//! Who wrote the change that is deployed: the label `author` of the deployment, and facts of that name.

use crate::heard::{Documents, same_person};
use tidegate_sdk::{
    evidence::{Content, small::Value},
    gate::Request,
};

/// Labels are compared without regard to case, as the gate does where somebody confirms a forced deployment.
const NAME: &str = "author";

/// Everybody who is named as an author, as they are named. More names only take more people's words away.
#[derive(Debug)]
pub(crate) struct Authors<'a>(Vec<&'a str>);

impl<'a> Authors<'a> {
    pub(crate) fn of<S>(documents: &'a Documents, request: &'a Request<S>) -> Self {
        let labels = request.deployment.labels.iter().filter(|label| label.name.eq_ignore_ascii_case(NAME));
        let mut named: Vec<&str> = labels.map(|label| label.value.as_str()).collect();
        for content in documents.iter().flat_map(|(_, contents)| contents) {
            let Content::Facts(facts) = content else { continue };
            for fact in facts.iter().filter(|fact| fact.name == NAME) {
                if let Value::Text(name) = &fact.value {
                    named.push(name);
                }
            }
        }
        // Several stand in one text with commas in between, and some people's names have one.
        let mut all: Vec<&str> =
            named.iter().flat_map(|names| names.split(',').chain([*names])).map(str::trim).collect();
        all.retain(|name| !name.is_empty());
        Self(all)
    }

    /// The author that this is, as they are named as one.
    pub(crate) fn named(&self, by: &str) -> Option<&'a str> {
        self.0.iter().copied().find(|author| same_person(author, by))
    }

    pub(crate) fn are_unknown(&self) -> bool {
        self.0.is_empty()
    }
}
