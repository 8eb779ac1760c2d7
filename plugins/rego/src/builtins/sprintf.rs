//! `sprintf` by the rules of Go's `fmt`, to which OPA hands its arguments. The interpreter's own is stricter: where a verb and a value do
//! not fit it fails, and the message would be gone with its finding. Here, as in OPA, the text says what does not fit.
//!
//! Source: <https://pkg.go.dev/fmt>

mod arg;
mod directive;
mod number;
mod quoted;
mod shape;
mod texts;

use super::{Builtin, Shared, Unanswered, kind, text};
use arg::Arg;
use directive::{Directive, Reader};
use regorus::Value;
use shape::Shape;

pub(super) const ALL: &[(&str, u8, Builtin)] = &[("sprintf", 2, sprintf)];

fn sprintf(args: &[Value], _: &Shared) -> Result<Value, Unanswered> {
    let Value::Array(values) = &args[1] else {
        return Err(Unanswered::Wrong(format!("an array is needed, not {}", kind(&args[1]))));
    };
    let values: Vec<Arg> = values.iter().map(Arg::of).collect();
    Ok(Value::from(formatted(text(&args[0])?, &values)))
}

fn formatted(format: &str, args: &[Arg]) -> String {
    let mut out = String::new();
    let mut reader = Reader::new(format, args);
    while let Some(before) = reader.up_to_directive() {
        out.push_str(before);
        let read = reader.directive(&mut out);
        match read {
            Directive::Percent => out.push('%'),
            Directive::Wrong(verb, what) => {
                out.push_str(&format!("%!{}({what})", verb.map_or(String::new(), String::from)))
            }
            Directive::Of(arg, shape, verb) => out.push_str(&one(arg, &shape, verb)),
        }
    }
    out.push_str(reader.rest());
    let extra: Vec<String> = reader.extra().iter().map(|arg| shown(arg, &Shape::default())).collect();
    if !extra.is_empty() {
        out.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    out
}

fn one(arg: &Arg, shape: &Shape, verb: char) -> String {
    match verb {
        'T' => shape.padded(arg.type_name()),
        _ => arg.written(shape, verb).unwrap_or_else(|| format!("%!{verb}({})", shown(arg, shape))),
    }
}

/// `string=x`, as Go writes what does not fit.
fn shown(arg: &Arg, shape: &Shape) -> String {
    format!("{}={}", arg.type_name(), arg.written(shape, 'v').unwrap_or_default())
}

#[cfg(test)]
mod tests;
