//! From a rule to its verdict: the variables that all rules name are made once, and each expression is asked until nothing that it
//! looks at is unread.

mod world;

use crate::{
    expression::{Answer, Expression, Flaw},
    language::Language,
    settings::{Rule, Settings},
};
use cel_rust::{
    Context, ExecutionError, Value,
    common::{
        types::{CelBool, CelString},
        value::Val,
    },
};
use std::sync::Arc;
use tidegate_sdk::{
    evidence::Evidence,
    gate::{Failure, Request},
    text::bounded,
};
use world::World;

/// Bytes of the language's own message, at most.
const ERROR_BYTES_MAX: usize = 300;

/// What a rule comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is true.
    Holds,
    /// It is false; says so in the words of `message_expression`, where there is one that gives a text.
    Broken(Option<String>),
    /// It has no answer over what was handed in. Says why.
    Undecided(String),
}

/// Every rule's verdict, in their order. An expression that fails without looking at anything that was handed in is the policy's
/// mistake.
pub(crate) fn judge(
    request: &Request<Settings>,
    evidence: &Evidence,
    language: Language,
) -> Result<Vec<Verdict>, Failure> {
    let mut compiled = Vec::new();
    for rule in &request.settings.rules {
        let expression = compile(&rule.expression, Answer::Bool, rule, &language)?;
        let message = rule.message_expression.as_ref();
        let message = message.map(|source| compile(source, Answer::Text, rule, &language)).transpose()?;
        compiled.push((rule, expression, message));
    }
    let env = Arc::clone(&language.env);
    let mentioned = |name: &str| {
        let of_message = |message: &Option<Expression>| message.as_ref().is_some_and(|message| message.mentions(name));
        compiled.iter().any(|(_, expression, message)| expression.mentions(name) || of_message(message))
    };
    let mut context = Context::with_env(env);
    let mut world = World::new(request, evidence, &language, mentioned, &mut context)?;
    let each = compiled
        .iter()
        .map(|(rule, expression, message)| verdict(rule, expression, message.as_ref(), &mut world, &context));
    each.collect()
}

fn compile(source: &str, answer: Answer, rule: &Rule, language: &Language) -> Result<Expression, Failure> {
    Expression::compile(source, answer, language).map_err(|flaws| {
        let flaws: Vec<String> = flaws.iter().map(Flaw::to_string).collect();
        Failure::BadSettings(format!("rule `{}`: {}", rule.id, flaws.join("; ")))
    })
}

fn verdict(
    rule: &Rule,
    expression: &Expression,
    message: Option<&Expression>,
    world: &mut World<'_>,
    context: &Context<'_, '_>,
) -> Result<Verdict, Failure> {
    if let Some(missing) = world.missing(expression)? {
        return Ok(Verdict::Undecided(missing));
    }
    let given = world.ask(expression, context, |answer| {
        let given = answer.downcast_ref::<CelBool>().map(|given| *given.inner());
        given.ok_or_else(|| answer.get_type().name().to_owned())
    });
    let why = match given {
        Ok(Ok(true)) => return Ok(Verdict::Holds),
        Ok(Ok(false)) => {
            let words = message.filter(|message| world.missing(message).is_ok_and(|missing| missing.is_none()));
            let words = words.and_then(|message| world.ask(message, context, text).ok().flatten());
            return Ok(Verdict::Broken(words));
        }
        Ok(Err(kind)) => format!("gives a value of type `{kind}`, and a rule has to give a bool"),
        Err(error) if handed_in(&error) || world.is_over_evidence(expression) => {
            return Ok(Verdict::Undecided(said(&error)));
        }
        Err(error) => said(&error),
    };
    if world.is_over_evidence(expression) {
        return Ok(Verdict::Undecided(why));
    }
    Err(Failure::BadSettings(format!("rule `{}`: {why}", rule.id)))
}

fn text(answer: &dyn Val) -> Option<String> {
    answer.downcast_ref::<CelString<'_>>().map(|text| text.inner().to_owned()).filter(|text| !text.is_empty())
}

/// Whether something is not there that whoever asks could have handed in: a label, a revision.
fn handed_in(error: &ExecutionError) -> bool {
    matches!(error, ExecutionError::NoSuchKey(_) | ExecutionError::IndexOutOfBounds(_))
}

/// In a few words.
fn said(error: &ExecutionError) -> String {
    let words = match error {
        ExecutionError::NoSuchKey(key) => format!("there is no `{key}`"),
        ExecutionError::IndexOutOfBounds(Value::Int(index)) => format!("there is no number {index} in the list"),
        ExecutionError::FunctionError { function, message } => format!("`{function}`: {message}"),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "divides by zero".to_owned(),
        ExecutionError::Overflow(..) => "a number grows too large".to_owned(),
        other => other.to_string(),
    };
    bounded(words, ERROR_BYTES_MAX)
}
