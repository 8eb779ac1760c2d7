//! Which rules of the modules are asked: those that conftest asks.

use crate::{
    heads::{self, Head},
    rules::{DENY, VIOLATION, WARN},
};
use std::collections::BTreeMap;
use tidegate_sdk::{describe::Problem, finding::Severity};

/// What a rule's name makes of its messages; those that decide come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Deny,
    Violation,
    Warn,
}

impl Kind {
    /// `deny`, `violation` or `warn`, alone or with suffixes: `deny_root_user`.
    fn of(name: &str) -> Option<Self> {
        let kinds = [(DENY, Self::Deny), (VIOLATION, Self::Violation), (WARN, Self::Warn)];
        let (kind, rest) = kinds.into_iter().find_map(|(word, kind)| Some((kind, name.strip_prefix(word)?)))?;
        let is_suffix = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
        let fits = rest.is_empty() || rest.strip_prefix('_').is_some_and(|rest| rest.split('_').all(is_suffix));
        fits.then_some(kind)
    }

    /// The rule of this plugin that its findings cite.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Deny => DENY,
            Self::Violation => VIOLATION,
            Self::Warn => WARN,
        }
    }

    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Deny | Self::Violation => Severity::High,
            Self::Warn => Severity::Medium,
        }
    }
}

/// A rule that is asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) kind: Kind,
    /// In the order of the modules; at least one.
    pub(crate) definitions: Vec<Head>,
    /// `main.deny_root`
    pub(crate) full_name: String,
    /// The interpreter's way to it.
    pub(crate) path: String,
    /// The interpreter's way to the exceptions of its package, where it has some.
    pub(crate) exceptions: Option<String>,
}

impl Asked {
    /// The names by which an exception means this rule: with and without its first word.
    pub(crate) fn is_meant_by(&self, exception: &str) -> bool {
        let name = self.definitions.first().map_or("", |head| head.name.as_str());
        let suffix = name.strip_prefix(self.kind.rule()).unwrap_or(name);
        exception == name || exception == suffix.strip_prefix('_').unwrap_or(suffix)
    }
}

/// Every rule of these namespaces that is asked. Nothing to ask is a problem: it would pass.
pub(super) fn of(heads: &[Head], namespaces: Option<&[String]>) -> Result<Vec<Asked>, Vec<Problem>> {
    let main = [String::from("main")];
    let namespaces = namespaces.unwrap_or(&main);
    let all = namespaces.iter().any(|namespace| namespace == "*");
    let mut by_name: BTreeMap<(Kind, &[String], &str), Vec<Head>> = BTreeMap::new();
    for head in heads.iter().filter(|head| !head.is_function) {
        if let Some(kind) = Kind::of(&head.name).filter(|_| all || namespaces.contains(&head.namespace())) {
            by_name.entry((kind, &head.package, &head.name)).or_default().push(head.clone());
        }
    }
    let problems = unasked(&by_name, heads, namespaces);
    if !problems.is_empty() {
        return Err(problems);
    }
    let exceptions = |package: &[String]| {
        let has_some = heads.iter().any(|head| head.package == package && head.name == "exception");
        has_some.then(|| heads::path(package, "exception"))
    };
    let asked = |((kind, package, name), definitions): ((Kind, &[String], &str), Vec<Head>)| Asked {
        kind,
        full_name: definitions.first().map(Head::full_name).unwrap_or_default(),
        path: heads::path(package, name),
        exceptions: exceptions(package),
        definitions,
    };
    Ok(by_name.into_iter().map(asked).collect())
}

fn unasked(
    by_name: &BTreeMap<(Kind, &[String], &str), Vec<Head>>,
    heads: &[Head],
    namespaces: &[String],
) -> Vec<Problem> {
    let known: Vec<String> = {
        let mut known: Vec<String> = heads.iter().map(Head::namespace).collect();
        known.sort();
        known.dedup();
        known
    };
    let is_asked = |namespace: &String| match namespace.as_str() {
        "*" => !by_name.is_empty(),
        name => by_name.keys().any(|(_, package, _)| package.join(".") == name),
    };
    let missing = namespaces.iter().enumerate().filter(|(_, namespace)| !is_asked(namespace));
    let problem = |(index, namespace): (usize, &String)| {
        let message = format!(
            "no rule `deny`, `violation` or `warn` in package `{namespace}`, so nothing would be asked; the modules' packages are {}",
            if known.is_empty() { "empty".to_owned() } else { format!("`{}`", known.join("`, `")) }
        );
        Problem::new(format!("/namespaces/{index}"), message)
    };
    missing.map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn rules_are_known_by_their_names() {
        for (name, kind) in [
            ("deny", Some(Kind::Deny)),
            ("deny_root_user", Some(Kind::Deny)),
            ("violation_1", Some(Kind::Violation)),
            ("warn_a", Some(Kind::Warn)),
            ("denyall", None),
            ("deny_", None),
            ("deny__a", None),
            ("warning", None),
            ("allow", None),
        ] {
            assert_eq!(Kind::of(name), kind, "{name}");
        }
    }
}
