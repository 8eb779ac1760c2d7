//! Runs whose code nobody agreed to yet: of pull requests, of merge requests, of refs that are not protected.
//!
//! They may be a stranger's. No rule can let them in; who wants a preview of them deployed uses a token of the gate's own for that
//! environment alone.

use super::claims::{Claims, Unfit};
use tidegate_bundle::identities::IssuerKind;

/// Events of GitHub that run for whoever opened, reviewed or commented.
const FOREIGN_EVENTS: [&str; 9] = [
    "issue_comment",
    "issues",
    "discussion",
    "discussion_comment",
    "fork",
    "watch",
    "workflow_run",
    "commit_comment",
    "gollum",
];

/// Refuses them.
pub(super) fn refuse(kind: IssuerKind, claims: &Claims<'_>) -> Result<(), Unfit> {
    match kind {
        IssuerKind::GithubActions => github(claims),
        IssuerKind::Gitlab => gitlab(claims),
        IssuerKind::Generic => Ok(()),
    }
}

fn github(claims: &Claims<'_>) -> Result<(), Unfit> {
    let event = claims.text("event_name").ok_or(Unfit::Subject("event_name"))?;
    let reference = claims.text("ref").ok_or(Unfit::Subject("ref"))?;
    let is_pull_request = event.starts_with("pull_request")
        || reference.starts_with("refs/pull/")
        // Said of runs of pull requests alone.
        || claims.text("head_ref").is_some()
        || claims.text("base_ref").is_some()
        || claims.text("sub").is_some_and(|subject| subject.ends_with(":pull_request"));
    if is_pull_request {
        return Err(Unfit::Unreviewed("a pull request"));
    }
    if FOREIGN_EVENTS.contains(&&*event) {
        return Err(Unfit::Unreviewed("an event that anybody can cause"));
    }
    Ok(())
}

fn gitlab(claims: &Claims<'_>) -> Result<(), Unfit> {
    let source = claims.text("pipeline_source").ok_or(Unfit::Subject("pipeline_source"))?;
    let is_merge_request = source.contains("merge_request")
        || source.contains("pull_request")
        || claims.text("ref").is_some_and(|reference| reference.starts_with("refs/merge-requests/"))
        || claims.text("ref_path").is_some_and(|reference| reference.starts_with("refs/merge-requests/"));
    if is_merge_request {
        return Err(Unfit::Unreviewed("a merge request"));
    }
    match claims.text("ref_protected").as_deref() {
        Some("true") => Ok(()),
        _ => Err(Unfit::Unreviewed("a ref that is not protected")),
    }
}
