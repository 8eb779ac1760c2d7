//! The rules that findings cite. Those of the policy file are not known here: a finding names them as its subject.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::Severity,
};

/// An expression is false.
pub(crate) const BROKEN: &str = "rule";
/// An expression has no answer.
pub(crate) const UNDECIDED: &str = "rule.undecided";

pub(crate) fn describe() -> Description {
    let summary = "One-line rules that stand in the policy file, in CEL.";
    Description::new("cel", env!("CARGO_PKG_VERSION"), summary, SCHEMA)
        .rule(Rule::new(BROKEN, "Every rule of the policy file holds", Severity::High).help(
            "The rule's expression is false. The finding's subject is the rule's id; the policy file says what it asks.",
        ))
        .rule(Rule::new(UNDECIDED, "Every rule can be decided", Severity::High).help(
            "The expression looks for something that was not handed in, or is of another kind. Hand it in, or say with `has()` \
             what holds without it. The finding's subject is the rule's id.",
        ))
}
