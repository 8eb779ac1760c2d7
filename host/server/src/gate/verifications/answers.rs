//! What endpoints say of themselves in JSON: whether things are healthy, and which version runs.
//!
//! **Invariant:** what is not there, of another form, or empty is unknown, never well.

use super::seen::Saw;
use serde_json::Value;
use tidegate_core::{
    name::{ServiceName, Version},
    one_line::one_line,
};

/// What healthy things call themselves where the set says nothing.
const WORDS: [&str; 4] = ["healthy", "ok", "up", "pass"];
/// Where something that is no word says how it is.
const STATUS: &str = "status";
/// Things that are named in one message, at most.
pub(super) const NAMED_MAX: usize = 5;
/// Characters of a word or a version that a message repeats.
const WORD_CHARS_MAX: usize = 60;

/// A place in an answer (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer(String);

impl Pointer {
    /// The place of this text; empty: the whole answer.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_one = text.is_empty() || text.starts_with('/');
        is_one.then(|| Self(text.to_owned())).ok_or_else(|| format!("`{text}` is not a JSON Pointer"))
    }

    fn words(&self) -> String {
        if self.0.is_empty() { "the answer".to_owned() } else { format!("`{}`", self.0) }
    }
}

/// What healthy things call themselves, in lower case.
pub(in crate::gate::verifications) fn words(said: Option<Vec<String>>) -> Vec<String> {
    said.map_or_else(|| WORDS.map(str::to_owned).to_vec(), |said| said.iter().map(|word| word.to_lowercase()).collect())
}

/// What an answer says there, or why nobody knows.
fn found<'a>(answer: &'a Value, at: &Pointer) -> Result<&'a Value, Saw> {
    answer.pointer(&at.0).ok_or_else(|| Saw::Unknown(format!("the answer has no {}", at.words())))
}

/// Whether all that an answer says there is healthy.
pub(super) fn healthy(answer: &Value, at: &Pointer, words: &[String]) -> Saw {
    let value = match found(answer, at) {
        Ok(value) => value,
        Err(unknown) => return unknown,
    };
    if let Some(how) = standing(value, words) {
        return one(&at.words(), how);
    }
    let each: Vec<(String, Option<How>)> = match value {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), standing(value, words))).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(at, value)| (name(at, value), standing(value, words))).collect()
        }
        _ => return Saw::Unknown(format!("{} is neither a word nor `true` or `false`", at.words())),
    };
    if each.is_empty() {
        return Saw::Unknown(format!("{} is empty: nothing says how it is", at.words()));
    }
    several(&each)
}

/// How one thing is.
enum How {
    Healthy,
    Not(String),
}

fn standing(value: &Value, words: &[String]) -> Option<How> {
    let judged = |is_healthy: bool, word: &str| {
        if is_healthy { How::Healthy } else { How::Not(one_line(word, WORD_CHARS_MAX)) }
    };
    match value {
        Value::String(word) => Some(judged(words.contains(&word.to_lowercase()), word)),
        Value::Bool(is_healthy) => Some(judged(*is_healthy, "false")),
        Value::Object(map) => {
            map.get(STATUS).filter(|status| !status.is_object()).and_then(|status| standing(status, words))
        }
        _ => None,
    }
}

fn name(at: usize, value: &Value) -> String {
    value.get("name").and_then(Value::as_str).map_or_else(|| format!("#{at}"), str::to_owned)
}

fn one(what: &str, how: How) -> Saw {
    match how {
        How::Healthy => Saw::Met(format!("{what} is healthy")),
        How::Not(word) => Saw::Unmet(format!("{what} is `{word}`")),
    }
}

fn several(each: &[(String, Option<How>)]) -> Saw {
    let all = each.len();
    let ill: Vec<String> = each
        .iter()
        .filter_map(|(name, how)| match how {
            Some(How::Not(word)) => Some(format!("`{}` is `{word}`", one_line(name, WORD_CHARS_MAX))),
            _ => None,
        })
        .collect();
    if !ill.is_empty() {
        return Saw::Unmet(format!("{} of {all} not healthy: {}", ill.len(), some(&ill)));
    }
    let unknown: Vec<String> = each
        .iter()
        .filter(|(_, how)| how.is_none())
        .map(|(name, _)| format!("`{}`", one_line(name, WORD_CHARS_MAX)))
        .collect();
    if !unknown.is_empty() {
        return Saw::Unknown(format!("{} of {all} do not say how they are: {}", unknown.len(), some(&unknown)));
    }
    Saw::Met(format!("all {all} are healthy"))
}

/// The first few, and how many more there are.
pub(super) fn some(all: &[String]) -> String {
    let named = all.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len().checked_sub(NAMED_MAX).filter(|more| *more > 0) {
        Some(more) => format!("{named} and {more} more"),
        None => named,
    }
}

/// Which version should run of a service; none: nobody knows.
pub(super) type Expected = (ServiceName, Option<Version>);

