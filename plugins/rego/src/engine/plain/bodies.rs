//! Bodies that follow each other under one head, `f(x) = 1 { … } { … }`, as the rules of their own that they are.
//!
//! Of a function or a rule with one value the interpreter gives only the first body that value: the others would be undefined where OPA
//! has an answer, and a violation that asks for it be gone. Of a set it reads one body only.

use super::super::{Source, fault::Said, fresh, read};
use regorus::unstable::Rule;
use std::borrow::Cow;

/// Bodies of sets that are written out, at most; a module with more is refused by the interpreter.
const OF_SETS_MAX: usize = 100;
/// What the interpreter says to `deny[msg] { … } { … }`, at the second body.
pub(in super::super) const SEVERAL_OF_SET: &str = "else cannot be used with set rules";

pub(super) fn written_out<'a>(source: &Source<'_>, text: &'a str) -> Cow<'a, str> {
    // Nearly no module has them, and reading one costs time.
    if !may_have_some(text) {
        return Cow::Borrowed(text);
    }
    let text = of_sets(source, text.to_owned());
    let mut written = text.clone();
    for (at, head) in heads(source, &text).into_iter().rev() {
        written.insert_str(at, &head);
    }
    Cow::Owned(written)
}

/// Whether a brace opens where one was closed, with nothing but space and comments between them.
fn may_have_some(text: &str) -> bool {
    text.split('}').skip(1).any(|behind| {
        let mut lines = behind.lines().map(str::trim_start).skip_while(|line| line.is_empty() || line.starts_with('#'));
        lines.next().is_some_and(|line| line.starts_with('{'))
    })
}

/// Second bodies of sets, one after the other: what stands before each can be read.
fn of_sets(source: &Source<'_>, mut text: String) -> String {
    for _ in 0..OF_SETS_MAX {
        let Some(at) = second_of_set(source, &text) else { break };
        let head = text.get(..at).and_then(|before| last_head(source, before));
        let Some(head) = head else { break };
        text.insert_str(at, &head);
    }
    text
}

/// The byte at which the interpreter stops for a second body of a set.
fn second_of_set(source: &Source<'_>, text: &str) -> Option<usize> {
    let error = read(&mut fresh(), source, text).err()?;
    let (line, column) = Said::of(&error).place_of(SEVERAL_OF_SET)?;
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let at = start + column.checked_sub(1)?;
    text.get(at..)?.starts_with('{').then_some(at)
}

fn last_head(source: &Source<'_>, text: &str) -> Option<String> {
    let mut engine = fresh();
    read(&mut engine, source, text).ok()?;
    head(engine.get_modules().last()?.policy.last()?, text)
}

/// What has to stand before which byte, in order. A module that cannot be read is told of elsewhere.
fn heads(source: &Source<'_>, text: &str) -> Vec<(usize, String)> {
    let mut engine = fresh();
    if read(&mut engine, source, text).is_err() {
        return Vec::new();
    }
    let modules = engine.get_modules();
    let of_rule = |rule: &Rule| -> Vec<(usize, String)> {
        let (Rule::Spec { bodies, .. }, Some(head)) = (rule, head(rule, text)) else { return Vec::new() };
        let others = bodies.iter().skip(1).filter(|body| !body.is_else);
        others.map(|body| (body.span.start as usize, head.clone())).collect()
    };
    modules.iter().flat_map(|module| &module.policy).flat_map(|rule| of_rule(rule)).collect()
}

/// What stands before a rule's first body, in one line where no line has to end.
fn head(rule: &Rule, text: &str) -> Option<String> {
    let Rule::Spec { span, bodies, .. } = rule else { return None };
    let first = &bodies.first()?.span;
    let head = text.get(span.start as usize..first.start as usize)?;
    let word = if first.text().starts_with("if") { "if " } else { "" };
    let head = if head.contains(['#', '`']) { head.to_owned() } else { head.replace(['\r', '\n'], " ") };
    Some(format!("{head} {word}"))
}
