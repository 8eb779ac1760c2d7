//! Numbers with a fraction.

use super::super::shape::Shape;

/// Digits behind the point where nothing is said.
const USUAL: usize = 6;

/// `None`: the verb is none for such a number. Go's `%b` and `%x`, which show its bits, are not supported.
pub(in super::super) fn float(number: f64, shape: &Shape, verb: char) -> Option<String> {
    let size = number.abs();
    let digits = shape.precision.unwrap_or(USUAL);
    let written = match verb {
        'f' | 'F' => format!("{size:.digits$}"),
        'e' | 'E' => Scientific::of(&format!("{size:.digits$e}")).with_exponent(false),
        'g' | 'G' | 'v' => general(size, shape.precision),
        _ => return None,
    };
    let written = if verb.is_ascii_uppercase() { written.to_uppercase() } else { written };
    let sign = shape.sign(number.is_sign_negative());
    let missing = shape.width.unwrap_or(0).saturating_sub(sign.len() + written.len());
    if shape.fills_with_zeros() && !sign.is_empty() {
        return Some(format!("{sign}{}{written}", "0".repeat(missing)));
    }
    Some(shape.padded(&format!("{sign}{written}")))
}

/// `1.25e-7`, taken apart.
struct Scientific {
    digits: String,
    exponent: i32,
}

impl Scientific {
    fn of(text: &str) -> Self {
        let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
        Self { digits: digits.replace('.', ""), exponent: exponent.parse().unwrap_or(0) }
    }

    /// `1.25e-07`: at least two digits of an exponent, and its sign.
    fn with_exponent(&self, is_short: bool) -> String {
        let digits = if is_short { self.short() } else { &self.digits };
        let (first, more) = digits.split_at(1.min(digits.len()));
        let point = if more.is_empty() { "" } else { "." };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        format!("{first}{point}{more}e{sign}{:02}", self.exponent.unsigned_abs())
    }

    /// `0.0125`, `1250`, `12.5`
    fn with_point(&self) -> String {
        let digits = self.short();
        match usize::try_from(self.exponent) {
            Ok(exponent) => {
                let whole: String = digits.chars().chain(std::iter::repeat('0')).take(exponent + 1).collect();
                let more = digits.get(exponent + 1..).unwrap_or_default();
                if more.is_empty() { whole } else { format!("{whole}.{more}") }
            }
            Err(_) => format!("0.{}{digits}", "0".repeat(self.exponent.unsigned_abs() as usize - 1)),
        }
    }

    /// Without zeros at the end.
    fn short(&self) -> &str {
        match self.digits.trim_end_matches('0') {
            "" => "0",
            short => short,
        }
    }
}

/// With an exponent where it is small or large, and with a point elsewhere.
fn general(size: f64, precision: Option<usize>) -> String {
    let precision = precision.map(|digits| digits.max(1));
    let read = match precision {
        None => Scientific::of(&format!("{size:e}")),
        Some(digits) => Scientific::of(&format!("{size:.*e}", digits - 1)),
    };
    let count = read.short().len();
    let limit = match precision {
        // All of the digits are there, so they are shown rather than zeros in their place.
        Some(digits) if digits > count && i32::try_from(count).is_ok_and(|count| count > read.exponent) => count,
        Some(digits) => digits,
        // Of the shortest that is the number.
        None => USUAL,
    };
    let is_large = i32::try_from(limit).is_ok_and(|limit| read.exponent >= limit);
    if read.exponent < -4 || is_large { read.with_exponent(true) } else { read.with_point() }
}
