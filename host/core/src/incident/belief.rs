//! Which answers of a `severity` plugin are none.

use super::Classification;
use crate::{
    fault::{Blame, Fault, FaultKind},
    name::RuleId,
};

/// Believes a classification, or says what makes it malformed (blame: plugin): the rule has to be declared, and a reason given.
pub fn believed(classification: Classification, declared: &[RuleId]) -> Result<Classification, Fault> {
    let Classification { rule, reasons, .. } = &classification;
    let message = if !declared.iter().any(|declared| declared.as_str() == rule) {
        format!("it cites rule `{}`, which it does not declare", rule.escape_debug())
    } else if reasons.is_empty() {
        "it gives no reason".to_owned()
    } else {
        return Ok(classification);
    };
    Err(Fault { blame: Blame::Plugin, kind: FaultKind::MalformedReport, message })
}

#[cfg(test)]
mod tests {
    use super::believed;
    use crate::{
        incident::{Classification, Priority},
        name::RuleId,
    };

    #[test]
    fn a_priority_needs_a_declared_rule_and_a_reason() {
        let declared = [RuleId::parse("service").unwrap()];
        let said = |rule: &str, reasons: &[&str]| {
            let reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
            believed(Classification { priority: Priority::P0, rule: rule.to_owned(), reasons }, &declared)
        };
        assert!(said("service", &["it is down"]).is_ok());
        assert_eq!(said("other", &["x"]).unwrap_err().message, "it cites rule `other`, which it does not declare");
        assert_eq!(said("service", &[]).unwrap_err().message, "it gives no reason");
    }
}
