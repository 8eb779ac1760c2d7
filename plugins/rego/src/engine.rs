//! An interpreter with its rules: what is asked of it, and what its errors mean.

mod fault;
mod locate;
mod plain;
pub(crate) mod steps;

pub(crate) use fault::Fault;

use crate::{
    builtins::{self, Shared},
    heads::{self, Head},
    names,
    settings::{BuiltinErrors, Version},
};
use fault::Said;
use regorus::{Engine, Value, utils::limits::PolicyLengthConfig};
use std::{num::NonZeroU32, sync::Arc};

/// Characters of a line of a module, at most.
const COLUMNS_MAX: u32 = 64 * 1024;

/// A module before it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) version: Version,
}

/// Rules that are ready to be asked.
#[derive(Debug)]
pub(crate) struct Rules {
    engine: Engine,
    shared: Arc<Shared>,
    errors: BuiltinErrors,
    heads: Vec<Head>,
}

/// What a rule came to.
#[derive(Debug)]
pub(crate) struct Evaluated {
    pub(crate) value: Value,
    /// What a builtin said, where one failed and its expression was undefined instead.
    pub(crate) undefined: Option<String>,
}

impl Rules {
    /// Reads and analyses modules together. Every mistake of every module, each with its file and line; those that only show
    /// between modules are told once all of them can be read.
    pub(crate) fn compile(
        sources: &[Source<'_>],
        data: Option<Value>,
        errors: BuiltinErrors,
    ) -> Result<Self, Vec<String>> {
        let mut engine = fresh();
        let shared = Arc::new(Shared::default());
        let said = |error: anyhow::Error| Said::of(&error).to_string();
        builtins::register(&mut engine, &shared).map_err(|error| vec![said(error)])?;
        let mut mistakes = Vec::new();
        for source in sources {
            add(&mut engine, source).unwrap_or_else(|mistake| mistakes.push(mistake));
        }
        let heads = heads::of(&mut engine).map_err(|error| vec![said(error)])?;
        let functions = heads.iter().filter(|head| head.is_function).map(|head| head.name.as_str()).collect();
        for source in sources {
            mistakes.extend(names::unsupported(source.file, source.text, &functions));
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        if let Some(data) = data {
            engine.add_data(data).map_err(|error| vec![said(error)])?;
        }
        // Whatever shows only once all modules are analysed together: recursion, unsafe variables.
        engine.eval_bool_query("true".to_owned(), false).map_err(|error| vec![said(error)])?;
        Ok(Self { engine, shared, errors, heads })
    }

    /// Every rule and function that the modules define.
    pub(crate) fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The moment of the decision.
    pub(crate) fn now(&self, now_ns: u64) {
        self.shared.set_now(now_ns);
    }

    pub(crate) fn input(&mut self, input: Value) {
        self.engine.set_input(input);
    }

    /// More of `data`, e.g. the inventory.
    pub(crate) fn data(&mut self, data: Value) -> Result<(), Fault> {
        self.engine.add_data(data).map_err(|error| Fault::Policy(Said::of(&error).to_string()))
    }

    /// The value of a rule, e.g. `data.main.deny`.
    pub(crate) fn value(&mut self, path: &str) -> Result<Evaluated, Fault> {
        self.with_errors(|engine| engine.eval_rule(path.to_owned()))
    }

    /// What `print` said.
    pub(crate) fn prints(&mut self) -> Vec<String> {
        self.engine.take_prints().unwrap_or_default()
    }

    /// Strictly first, so that no error is lost. Where a builtin failed and OPA would go on, it is asked again as OPA would.
    fn with_errors(&mut self, ask: impl Fn(&mut Engine) -> anyhow::Result<Value>) -> Result<Evaluated, Fault> {
        let strict = self.bounded(&ask);
        let said = match strict {
            Ok(value) => return Ok(Evaluated { value, undefined: None }),
            Err(said) => said,
        };
        if let Some(fault) = self.fault(&said) {
            return Err(fault);
        }
        if self.errors == BuiltinErrors::Stop {
            return Err(Fault::Evidence(format!("{said}; {STOPPED}")));
        }
        self.set_lenient(true);
        let lenient = self.bounded(&ask);
        self.set_lenient(false);
        match lenient {
            Ok(_) if self.shared.refused().is_some() => {
                Err(self.fault(&said).unwrap_or_else(|| Fault::Policy(said.to_string())))
            }
            Ok(value) => Ok(Evaluated { value, undefined: Some(said.to_string()) }),
            Err(said) => Err(self.fault(&said).unwrap_or_else(|| Fault::Evidence(said.to_string()))),
        }
    }

    /// What no leniency helps against.
    fn fault(&self, said: &Said) -> Option<Fault> {
        if let Some(refused) = self.shared.take_refused() {
            return Some(Fault::Policy(said.with_message(&refused).to_string()));
        }
        said.is_of_policy().then(|| Fault::Policy(said.to_string()))
    }

    fn bounded(&mut self, ask: &impl Fn(&mut Engine) -> anyhow::Result<Value>) -> Result<Value, Said> {
        steps::bound(&mut self.engine);
        let asked = ask(&mut self.engine);
        asked.map_err(|error| Said::of(&error))
    }

    fn set_lenient(&mut self, is_lenient: bool) {
        self.shared.set_lenient(is_lenient);
        self.engine.set_strict_builtin_errors(!is_lenient);
    }
}

const STOPPED: &str =
    "let the rule look at the value first (`is_string`, `regex.match`), or set `builtin_errors: undefined`";

/// Reads one module. Where only the other version of the language can read it, the mistake says so.
fn add(engine: &mut Engine, source: &Source<'_>) -> Result<(), String> {
    let error = match read(engine, source, &plain::plain(source)) {
        Ok(()) => return Ok(()),
        Err(error) => Said::of(&error).at_least_in(source.file).to_string(),
    };
    let other = match source.version {
        Version::V0 => Version::V1,
        Version::V1 => Version::V0,
    };
    let is_of_other = read(&mut fresh(), &Source { version: other, ..*source }, source.text).is_ok();
    let hint = match other {
        _ if error.contains(plain::SEVERAL_OF_SET) => {
            "; it has several bodies: write each of them as a rule of its own"
        }
        Version::V0 if is_of_other => "; it is written in the language before OPA 1.0: set `version: v0`",
        Version::V1 if is_of_other => "; it is written in the language since OPA 1.0: set `version: v1`",
        _ => "",
    };
    Err(format!("{error}{hint}"))
}

fn fresh() -> Engine {
    let mut engine = Engine::new();
    engine.set_gather_prints(true);
    if let Some(columns) = NonZeroU32::new(COLUMNS_MAX) {
        engine.set_policy_length_config(PolicyLengthConfig { max_col: columns, ..PolicyLengthConfig::default() });
    }
    engine
}

fn read(engine: &mut Engine, source: &Source<'_>, text: &str) -> anyhow::Result<()> {
    engine.set_rego_v0(source.version == Version::V0);
    engine.add_policy(source.file.to_owned(), text.to_owned()).map(drop)
}
