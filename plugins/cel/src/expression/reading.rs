//! One walk through an expression: which variables and functions it names, what of it cannot be, and where it asks of evidence.

use super::flaw::{Flaw, Piece};
use crate::{
    language::{FUNCTIONS, Language, SOME, SORTED, pattern},
    variables::{DEPLOYMENT_FIELDS, VARIABLES, is_evidence},
};
use cel_rust::{
    Context, IdedExpr, Value,
    common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, SelectExpr, operators},
};
use std::{collections::BTreeSet, mem, sync::Arc};

/// Names of types, which stand for themselves.
const TYPES: [&str; 10] = ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"];
/// Operators as the parser names them.
const OPERATORS: [&str; 18] = [
    operators::CONDITIONAL,
    operators::LOGICAL_AND,
    operators::LOGICAL_OR,
    operators::LOGICAL_NOT,
    operators::SUBSTRACT,
    operators::ADD,
    operators::MULTIPLY,
    operators::DIVIDE,
    operators::MODULO,
    operators::EQUALS,
    operators::NOT_EQUALS,
    operators::GREATER_EQUALS,
    operators::LESS_EQUALS,
    operators::GREATER,
    operators::LESS,
    operators::NEGATE,
    operators::INDEX,
    operators::IN,
];
/// Nodes within nodes, at most: a long chain of operators is as deep as it is long, and each costs stack.
const DEPTH_MAX: usize = 64;

