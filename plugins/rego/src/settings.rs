//! What a policy set may pass to the plugin.

use crate::compile::{Compiled, compile};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::cell::RefCell;
use tidegate_sdk::describe::Problem;

/// The schema of the settings.
pub(crate) const SCHEMA: &str = include_str!("../settings.schema.json");

/// Whose rules they are, and so what `input` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// conftest's: `input` is one document.
    Conftest,
    /// Gatekeeper's: `input.review.object` is one Kubernetes object.
    Gatekeeper,
    /// The gate's own: `input` is the deployment with all documents.
    Gate,
}

/// Of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Version {
    /// Before OPA 1.0: `deny[msg] { … }`.
    V0,
    /// Since OPA 1.0: `deny contains msg if { … }`.
    V1,
}

/// What an error of a builtin means, such as `to_number("x")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BuiltinErrors {
    /// As in OPA: the expression is undefined. A note says where.
    Undefined,
    /// No conclusion.
    Stop,
}

/// Whether there have to be documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// Without a document there is no conclusion.
    #[default]
    Required,
    /// The rules are about the deployment alone.
    None,
}

/// A text and the name by which findings cite it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Its name.
    pub file: String,
    /// The text itself.
    pub source: String,
    /// Of the language, where it differs from the others'.
    pub version: Option<Version>,
}

/// Everything that may be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whose rules they are.
    pub mode: Mode,
    /// Of the language; without it `v1`, and in templates what they say, else `v0`.
    pub version: Option<Version>,
    /// Rego modules; not for Gatekeeper.
    #[serde(default)]
    pub modules: Vec<Text>,
    /// Packages whose rules are asked; `*` is all of them. Without it `main`.
    pub namespaces: Option<Vec<String>>,
    /// Constraint templates, as YAML.
    #[serde(default)]
    pub templates: Vec<Text>,
    /// Constraints, as YAML. Without any, each template is asked about every object.
    #[serde(default)]
    pub constraints: Vec<Text>,
    /// `input.parameters` where there are no constraints.
    pub parameters: Option<Map<String, Value>>,
    /// Names of the evidence that makes `data.inventory` and is not judged itself.
    pub inventory: Option<Vec<String>>,
    /// `input.review.operation`; without it `CREATE`.
    pub operation: Option<String>,
    /// What rules see as `data`.
    pub data: Option<Map<String, Value>>,
    /// One evaluation over all documents, as conftest's `--combine`.
    #[serde(default)]
    pub combine: bool,
    /// A warning is decisive, too.
    #[serde(default)]
    pub fail_on_warn: bool,
    /// Without it `undefined`, and `stop` for rules of the gate's own kind.
    pub builtin_errors: Option<BuiltinErrors>,
    /// Whether there have to be documents.
    #[serde(default)]
    pub evidence: Need,
    /// Rules that were compiled when these settings were looked through: parsing is what a decision costs, so it is done once.
    #[serde(skip)]
    pub(crate) compiled: Ready,
}

/// Compiled rules, until an evaluation takes them.
#[derive(Debug, Default)]
pub(crate) struct Ready(RefCell<Option<Compiled>>);

impl Clone for Ready {
    /// Rules are compiled anew for a copy.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Settings {
    pub(crate) fn problems(&self) -> Vec<Problem> {
        match compile(self) {
            Ok(compiled) => {
                self.compiled.0.replace(Some(compiled));
                Vec::new()
            }
            Err(problems) => problems,
        }
    }

    /// The rules, compiled.
    pub(crate) fn take_compiled(&self) -> Result<Compiled, Vec<Problem>> {
        self.compiled.0.take().map_or_else(|| compile(self), Ok)
    }

    pub(crate) fn builtin_errors(&self) -> BuiltinErrors {
        self.builtin_errors.unwrap_or(match self.mode {
            Mode::Conftest | Mode::Gatekeeper => BuiltinErrors::Undefined,
            Mode::Gate => BuiltinErrors::Stop,
        })
    }
}
