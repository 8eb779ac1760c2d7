//! What a plain scalar means: the core schema of YAML 1.2, in which `no`, `on` and `off` are texts.

use serde_json::{Number, Value};

/// A plain scalar that no value can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum ScalarError {
    #[error("is too large or too small a number")]
    OutOfRange,
    #[error("is not a finite number")]
    NotFinite,
}

/// The value of a scalar written without quotes.
pub(super) fn resolve(text: &str) -> Result<Value, ScalarError> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(ScalarError::NotFinite);
    }
    if let Some(number) = based(text, "0x", 16).or_else(|| based(text, "0o", 8)) {
        return number;
    }
    if digits(unsigned) {
        return whole(text);
    }
    if is_decimal(unsigned) {
        let number = text.parse::<f64>().ok().and_then(Number::from_f64);
        return number.map(Value::Number).ok_or(ScalarError::OutOfRange);
    }
    Ok(Value::String(text.to_owned()))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn based(text: &str, prefix: &str, radix: u32) -> Option<Result<Value, ScalarError>> {
    let rest = text.strip_prefix(prefix).filter(|rest| !rest.is_empty())?;
    rest.chars()
        .all(|c| c.is_digit(radix))
        .then(|| u64::from_str_radix(rest, radix).map(Value::from).map_err(|_| ScalarError::OutOfRange))
}

fn whole(text: &str) -> Result<Value, ScalarError> {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let number = unsigned.parse::<u64>().map(Value::from).or_else(|_| unsigned.parse::<i64>().map(Value::from));
    number.map_err(|_| ScalarError::OutOfRange)
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let exponent_fits = exponent.is_none_or(|e| digits(e.strip_prefix(['-', '+']).unwrap_or(e)));
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", after)) => digits(after),
        Some((before, after)) => digits(before) && (after.is_empty() || digits(after)),
        None => digits(mantissa),
    };
    exponent_fits && mantissa_fits
}

#[cfg(test)]
mod tests {
    use super::{ScalarError, resolve};
    use serde_json::{Value, json};

    #[test]
    fn plain_scalars_mean_what_yaml_1_2_says() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("true", json!(true)),
            ("False", json!(false)),
            ("off", json!("off")),
            ("no", json!("no")),
            ("0", json!(0)),
            ("-17", json!(-17)),
            ("+4", json!(4)),
            ("007", json!(7)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("0xg", json!("0xg")),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1.", json!(1.0)),
            ("1e3", json!(1000.0)),
            ("1.0.0", json!("1.0.0")),
            ("2027-03-31", json!("2027-03-31")),
            ("20m", json!("20m")),
            ("-", json!("-")),
            ("e5", json!("e5")),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
        ] {
            assert_eq!(resolve(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn numbers_that_nothing_can_hold_are_refused_and_not_rounded() {
        for text in ["18446744073709551616", "-9223372036854775809", "1e999", "0x10000000000000000"] {
            assert_eq!(resolve(text), Err(ScalarError::OutOfRange), "{text}");
        }
        for text in [".inf", "-.inf", ".nan"] {
            assert_eq!(resolve(text), Err(ScalarError::NotFinite), "{text}");
        }
    }
}
