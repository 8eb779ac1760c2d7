//! Values of attributes, interned: the id follows from the value, and its lowest bits say the type.

use tidegate_core::digest::Digest;

/// What an attribute is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number; never NaN, and zero has no sign.
    Float(f64),
    /// True or false.
    Bool(bool),
}

/// Of these the lowest two bits of an id are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    Text = 0,
    Int = 1,
    Float = 2,
    Bool = 3,
}

/// How many types there are.
pub(crate) const TYPES: i64 = 4;

impl Value {
    /// A number as it is interned; none: it is none.
    #[must_use]
    pub fn float(number: f64) -> Option<Self> {
        // Adding makes -0.0 to 0.0.
        (!number.is_nan()).then_some(Self::Float(number + 0.0))
    }

    pub(crate) fn value_type(&self) -> ValueType {
        match self {
            Self::Text(_) => ValueType::Text,
            Self::Int(_) => ValueType::Int,
            Self::Float(_) => ValueType::Float,
            Self::Bool(_) => ValueType::Bool,
        }
    }

    /// As a float, where it is a number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "numbers are compared as floats")]
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Text(_) | Self::Bool(_) => None,
        }
    }

    /// As it is interned.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            // The shortest text that reads back as the same number.
            Self::Float(number) => format!("{number:?}"),
            Self::Bool(flag) => flag.to_string(),
        }
    }

    /// Follows from type and text.
    pub(crate) fn id(&self) -> i64 {
        let value_type = self.value_type() as i64;
        let text = self.text();
        id_of(&["value", &value_type.to_string(), &text]) & !(TYPES - 1) | value_type
    }

    /// What an id and its text stand for; none: it was altered.
    pub(crate) fn read(id: i64, text: String) -> Option<Self> {
        match id & (TYPES - 1) {
            0 => Some(Self::Text(text)),
            1 => text.parse().ok().map(Self::Int),
            2 => text.parse().ok().map(Self::Float),
            _ => text.parse().ok().map(Self::Bool),
        }
    }
}

/// Whole numbers up to this are the same as floats.
const EXACT_MAX: i64 = 1 << f64::MANTISSA_DIGITS;

/// Whether a whole number and a float are the same number.
fn same_number(whole: i64, float: f64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "none is lost within these bounds")]
    let equal = (-EXACT_MAX..=EXACT_MAX).contains(&whole) && whole as f64 == float;
    equal
}

/// Whether they are the same, whichever way a number is written.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Int(whole), Value::Float(float)) | (Value::Float(float), Value::Int(whole)) => {
            same_number(*whole, *float)
        }
        (left, right) => left == right,
    }
}

/// The ids of all values that are the same as this.
pub(crate) fn ids_equal(value: &Value) -> Vec<i64> {
    let other = match value {
        #[expect(clippy::cast_precision_loss, reason = "asked for afterwards")]
        Value::Int(whole) => Some(Value::Float(*whole as f64)),
        #[expect(clippy::cast_possible_truncation, reason = "asked for afterwards")]
        Value::Float(float) => Some(Value::Int(*float as i64)),
        Value::Text(_) | Value::Bool(_) => None,
    };
    let other = other.filter(|other| equal(value, other));
    std::iter::once(value.id()).chain(other.as_ref().map(Value::id)).collect()
}

/// The first 63 bits of a digest over these texts.
pub(crate) fn id_of(texts: &[&str]) -> i64 {
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    let digest = Digest::of(&bytes);
    let first = digest.as_bytes().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    i64::try_from(first >> 1).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn a_value_is_read_back_from_its_id_and_text() {
        let values = [
            Value::Text("1".to_owned()),
            Value::Text(String::new()),
            Value::Int(1),
            Value::Int(i64::MIN),
            Value::Float(1.0),
            Value::Float(f64::INFINITY),
            Value::Float(1e-300),
            Value::Bool(true),
        ];
        let ids: std::collections::BTreeSet<i64> = values.iter().map(Value::id).collect();
        assert_eq!(ids.len(), values.len(), "values of different types are different");
        for value in values {
            assert!(value.id() >= 0);
            assert_eq!(Value::read(value.id(), value.text()), Some(value));
        }
    }

    #[test]
    fn what_is_no_number_is_no_value_and_zero_is_one() {
        assert_eq!(Value::float(f64::NAN), None);
        assert_eq!(Value::float(-0.0).unwrap().id(), Value::Float(0.0).id());
    }
}