/// The walk.
pub(super) struct Reading<'a> {
    source: &'a str,
    language: &'a Language,
    /// Variables of comprehensions around, and whether they go through evidence.
    bound: Vec<(String, bool)>,
    pub(super) mentions: BTreeSet<&'static str>,
    pub(super) flaws: Vec<Flaw>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(source: &'a str, language: &'a Language) -> Self {
        Self { source, language, bound: Vec::new(), mentions: BTreeSet::new(), flaws: Vec::new() }
    }

    /// Whether the node asks of evidence.
    pub(super) fn visit(&mut self, node: &mut IdedExpr, depth: usize) -> bool {
        if depth > DEPTH_MAX {
            let deep = format!("more than {DEPTH_MAX} operators within each other, {DEPTH_MAX} allowed");
            if !self.flaws.iter().any(|flaw| flaw.message == deep) {
                self.flaws.push(Flaw::start(deep));
            }
            return false;
        }
        let depth = depth + 1;
        match &mut node.expr {
            Expr::Literal(_) => false,
            Expr::Ident(name) => self.of_variable(name),
            Expr::Select(select) => self.of_select(select, depth),
            Expr::Call(call) => self.of_call(call, depth),
            Expr::List(list) => {
                list.elements.iter_mut().map(|element| self.visit(element, depth)).fold(false, |any, one| any | one)
            }
            Expr::Map(map) => {
                let mut evidence = false;
                for entry in &mut map.entries {
                    let EntryExpr::MapEntry(entry) = &mut entry.expr else { continue };
                    evidence |= self.visit(&mut entry.key, depth);
                    evidence |= self.visit(&mut entry.value, depth);
                }
                wrap(node, SORTED);
                evidence
            }
            Expr::Comprehension(comprehension) => self.of_comprehension(comprehension, depth),
            Expr::Struct(message) => {
                let what = format!("`{}{{…}}` would be a message, and there are none here", message.type_name);
                self.flaws.push(Flaw::start(what));
                false
            }
            Expr::Unspecified => {
                self.flaws.push(Flaw::start("cannot be read"));
                false
            }
        }
    }

    fn of_variable(&mut self, name: &str) -> bool {
        if let Some((_, evidence)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
            return *evidence;
        }
        if let Some(known) = VARIABLES.into_iter().find(|known| *known == name) {
            self.mentions.insert(known);
            return is_evidence(known);
        }
        if !TYPES.contains(&name) {
            let message = format!("there is no variable `{name}`: there are {}", listed(&VARIABLES));
            self.flaws.push(Flaw::at(self.source, Piece::Variable(name), message));
        }
        false
    }

    fn of_select(&mut self, select: &mut SelectExpr, depth: usize) -> bool {
        if let Expr::Ident(name) = &select.operand.expr
            && name == "deployment"
            && !self.bound.iter().any(|(bound, _)| bound == name)
            && !DEPLOYMENT_FIELDS.contains(&select.field.as_str())
        {
            let message = format!("a deployment has no `{}`: it has {}", select.field, listed(&DEPLOYMENT_FIELDS));
            self.flaws.push(Flaw::at(self.source, Piece::Field(&select.field), message));
        }
        self.visit(&mut select.operand, depth)
    }

    fn of_call(&mut self, call: &mut CallExpr, depth: usize) -> bool {
        let name = call.func_name.as_str();
        let internal = [SOME, SORTED, operators::NOT_STRICTLY_FALSE].contains(&name);
        if !internal && !OPERATORS.contains(&name) && !FUNCTIONS.contains(&name) {
            let message = format!("there is no function `{name}`: there are {}", listed(&FUNCTIONS));
            self.flaws.push(Flaw::at(self.source, Piece::Call(name), message));
        } else {
            self.of_constants(call);
        }
        let target = call.target.as_deref_mut().is_some_and(|target| self.visit(target, depth));
        call.args.iter_mut().map(|arg| self.visit(arg, depth)).fold(target, |any, one| any | one)
    }

    /// Calls whose outcome is known already: texts that are no pattern, no moment, no zone; divisions by zero.
    fn of_constants(&mut self, call: &CallExpr) {
        let literal = call.args.iter().rev().find_map(|arg| match &arg.expr {
            Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
            _ => None,
        });
        let name = call.func_name.as_str();
        let piece = literal.as_deref().map_or(Piece::Call(name), Piece::Text);
        if let ("matches", Some(Expr::Literal(LiteralValue::String(text)))) =
            (name, call.args.last().map(|arg| &arg.expr))
        {
            if let Err(why) = pattern(text.inner()) {
                self.flaws.push(Flaw::at(self.source, piece, format!("no regular expression: {why}")));
            }
            return;
        }
        let mut call = call.clone();
        if name.starts_with("get") && call.args.len() == 1 {
            call.target = Some(Box::new(moment_zero()));
        }
        let constant = |node: &IdedExpr| matches!(node.expr, Expr::Literal(_));
        let zone = name.starts_with("get") && call.args.len() == 1;
        let target = zone || call.target.as_deref().is_none_or(constant);
        if !target || call.args.is_empty() || !call.args.iter().all(constant) {
            return;
        }
        let node = IdedExpr { id: 0, expr: Expr::Call(call) };
        if let Err(error) = Value::resolve_val(&node, &Context::with_env(Arc::clone(&self.language.env))) {
            self.flaws.push(Flaw::at(self.source, piece, error.to_string()));
        }
    }

    fn of_comprehension(&mut self, comprehension: &mut ComprehensionExpr, depth: usize) -> bool {
        let range = self.visit(&mut comprehension.iter_range, depth);
        if range {
            wrap(&mut comprehension.iter_range, SOME);
        }
        let init = self.visit(&mut comprehension.accu_init, depth);
        self.bound.push((comprehension.accu_var.clone(), false));
        self.bound.push((comprehension.iter_var.clone(), range));
        let condition = self.visit(&mut comprehension.loop_cond, depth);
        let step = self.visit(&mut comprehension.loop_step, depth);
        self.bound.pop();
        let result = self.visit(&mut comprehension.result, depth);
        self.bound.pop();
        range | init | condition | step | result
    }
}

fn wrap(node: &mut IdedExpr, function: &str) {
    let inner = mem::take(node);
    node.expr = Expr::Call(CallExpr { func_name: function.to_owned(), target: None, args: vec![inner] });
}

/// Some moment, to try a time zone with.
fn moment_zero() -> IdedExpr {
    let zero = IdedExpr { id: 0, expr: Expr::Literal(LiteralValue::Int(0.into())) };
    IdedExpr { id: 0, expr: Expr::Call(CallExpr { func_name: "timestamp".to_owned(), target: None, args: vec![zero] }) }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
