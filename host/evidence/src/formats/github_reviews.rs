//! GitHub's list of the reviews of a pull request (`GET /repos/{owner}/{repo}/pulls/{number}/reviews`), all pages of it.
//!
//! Of each person the latest opinion counts, and a comment is none. What was dismissed is no opinion, and takes that person's earlier
//! ones with it. Of the approvals those count that are of the same commit as the latest one, which the document speaks of: the others
//! are of code that changed since. Programs approve nothing; what they ask to be changed is asked.

use super::reviews::{Said, moment};
use crate::{
    detect::Head,
    error::ReadError,
    json,
    source::{Reading, Source, empty, incomplete},
    text::bounded,
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    evidence::{Completeness, Content, Standing, Statement},
    time::Timestamp,
};

/// Entries of a page, without `per_page` and at most: a list of exactly so many may go on, and the latest reviews stand last.
const PAGES: [usize; 2] = [30, 100];
/// What GitHub calls whoever deleted their account.
const GHOST: &str = "ghost";

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Json(survey) if survey.lists(&["pull_request_url", "state", "user"]))
}

#[derive(Debug, Deserialize)]
struct Review {
    user: Option<User>,
    state: State,
    body: Option<String>,
    html_url: Option<String>,
    commit_id: Option<String>,
    submitted_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: u64,
    login: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum State {
    Approved,
    ChangesRequested,
    Commented,
    Dismissed,
    Pending,
}

impl Review {
    fn is_opinion(&self) -> bool {
        matches!(self.state, State::Approved | State::ChangesRequested | State::Dismissed)
    }

    /// Whether it is a person's, whom the answer names.
    fn is_of_a_person(&self) -> bool {
        let is_bot = |user: &User| user.kind.as_deref() == Some("Bot") || user.login.ends_with("[bot]");
        self.user.as_ref().is_some_and(|user| !is_bot(user))
    }

    fn said<'a>(&'a self, standing: Standing, at: Timestamp) -> Said<'a> {
        Said {
            standing,
            by: self.user.as_ref().map_or(GHOST, |user| &user.login),
            at: Some(at),
            link: self.html_url.as_deref(),
            note: self.body.as_deref().unwrap_or_default(),
        }
    }
}

/// An opinion and when it was given.
type Dated<'a> = (Timestamp, usize, &'a Review);

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let reviews: Vec<Review> = json::parse(source)?;
    let opinions = opinions(&reviews, source)?;
    let latest = |wanted: fn(&Review) -> bool| opinions.iter().filter(|(.., review)| wanted(review)).max_by_key(when);
    let approval =
        latest(|review| review.state == State::Approved && review.is_of_a_person() && review.commit_id.is_some());
    let speaks_of = approval.or_else(|| latest(|_| true)).and_then(|(.., review)| review.commit_id.as_deref());
    let mut statements: Vec<Statement> = Vec::new();
    for (at, _, review) in &opinions {
        let standing = match review.state {
            State::ChangesRequested => Standing::Unmet,
            State::Approved
                if review.is_of_a_person()
                    && review.commit_id.as_deref().is_some_and(|commit| speaks_of == Some(commit)) =>
            {
                Standing::Met
            }
            _ => continue,
        };
        statements.push(review.said(standing, *at).statement(source.limits));
    }
    let completeness = completeness(&reviews, statements.len());
    let mut reading = Reading::new(completeness, vec![Content::Statements(Arc::from(statements))]);
    reading.tool = Some(Arc::from("GitHub"));
    reading.revision = speaks_of.map(|commit| bounded(commit, source.limits));
    Ok(reading)
}

fn when((at, index, _): &&Dated<'_>) -> (Timestamp, usize) {
    (*at, *index)
}

/// The latest opinion of each, in the order of the document. Whoever deleted their account cannot be told from others who did.
fn opinions<'a>(reviews: &'a [Review], source: &Source<'_>) -> Result<Vec<Dated<'a>>, ReadError> {
    let mut of_each: BTreeMap<(Option<u64>, usize), Dated<'a>> = BTreeMap::new();
    for (index, review) in reviews.iter().enumerate().filter(|(_, review)| review.is_opinion()) {
        let at = moment(source, format!("[{index}].submitted_at"), review.submitted_at.as_deref().unwrap_or_default())?;
        let whose = review.user.as_ref().map_or((None, index), |user| (Some(user.id), 0));
        let kept = of_each.entry(whose).or_insert((at, index, review));
        if (kept.0, kept.1) < (at, index) {
            *kept = (at, index, review);
        }
    }
    let mut opinions: Vec<Dated<'a>> = of_each.into_values().collect();
    opinions.sort_by_key(|(_, index, _)| *index);
    Ok(opinions)
}

fn completeness(reviews: &[Review], counting: usize) -> Completeness {
    if reviews.is_empty() {
        return empty("the list holds no review");
    }
    if PAGES.contains(&reviews.len()) {
        let so_many = reviews.len();
        return incomplete(format!(
            "{so_many} reviews are a whole page, and the latest stand on the last one: hand all pages in as one list"
        ));
    }
    if counting == 0 {
        return incomplete(format!(
            "none of {} reviews counts: approvals of people do, of the commit that was approved last, while nobody dismissed them",
            reviews.len()
        ));
    }
    Completeness::Complete
}
