//! What `tidegate demo --watch` shows, as its reader sees it.

use super::prometheus::found;
use crate::world::{plugins, root};
use std::process::Command;

#[test]
fn the_demo_shows_a_deployment_that_is_rolled_back() {
    if found("prometheus").is_none() {
        return;
    }
    plugins();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    let output = demo.args(["demo", "--watch"]).current_dir(root()).output().unwrap();
    let (shown, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{shown}\n{said}");
    let mut rest = shown.as_ref();
    for step in [
        "── shop 1.0.0: DEPLOY",
        "healthy: this is what can be gone back to.",
        "── shop 1.1.0: DEPLOY",
        "  pending       error_ratio",
        "  firing        error_ratio",
        "── rollback ordered, signed, and carried out ──",
        "shop: from 1.1.0 to 1.0.0",
        "because error_ratio: above 0.1",
        "shop 1.0.0 runs",
        "Lead is told ──",
        "[P1] production: ",
        "Services: shop",
        "Next word in ",
    ] {
        let at = rest.find(step).unwrap_or_else(|| panic!("`{step}` is not shown after what was before:\n{shown}"));
        rest = &rest[at + step.len()..];
    }
}
