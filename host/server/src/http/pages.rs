//! A page for each problem type: cause and fix.

use crate::{
    api::problem::{KindPage, PAGES, Problem, ProblemKind},
    http::reply::Refused,
};
use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse as _, Response},
};

/// All problem types.
pub async fn index() -> Response {
    let lines: Vec<String> = PAGES.iter().map(|page| format!("/problems/{}  {}", page.name, page.title)).collect();
    text(lines.join("\n") + "\n")
}

/// One problem type.
pub async fn page(Path(name): Path<String>) -> Result<Response, Refused> {
    match PAGES.iter().find(|page| page.name == name) {
        Some(page) => Ok(text(page_text(page))),
        None => Err(Problem::new(ProblemKind::NotFound, "there is no such problem type; /problems lists them").into()),
    }
}

fn page_text(page: &KindPage) -> String {
    let KindPage { name, status, title, blame, cause, fix, .. } = page;
    format!(
        "{title}\n\nType: /problems/{name}\nStatus: {status}\nWho has to act: {blame}\n\nCause: {cause}\nFix: {fix}\n"
    )
}

fn text(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()
}
