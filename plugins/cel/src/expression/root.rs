//! Whether an expression can give what it has to, as far as its outermost operator says so.

use super::Answer;
use cel_rust::{
    IdedExpr,
    common::ast::{CallExpr, Expr, LiteralValue, operators},
};

/// What an expression gives.
enum Gives {
    Bool,
    Text,
    /// Something else.
    Neither(&'static str),
    /// It depends.
    Open,
}

/// Why it cannot fit.
pub(super) fn unfit(node: &IdedExpr, answer: Answer) -> Option<String> {
    if let Expr::Call(call) = &node.expr
        && call.func_name == operators::CONDITIONAL
    {
        return call.args.iter().skip(1).find_map(|branch| unfit(branch, answer));
    }
    if let Expr::Call(call) = &node.expr
        && call.func_name == operators::ADD
    {
        // Of numbers, texts, lists or moments: whatever it is, no bool.
        return (answer == Answer::Bool).then(|| "gives a sum, and a rule has to give a bool".to_owned());
    }
    match (gives(&node.expr), answer) {
        (Gives::Open, _) | (Gives::Bool, Answer::Bool) | (Gives::Text, Answer::Text) => None,
        (Gives::Text, Answer::Bool) => Some("gives a text, and a rule has to give a bool".to_owned()),
        (Gives::Neither(what), Answer::Bool) => Some(format!("gives {what}, and a rule has to give a bool")),
        (Gives::Bool, Answer::Text) => Some("gives a bool, and a message has to be a text".to_owned()),
        (Gives::Neither(what), Answer::Text) => Some(format!("gives {what}, and a message has to be a text")),
    }
}

fn gives(expr: &Expr) -> Gives {
    match expr {
        Expr::Literal(LiteralValue::Boolean(_)) => Gives::Bool,
        Expr::Literal(LiteralValue::String(_)) => Gives::Text,
        Expr::Literal(LiteralValue::Null) => Gives::Neither("null"),
        Expr::Literal(LiteralValue::Bytes(_)) => Gives::Neither("bytes"),
        Expr::Literal(_) => Gives::Neither("a number"),
        Expr::List(_) => Gives::Neither("a list"),
        Expr::Map(_) => Gives::Neither("a map"),
        Expr::Comprehension(comprehension) if matches!(comprehension.accu_init.expr, Expr::List(_)) => {
            Gives::Neither("a list")
        }
        Expr::Select(select) if select.test => Gives::Bool,
        Expr::Call(call) => of_call(call),
        _ => Gives::Open,
    }
}

fn of_call(call: &CallExpr) -> Gives {
    match call.func_name.as_str() {
        operators::LOGICAL_AND
        | operators::LOGICAL_OR
        | operators::LOGICAL_NOT
        | operators::EQUALS
        | operators::NOT_EQUALS
        | operators::LESS
        | operators::LESS_EQUALS
        | operators::GREATER
        | operators::GREATER_EQUALS
        | operators::IN
        | "bool"
        | "contains"
        | "endsWith"
        | "startsWith"
        | "matches" => Gives::Bool,
        "string" => Gives::Text,
        operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO | operators::NEGATE => {
            Gives::Neither("a number")
        }
        "size" | "int" | "uint" | "double" => Gives::Neither("a number"),
        "timestamp" => Gives::Neither("a moment"),
        "duration" => Gives::Neither("a span of time"),
        "bytes" => Gives::Neither("bytes"),
        "type" => Gives::Neither("a type"),
        name if name.starts_with("get") => Gives::Neither("a number"),
        crate::language::SORTED => Gives::Neither("a map"),
        _ => Gives::Open,
    }
}
