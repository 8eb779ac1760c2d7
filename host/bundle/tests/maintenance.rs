//! What a set says of maintenance: what is to be done in which phase, and every mistake in that.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use tidegate_bundle::{
    document::Mistake,
    maintenance::{EmergencyRules, MaintenanceRules, Task},
    sources::{PluginReference, read_sets},
};
use tidegate_core::digest::Digest;

/// A set that says how another environment is maintained.
fn maintained(environments: &str, maintenance: &str, break_glass: &str) -> String {
    format!(
        "policy_set: shop\nversion: \"1\"\nowner: a\nmatch: {{ environments: [{environments}], services: [\"*\"] }}\n\
         plugins: {{ readiness: {{ path: r.wasm }} }}\nstages:\n  - {{ id: ready, title: R, plugin: readiness, evidence: [ {{ name: ready }} ], \
         settings: {{ items: {{ backups_made: {{}}, agreed: {{ title: It was agreed on }} }} }} }}\n{break_glass}\nmaintenance: {{ {maintenance} }}\n"
    )
}

fn rules(text: &str) -> Result<MaintenanceRules, Vec<String>> {
    let said = |mistakes: Vec<Mistake>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>();
    let sources = read_sets(&[(PathBuf::from("p.yaml"), text.to_owned())]).map_err(said)?;
    let digest = |plugin: PluginReference<'_>| ((plugin.set.clone(), plugin.name.clone()), Digest::of(b"readiness"));
    let digests: BTreeMap<_, _> = sources.plugins().map(digest).collect();
    let bundle = sources.resolve(&digests).unwrap();
    Ok(bundle.sets().first().unwrap().maintenance.clone().unwrap())
}

const FORCED: &str = "break_glass: { minimum_evidence: [], second_human: false }";
const WINDOW: &str =
    "of: production, verified_in: verified, during: [ { item: shown, title: S } ], post: [ { item: down, title: D } ]";

#[test]
fn what_is_to_be_done_of_a_maintenance_is_the_stages_items_and_what_the_set_lists() {
    let said = "pre: { evidence: ready, approval: agreed }, emergency: { within: 2h, actions: [], communications: [ { item: told, title: T } ] }";
    let rules = rules(&maintained("closed", &format!("{WINDOW}, {said}"), FORCED)).unwrap();
    let task = |item: &str, title: &str| Task { item: item.into(), title: title.into() };
    let wanted = MaintenanceRules {
        of: "production".parse().unwrap(),
        asked_in: "closed".parse().unwrap(),
        verified_in: "verified".parse().unwrap(),
        anew: false,
        evidence: "ready".parse().unwrap(),
        approval: Some("agreed".into()),
        pre: rules.pre.clone(),
        during: vec![task("shown", "S")],
        post: vec![task("down", "D")],
        emergency: Some(EmergencyRules {
            within: Duration::from_secs(7_200),
            actions: Vec::new(),
            communications: vec![task("told", "T")],
        }),
    };
    assert_eq!(rules, wanted);
    let mut pre = rules.pre;
    pre.sort_by(|one, other| one.item.cmp(&other.item));
    assert_eq!(pre, [task("agreed", "It was agreed on"), task("backups_made", "backups made")]);
}

#[test]
fn every_mistake_in_what_a_set_says_of_maintenance_is_named() {
    let emergency = "emergency: { actions: [], communications: [] }";
    let ready = "pre: { evidence: ready }";
    for (environments, said, forced, wanted) in [
        ("closed", format!("{WINDOW}, {ready}"), "", &[][..]),
        ("closed", format!("{WINDOW}, {ready}, {emergency}"), FORCED, &[]),
        ("closed", format!("{WINDOW}, {ready}, {emergency}"), "", &["needs `break_glass` with `second_human: false`"]),
        ("closed", format!("{WINDOW}, pre: {{ evidence: redy }}"), "", &["no stage asks for `redy`"]),
        (
            "closed",
            format!("{WINDOW}, pre: {{ evidence: ready, approval: shown }}"),
            "",
            &["`shown` is not asked for before"],
        ),
        ("closed, other", format!("{WINDOW}, {ready}"), "", &["is asked in one environment, by its whole name"]),
        ("\"closed*\"", format!("{WINDOW}, {ready}"), "", &["is asked in one environment, by its whole name"]),
        (
            "production",
            format!("{WINDOW}, {ready}"),
            "",
            &["asked for in another environment than the one that it is of"],
        ),
        (
            "closed",
            format!("of: production, verified_in: v, {ready}, during: [ {{ item: agreed, title: A }} ], post: []"),
            "",
            &["`agreed` is listed twice: first in line"],
        ),
        ("closed", format!("of: production, {ready}, during: [], post: []"), "", &["`verified_in`"]),
        ("closed", format!("{WINDOW}, {ready}, baselines: fresh"), "", &["fresh"]),
    ] {
        let found = rules(&maintained(environments, &said, forced)).err().unwrap_or_default();
        assert_eq!(found.len(), wanted.len(), "{said}: {found:#?}");
        for (found, wanted) in found.iter().zip(wanted) {
            assert!(found.contains(wanted), "{wanted}: {found}");
        }
    }
}
