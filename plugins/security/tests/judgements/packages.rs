//! Licences and bills of materials.

use crate::world::{Rules, component, doc, hold, judged};
use tidegate_sdk::{
    evidence::components::Component,
    report::Outcome::{Fail, Inconclusive, Pass},
};

const MISSING: Rules = &["evidence.missing"];
const ACCEPTED: Rules = &["licenses.accepted"];

#[test]
fn a_licence_is_allowed_or_denied_as_an_expression() {
    let allow = r#"{"licenses": {"allow": ["MIT", "Apache-2.0"]}}"#;
    let deny = r#"{"licenses": {"deny": ["GPL-3.0-only"]}}"#;
    let of = |licenses: &[&str]| vec![doc().components([component("a", licenses)])];
    hold(vec![
        (allow, of(&["MIT"]), Pass, &[], &[]),
        (allow, of(&["MIT OR GPL-3.0-only"]), Pass, &[], &[]),
        (allow, of(&["MIT AND GPL-3.0-only"]), Fail, ACCEPTED, &[]),
        (allow, of(&["WTFPL"]), Fail, ACCEPTED, &[]),
        (allow, of(&[]), Fail, ACCEPTED, &[]),
        (deny, of(&["GPL-3.0-only"]), Fail, ACCEPTED, &[]),
        (deny, of(&["MIT OR GPL-3.0-only"]), Pass, &[], &[]),
        (deny, of(&["MIT"]), Pass, &[], &[]),
        (deny, of(&[]), Pass, &[], &[]),
        (r#"{"licenses": {"allow": ["MIT"], "deny": ["GPL-3.0-only"]}}"#, of(&["GPL-3.0-only"]), Fail, ACCEPTED, &[]),
        (r#"{"licenses": {"allow": ["MIT"], "unstated": "report"}}"#, of(&[]), Pass, &[], &[]),
        (r#"{"licenses": {"allow": ["MIT"], "except": ["a"]}}"#, of(&["WTFPL"]), Pass, &[], &[]),
        (r#"{"licenses": {"allow": ["MIT"], "except": ["pkg:npm/a@*"]}}"#, of(&["WTFPL"]), Pass, &[], &[]),
        (r#"{"licenses": {"allow": ["MIT"], "except": ["pkg:npm/b@*"]}}"#, of(&["WTFPL"]), Fail, ACCEPTED, &[]),
        (allow, vec![], Inconclusive, &[], MISSING),
        (allow, vec![doc().components([])], Inconclusive, &[], MISSING),
    ]);
}

#[test]
fn a_licence_that_is_not_accepted_is_named_with_its_component() {
    let settings = r#"{"licenses": {"allow": ["MIT"], "deny": ["GPL-3.0-only"]}}"#;
    let bill = [component("good", &["MIT"]), component("bad", &["GPL-3.0-only"]), component("bare", &[])];
    let report = judged(settings, vec![doc().components(bill)]);
    let messages: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    let expected = [
        "bad 1.0.0 is under `GPL-3.0-only`, which is not allowed",
        "bare 1.0.0 states no licence",
        "bad 1.0.0 is under `GPL-3.0-only`, which is denied",
    ];
    assert_eq!(messages, expected);
    assert_eq!(report.findings[0].subject.as_deref(), Some("pkg:npm/bad@1.0.0"));
    assert_eq!(report.summary, "2 of 3 components not allowed, 1 of 3 components denied");
    let unstated = judged(
        r#"{"licenses": {"allow": ["MIT"], "unstated": "report"}}"#,
        vec![doc().components([component("bare", &[]), component("good", &["MIT"])])],
    );
    let summary = "0 of 2 components not allowed, 1 without a licence";
    assert_eq!((unstated.outcome, unstated.summary.as_str()), (Pass, summary));
}

#[test]
fn an_endless_bill_is_not_looked_at_without_end() {
    let endless: Vec<Component> = (0..20_000).map(|n| component(&n.to_string(), &["WTFPL"])).collect();
    let report = judged(r#"{"licenses": {"allow": ["MIT"]}}"#, vec![doc().components(endless)]);
    assert_eq!(report.outcome, Fail);
    assert!(report.findings.iter().any(|finding| finding.message.starts_with("more than 16384 components")));
}

#[test]
fn a_bill_of_materials_has_to_list_enough() {
    let bill = |count: usize| doc().components((0..count).map(|n| component(&n.to_string(), &[])));
    let three = r#"{"sbom": {"min_components": 3}}"#;
    hold(vec![
        (r#"{"sbom": {}}"#, vec![bill(1)], Pass, &[], &[]),
        (r#"{"sbom": {}}"#, vec![bill(0)], Inconclusive, &[], MISSING),
        (r#"{"sbom": {}}"#, vec![doc()], Inconclusive, &[], MISSING),
        (three, vec![bill(3)], Pass, &[], &[]),
        (three, vec![bill(2)], Fail, &["sbom.components"], &[]),
        (three, vec![bill(9), bill(2)], Fail, &["sbom.components"], &[]),
        (three, vec![bill(9), bill(0)], Inconclusive, &[], MISSING),
    ]);
}
