//! The deployment runbook's pipeline: six equal stages and an optional seventh.

use super::{
    document::document,
    stage::{needs, stage},
    world::{World, api},
};

/// Stage and title, in the runbook's order.
pub(crate) const STAGES: [(&str, &str); 6] = [
    ("code_quality", "Code Quality"),
    ("security", "Security"),
    ("unit_tests", "Unit Tests"),
    ("integration", "Integration"),
    ("e2e", "E2E Tests"),
    ("accessibility", "Accessibility"),
];

/// All of the runbook's stages, with the evidence of `api` for those that are not listed, and performance skipped in so many words.
pub(crate) fn runbook_without(absent: &[&str]) -> World {
    let performance = stage("performance").titled("Performance").optional().needs(needs("performance"));
    let stages = STAGES.iter().fold(api(), |world, (id, title)| world.stage(stage(id).titled(title).needs(needs(id))));
    let present = STAGES.iter().map(|(id, _)| *id).filter(|id| !absent.contains(id));
    present.fold(stages.stage(performance).skip("performance"), |world, id| world.hand_in(document(id).passed(100)))
}

/// The runbook with everything green.
pub(crate) fn runbook() -> World {
    runbook_without(&[])
}