/// Whether the version that an answer says there is the one that should run.
pub(super) fn version(answer: &Value, at: &Pointer, service: Option<&ServiceName>, expected: &[Expected]) -> Saw {
    let value = match found(answer, at) {
        Ok(value) => value,
        Err(unknown) => return unknown,
    };
    match (service, value) {
        (Some(service), _) => match expected.iter().find(|(name, _)| name == service) {
            Some((name, version)) => same(name, version.as_ref(), Some(value)),
            None => Saw::NotConcerned(format!("`{service}` is not deployed")),
        },
        (None, Value::Object(versions)) => {
            let each = expected.iter().map(|(name, version)| same(name, version.as_ref(), versions.get(name.as_str())));
            Saw::worst(each)
        }
        (None, _) => match expected {
            [(name, version)] => same(name, version.as_ref(), Some(value)),
            several => Saw::Unknown(format!("one version is said of {} services", several.len())),
        },
    }
}

fn same(service: &ServiceName, expected: Option<&Version>, said: Option<&Value>) -> Saw {
    let Some(expected) = expected else {
        return Saw::Unknown(format!("which version of `{service}` should run is not known"));
    };
    let Some(said) = said.and_then(Value::as_str) else {
        return Saw::Unknown(format!("the answer says no version of `{service}`"));
    };
    let said = one_line(said, WORD_CHARS_MAX);
    if bare(&said) == bare(expected.as_str()) {
        Saw::Met(format!("`{service}` runs {said}"))
    } else {
        Saw::Unmet(format!("`{service}` runs {said}, not {expected}"))
    }
}

/// A tag's `v` is no part of the version.
fn bare(version: &str) -> &str {
    version.strip_prefix('v').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit())).unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::{Expected, Pointer, Saw, healthy, version, words};
    use serde_json::json;

    fn pointer(text: &str) -> Pointer {
        Pointer::parse(text).unwrap()
    }

    fn kind(saw: &Saw) -> (&'static str, &str) {
        match saw {
            Saw::Met(why) => ("met", why),
            Saw::Unmet(why) => ("unmet", why),
            Saw::NotConcerned(why) => ("not concerned", why),
            Saw::Unknown(why) => ("unknown", why),
        }
    }

    #[test]
    fn what_does_not_say_that_it_is_healthy_is_not_taken_for_it() {
        for (answer, at, expected) in [
            (json!({"status": "Healthy"}), "/status", ("met", "`/status` is healthy")),
            (json!({"status": "degraded"}), "", ("unmet", "the answer is `degraded`")),
            (
                json!({"services": {"db": "up", "mq": {"status": "ok"}, "s3": true}}),
                "/services",
                ("met", "all 3 are healthy"),
            ),
            (
                json!({"services": [{"name": "db", "status": "down"}]}),
                "/services",
                ("unmet", "1 of 1 not healthy: `db` is `down`"),
            ),
            (
                json!({"services": {"db": "up", "mq": 7}}),
                "/services",
                ("unknown", "1 of 2 do not say how they are: `mq`"),
            ),
            (
                json!({"services": {"db": false, "mq": 7}}),
                "/services",
                ("unmet", "1 of 2 not healthy: `db` is `false`"),
            ),
            (json!({"services": {}}), "/services", ("unknown", "`/services` is empty: nothing says how it is")),
            (json!({"services": []}), "/services", ("unknown", "`/services` is empty: nothing says how it is")),
            (json!({"status": "ok"}), "/services", ("unknown", "the answer has no `/services`")),
            (json!({"status": null}), "/status", ("unknown", "`/status` is neither a word nor `true` or `false`")),
        ] {
            assert_eq!(kind(&healthy(&answer, &pointer(at), &words(None))), expected, "{answer} {at}");
        }
    }

    #[test]
    fn the_version_that_runs_is_the_one_that_should() {
        let of = |name: &str, version: Option<&str>| -> Expected {
            (name.parse().unwrap(), version.map(|version| version.parse().unwrap()))
        };
        let one = [of("api", Some("1.2.3"))];
        let two = [of("api", Some("v1.2.3")), of("web", Some("7"))];
        let api = "api".parse().unwrap();
        let shop = "shop".parse().unwrap();
        for (answer, service, expected, wanted) in [
            (json!("1.2.3"), None, &one[..], ("met", "`api` runs 1.2.3")),
            (json!("v1.2.3"), None, &one[..], ("met", "`api` runs v1.2.3")),
            (json!("1.2.2"), None, &one[..], ("unmet", "`api` runs 1.2.2, not 1.2.3")),
            (json!("1.2.3"), Some(&api), &two[..], ("met", "`api` runs 1.2.3")),
            (json!("1.2.3"), Some(&shop), &two[..], ("not concerned", "`shop` is not deployed")),
            (json!("1.2.3"), None, &two[..], ("unknown", "one version is said of 2 services")),
            (json!({"api": "1.2.3", "web": "6"}), None, &two[..], ("unmet", "`web` runs 6, not 7")),
            (json!({"api": "1.2.3"}), None, &two[..], ("unknown", "the answer says no version of `web`")),
            (json!(3), None, &one[..], ("unknown", "the answer says no version of `api`")),
            (json!("1"), None, &[of("api", None)][..], ("unknown", "which version of `api` should run is not known")),
        ] {
            assert_eq!(kind(&version(&answer, &pointer(""), service, expected)), wanted, "{answer}");
        }
    }
}
