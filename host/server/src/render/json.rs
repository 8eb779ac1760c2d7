//! The answer as the API gives it, indented.

use super::escape;
use crate::api::answer::Answer;

pub(super) fn render(answer: &Answer) -> String {
    // An answer is strings, numbers and lists: there is nothing in it that JSON cannot hold.
    let text = serde_json::to_string_pretty(answer).unwrap_or_default();
    escape::json(&text) + "\n"
}
