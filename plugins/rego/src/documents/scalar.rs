//! What a plain word of YAML means. As Kubernetes and OPA read it (YAML 1.1): `yes`, `on` and `0644` are no texts, and a rule that
//! looks for `true` must not miss what they will take for it.

use regorus::Value;

/// The value of a plain scalar; `Err` for a number that JSON has not.
pub(super) fn plain(text: &str) -> Result<Value, &'static str> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::Bool(false),
        _ => match number(text) {
            Some(number) => number?,
            None => Value::from(text),
        },
    })
}

/// `None`: it is no number.
fn number(text: &str) -> Option<Result<Value, &'static str>> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Some(Err("a number that is none, or without bound"));
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    radix(sign, &plain).or_else(|| decimal(sign, &plain)).map(Ok)
}

fn radix(sign: &str, digits: &str) -> Option<Value> {
    let octal_from_zero = || digits.strip_prefix('0').filter(|rest| !rest.is_empty());
    let read = |digits: &str, radix| i128::from_str_radix(digits, radix).ok();
    let value = if let Some(hex) = digits.strip_prefix("0x") {
        read(hex, 16)
    } else if let Some(octal) = digits.strip_prefix("0o") {
        read(octal, 8)
    } else if let Some(binary) = digits.strip_prefix("0b") {
        read(binary, 2)
    } else {
        octal_from_zero().filter(|rest| rest.bytes().all(|b| b.is_ascii_digit())).and_then(|octal| read(octal, 8))
    }?;
    Some(Value::from(if sign == "-" { -value } else { value }))
}

fn decimal(sign: &str, digits: &str) -> Option<Value> {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_digits = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let is_number = are_digits(whole)
        && are_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent_digits.is_none_or(|digits| !digits.is_empty() && are_digits(digits));
    if !is_number {
        return None;
    }
    // As JSON writes it: no zeros in front, no bare point.
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    let exponent = exponent.map_or_else(String::new, |exponent| format!("e{exponent}"));
    Value::from_json_str(&format!("{sign}{whole}{fraction}{exponent}")).ok()
}
