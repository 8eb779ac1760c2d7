//! Numbers: whole ones in every base and as characters, others with a point or an exponent.

mod float;

pub(super) use float::float;

use super::{quoted::quoted, shape::Shape};
use regorus::Value;

/// `None`: the verb is none for a whole number.
pub(super) fn int(number: i64, shape: &Shape, verb: char) -> Option<String> {
    // What is no character is the one that stands for it.
    let character = || u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    match verb {
        'c' => Some(shape.padded(&character().to_string())),
        'q' => Some(shape.padded(&quoted(&character().to_string(), '\'', shape.plus))),
        'U' => Some(shape.padded_with_spaces(&unicode(number, shape))),
        's' => None,
        _ => big(&Value::from(number), shape, verb),
    }
}

/// `U+0078`, with `#` the character, too.
fn unicode(number: i64, shape: &Shape) -> String {
    let digits = shape.precision.unwrap_or(0).max(4);
    let shown = u32::try_from(number).ok().and_then(char::from_u32).filter(|c| shape.sharp && !c.is_control());
    let shown = shown.map_or(String::new(), |c| format!(" '{c}'"));
    format!("U+{number:0digits$X}{shown}")
}

/// `None`: the verb is none for a whole number of any size.
pub(super) fn big(number: &Value, shape: &Shape, verb: char) -> Option<String> {
    let Value::Number(number) = number else { return None };
    let (is_negative, size) = (!number.is_positive(), number.abs());
    let digits = match verb {
        'd' | 'v' | 's' => size.format_decimal(),
        'b' => size.format_bin(),
        'o' | 'O' => size.format_octal(),
        'x' => size.format_hex(),
        'X' => size.format_big_hex(),
        _ => return None,
    };
    if shape.precision == Some(0) && digits == "0" {
        return Some(shape.padded_with_spaces(""));
    }
    let sign = shape.sign(is_negative);
    let wanted = match (shape.precision, shape.width) {
        (Some(digits), _) => digits,
        (None, Some(width)) if shape.fills_with_zeros() => width.saturating_sub(sign.len()),
        (None, _) => 0,
    };
    let zeros = "0".repeat(wanted.saturating_sub(digits.len()));
    let mark = match (verb, shape.sharp) {
        ('O', _) => "0o",
        ('o', true) if zeros.is_empty() && digits != "0" => "0",
        ('b', true) => "0b",
        ('x', true) => "0x",
        ('X', true) => "0X",
        _ => "",
    };
    Some(shape.padded_with_spaces(&format!("{sign}{mark}{zeros}{digits}")))
}
