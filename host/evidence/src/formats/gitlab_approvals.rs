//! GitLab's answer about the approvals of a merge request (`GET /projects/:id/merge_requests/:iid/approvals`).
//!
//! It names no commit: that approvals end with a push is a setting of the project there. `approved: true` says nothing by itself, since
//! where no approval is required GitLab says so of what nobody looked at.

use super::reviews::{Said, moment};
use crate::{
    detect::Head,
    error::ReadError,
    json,
    source::{Reading, Source, incomplete},
};
use serde::Deserialize;
use std::sync::Arc;
use tidegate_core::evidence::{Completeness, Content, Standing, Statement};

/// Who says that approvals are missing.
const GITLAB: &str = "GitLab";

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    survey.has("approved_by") && ["approved", "approvals_left", "approvals_required"].iter().any(|key| survey.has(key))
}

#[derive(Debug, Deserialize)]
struct Answer {
    approved: Option<bool>,
    approvals_required: Option<u64>,
    approvals_left: Option<u64>,
    approved_by: Vec<Approval>,
}

#[derive(Debug, Deserialize)]
struct Approval {
    user: User,
    approved_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct User {
    username: String,
    bot: Option<bool>,
}

impl User {
    /// Tokens of projects and groups are users, too: `project_7_bot_…`.
    fn is_bot(&self) -> bool {
        let of_a_token = ["project_", "group_"].iter().any(|kind| {
            let rest = self.username.strip_prefix(kind).unwrap_or_default();
            let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            behind.len() < rest.len() && behind.starts_with("_bot")
        });
        self.bot == Some(true) || of_a_token
    }
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let answer: Answer = json::parse(source)?;
    let mut statements: Vec<Statement> = Vec::new();
    for (index, approval) in answer.approved_by.iter().enumerate().filter(|(_, approval)| !approval.user.is_bot()) {
        let path = || format!("approved_by[{index}].approved_at");
        let at = approval.approved_at.as_deref().map(|text| moment(source, path(), text)).transpose()?;
        let said = Said { standing: Standing::Met, by: &approval.user.username, at, link: None, note: "" };
        statements.push(said.statement(source.limits));
    }
    if let Some(why) = missing(&answer) {
        let said = Said { standing: Standing::Unmet, by: GITLAB, at: None, link: None, note: &why };
        statements.push(said.statement(source.limits));
    }
    let completeness = match (statements.is_empty(), answer.approved_by.len()) {
        (false, _) => Completeness::Complete,
        (true, 0) => incomplete("nobody approved the merge request"),
        (true, bots) => incomplete(format!("{bots} approved the merge request, and none of them is a person")),
    };
    let mut reading = Reading::new(completeness, vec![Content::Statements(Arc::from(statements))]);
    reading.tool = Some(Arc::from(GITLAB));
    Ok(reading)
}

/// What GitLab itself says is missing.
fn missing(answer: &Answer) -> Option<String> {
    match (answer.approvals_left, answer.approvals_required, answer.approved) {
        (Some(left @ 1..), Some(required), _) => Some(format!("{left} of {required} approvals are missing")),
        (Some(left @ 1..), None, _) => Some(format!("{left} approvals are missing")),
        (_, _, Some(false)) => Some("the merge request is not approved".to_owned()),
        _ => None,
    }
}
