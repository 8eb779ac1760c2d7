//! How long bodies are kept that decisions of one policy set name: `runbook bodies=9600h passing_evidence=2160h`.

use super::span;
use crate::config::{kind::Given, mistake::Refused};
use std::{collections::BTreeMap, path::Path, time::Duration};
use tidegate_bundle::document::quoted;
use tidegate_core::name::PolicySetId;

/// Sorts of bodies, as they are called beside `sets`.
pub(in crate::config) const SORTS: [&str; 4] = ["bodies", "passing_evidence", "texts", "traces"];

/// What is said of each set, by the sort.
pub(crate) type Keepings = BTreeMap<String, BTreeMap<String, Duration>>;

/// Each set once; what is not said of it is as of every set.
pub(in crate::config) fn read(given: Given<'_>) -> Result<Keepings, Refused> {
    let mut sets = Keepings::new();
    for text in given.texts {
        let (id, kept) = one(text)?;
        if sets.insert(id.clone(), kept).is_some() {
            return Err(Refused::because(format!("policy set {} is named twice", quoted(&id))));
        }
    }
    Ok(sets)
}

fn one(text: &str) -> Result<(String, BTreeMap<String, Duration>), Refused> {
    let malformed = || {
        Refused::because(format!("{} is not a policy set and how long its bodies are kept", quoted(text)))
            .hint(format!("e.g. `runbook bodies=9600h passing_evidence=2160h`; sorts are {}", SORTS.join(", ")))
    };
    let mut words = text.split_whitespace();
    let id = words.next().filter(|id| PolicySetId::parse(id).is_ok()).ok_or_else(malformed)?;
    let mut kept = BTreeMap::new();
    for word in words {
        let (sort, time) = word.split_once('=').filter(|(sort, _)| SORTS.contains(sort)).ok_or_else(malformed)?;
        let texts = [time.to_owned()];
        let time = span::read(Given { texts: &texts, folder: Path::new("") }, 0..=u64::MAX)?;
        if kept.insert(sort.to_owned(), time).is_some() {
            return Err(malformed());
        }
    }
    if kept.is_empty() { Err(malformed()) } else { Ok((id.to_owned(), kept)) }
}

/// As they are read.
pub(in crate::config) fn show(sets: &Keepings) -> Vec<String> {
    let one = |(id, kept): (&String, &BTreeMap<String, Duration>)| {
        let kept = kept.iter().map(|(sort, time)| format!(" {sort}={}", span::span_in_words(*time)));
        format!("{id}{}", kept.collect::<String>())
    };
    sets.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::{read, show};
    use crate::config::kind::Given;
    use std::path::Path;

    fn shown(texts: &[&str]) -> Result<Vec<String>, String> {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        let sets = read(Given { texts: &texts, folder: Path::new("") });
        sets.map(|sets| show(&sets)).map_err(|refused| refused.message)
    }

    #[test]
    fn sets_are_shown_as_they_are_read() {
        let said = ["runbook bodies=9600h passing_evidence=2160h", "staging traces=24h"];
        assert_eq!(shown(&said).unwrap(), said);
    }

    #[test]
    fn what_says_nothing_or_something_twice_is_refused() {
        for texts in
            [&["runbook"][..], &["runbook leaves=1h"], &["runbook bodies"], &["runbook bodies=1h bodies=2h"], &[""]]
        {
            assert!(shown(texts).unwrap_err().contains("is not a policy set and how long"), "{texts:?}");
        }
        assert!(shown(&["runbook bodies=soon"]).unwrap_err().contains("is not a span of time"));
        assert!(shown(&["a bodies=1h", "a bodies=2h"]).unwrap_err().contains("is named twice"));
    }
}
