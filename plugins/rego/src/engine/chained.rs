//! Bodies that follow each other under one head, `f(x) = 1 { … } { … }`, as the rules of their own that they are.
//!
//! The interpreter reads them, but of a function or a rule with one value only the first has it: the others would be undefined where
//! OPA has an answer, and a violation that asks for it be gone. Lines stay where they are, unless a head of several lines holds a
//! comment.

use super::Source;
use regorus::unstable::Rule;
use std::borrow::Cow;

pub(super) fn written_out<'a>(source: &Source<'a>) -> Cow<'a, str> {
    // Nearly no module has them, and reading one costs time.
    if !may_have_some(source.text) {
        return Cow::Borrowed(source.text);
    }
    let mut text = source.text.to_owned();
    for (at, head) in insertions(source).into_iter().rev() {
        text.insert_str(at, &head);
    }
    Cow::Owned(text)
}

/// Whether a brace opens where one was closed, with nothing but space and comments between them.
fn may_have_some(text: &str) -> bool {
    text.split('}').skip(1).any(|behind| {
        let mut lines = behind.lines().map(str::trim_start).skip_while(|line| line.is_empty() || line.starts_with('#'));
        lines.next().is_some_and(|line| line.starts_with('{'))
    })
}

/// What has to stand before which byte, in order. A module that cannot be read is told of elsewhere.
fn insertions(source: &Source<'_>) -> Vec<(usize, String)> {
    let mut engine = super::fresh();
    if super::read(&mut engine, source, source.text).is_err() {
        return Vec::new();
    }
    let modules = engine.get_modules();
    modules.iter().flat_map(|module| &module.policy).flat_map(|rule| of_rule(rule, source.text)).collect()
}

fn of_rule(rule: &Rule, text: &str) -> Vec<(usize, String)> {
    let Rule::Spec { span, bodies, .. } = rule else { return Vec::new() };
    let Some((first, more)) = bodies.split_first() else { return Vec::new() };
    let Some(head) = text.get(span.start as usize..first.span.start as usize) else { return Vec::new() };
    let word = if first.span.text().starts_with("if") { "if " } else { "" };
    let head = if head.contains(['#', '`']) { head.to_owned() } else { head.replace(['\r', '\n'], " ") };
    let before = |body: usize| (body, format!("{head} {word}"));
    more.iter().filter(|body| !body.is_else).map(|body| before(body.span.start as usize)).collect()
}
