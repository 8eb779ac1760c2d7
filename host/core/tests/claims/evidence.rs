//! The host's own look at evidence: what is missing, unbound, unvouched or stale never reaches a plugin.

mod age;
mod binding;
mod counting;
mod services;
mod trust;

use crate::support::world::{World, result, rules_found};
use tidegate_core::{decision::Outcome, fault::Blame, stage_result::Conclusion};

/// The stage `tests` was not judged, for these reasons; the deployment is held and the plugin was not asked.
#[track_caller]
fn refused_before_the_plugin(world: &World, rules: &[&str]) {
    let decision = world.decide();
    assert_eq!(result(&decision, "tests").conclusion, Conclusion::Inconclusive(Blame::Caller));
    assert_eq!(rules_found(&decision, "tests"), rules);
    assert_eq!(decision.outcome, Outcome::Hold);
    assert!(!decision.permission.allowed());
    assert_eq!(world.asked(), [""; 0]);
}

/// The plugin was asked about `tests` once, and passed it.
#[track_caller]
fn accepted(world: &World) {
    let decision = world.decide();
    assert_eq!(rules_found(&decision, "tests"), [""; 0]);
    assert_eq!(decision.outcome, Outcome::Deploy);
    assert_eq!(world.asked(), ["tests"]);
}

/// `accepted` when no rule is named, else `refused_before_the_plugin`.
#[track_caller]
fn check(world: &World, rules: &[&str]) {
    if rules.is_empty() { accepted(world) } else { refused_before_the_plugin(world, rules) }
}
