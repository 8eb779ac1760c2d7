//! What the expressions of one evaluation are asked over.

use crate::{
    documents::Shelf,
    expression::Expression,
    language::Language,
    settings::Settings,
    values::{self, record::Record},
    variables::{VARIABLES, is_evidence, of_question},
};
use cel_rust::{Context, Env, ExecutionError, Value, common::value::Val};
use std::sync::Arc;
use tidegate_sdk::{
    evidence::{Baseline, Evidence},
    gate::{Failure, Request},
};

/// Rounds in which unread parts are read, at most: each reads one part of one name or more, of ten parts and as many names as a
/// stage has.
const ROUNDS_MAX: usize = 4096;

/// The evidence, and what of it cannot be asked.
pub(super) struct World<'a> {
    env: Arc<Env>,
    now: Option<Shelf>,
    before: Option<Shelf>,
    /// Why the baseline cannot be had.
    unavailable: Option<String>,
    request: &'a Request<Settings>,
}

impl<'a> World<'a> {
    /// Puts the variables that are mentioned into the context.
    pub(super) fn new(
        request: &'a Request<Settings>,
        evidence: &Evidence,
        language: &Language,
        mentioned: impl Fn(&str) -> bool,
        context: &mut Context<'_, '_>,
    ) -> Result<Self, Failure> {
        let env = Arc::clone(&language.env);
        let mut world = Self { env, now: None, before: None, unavailable: None, request };
        let env = Arc::clone(&world.env);
        for name in VARIABLES.into_iter().filter(|name| mentioned(name) && !is_evidence(name)) {
            if let Some(value) = of_question(name, request, &env).map_err(internal)? {
                context.add_variable_as_val(name, value);
            }
        }
        if mentioned("documents") || mentioned("evidence") {
            let shelf = Shelf::of(evidence.documents(), &env).map_err(internal)?;
            context.add_variable_as_val("documents", shelf.list());
            context.add_variable_as_val("evidence", shelf.by_name());
            world.now = Some(shelf);
        }
        if mentioned("baseline") {
            world.read_baseline(evidence, context)?;
        }
        Ok(world)
    }

    fn read_baseline(&mut self, evidence: &Evidence, context: &mut Context<'_, '_>) -> Result<(), Failure> {
        let documents = match evidence.baseline() {
            Baseline::NotAsked => {
                let why =
                    "a rule names `baseline`, and the stage asks for none: set `baseline: true` beside its `evidence`";
                return Err(Failure::BadSettings(why.to_owned()));
            }
            Baseline::Unavailable(why) => {
                self.unavailable = Some(format!("the documents of the earlier deployment cannot be had: {why}"));
                return Ok(());
            }
            Baseline::First => None,
            Baseline::Documents(documents) => Some(Shelf::of(documents, &self.env).map_err(internal)?),
        };
        let fields = Record::of([
            ("first", Some(values::flag(documents.is_none()))),
            ("documents", documents.as_ref().map(Shelf::list)),
            ("evidence", documents.as_ref().map(Shelf::by_name)),
        ]);
        context.add_variable_as_val("baseline", fields.boxed());
        self.before = documents;
        Ok(())
    }

    pub(super) fn is_over_evidence(&self, expression: &Expression) -> bool {
        expression.mentions.iter().any(|name| is_evidence(name))
    }

    /// What keeps the expression from being asked at all: evidence that is not there, or not finished.
    pub(super) fn missing(&self, expression: &Expression) -> Result<Option<String>, Failure> {
        if expression.mentions("service") && self.request.service.is_none() {
            let why = "a rule names `service`, and the stage judges all services together: set `per: service`, or name \
                       `deployment.services`";
            return Err(Failure::BadSettings(why.to_owned()));
        }
        if expression.mentions("baseline") && self.unavailable.is_some() {
            return Ok(self.unavailable.clone());
        }
        let named = |name: &str| expression.mentions(name);
        let now = self.now.as_ref().filter(|_| named("documents") || named("evidence"));
        if now.is_some_and(Shelf::is_empty) {
            return Ok(Some("no document was handed in for this stage".to_owned()));
        }
        let before = self.before.as_ref().filter(|_| named("baseline"));
        let unfinished = now.into_iter().chain(before).flat_map(Shelf::sources).find(|source| !source.complete);
        Ok(unfinished.map(|source| {
            let (name, format) = (&source.name, &source.format);
            format!("document `{name}` ({format}) is not finished, or cannot tell a clean result from none")
        }))
    }

    /// The answer over everything that the expression looks at.
    pub(super) fn ask<T>(
        &mut self,
        expression: &Expression,
        context: &Context<'_, '_>,
        take: impl Fn(&dyn Val) -> T,
    ) -> Result<T, ExecutionError> {
        for _ in 0..ROUNDS_MAX {
            let answer = Value::resolve_val(&expression.ast, context).map(|answer| take(answer.as_ref()));
            let env = &self.env;
            let mut read = false;
            for shelf in self.now.iter_mut().chain(&mut self.before) {
                read |= shelf.read_wanted(env);
            }
            if !read {
                return answer;
            }
        }
        Err(ExecutionError::function_error("evidence", format!("more than {ROUNDS_MAX} parts were looked at")))
    }
}

fn internal(error: ExecutionError) -> Failure {
    Failure::Internal(error.to_string())
}
