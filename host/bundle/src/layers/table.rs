//! Which values of a policy set's own keys are stricter than others.

use super::compare;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// What makes a value stricter than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction<'a> {
    /// A smaller number or a shorter span; none at all is no limit.
    Less,
    /// A larger number.
    More,
    /// A later one of these.
    Along(&'static [&'static str]),
    /// A later one of these, as a plugin's schema lists them.
    Through(&'a [Value]),
    /// `true`.
    True,
    /// `false`.
    False,
    /// A list with further entries.
    Larger,
    /// A list without some entries.
    Smaller,
    /// From whoever hands it in to a signature, or to a person.
    Vouching,
    /// An empty list.
    Emptied,
    /// Something where nothing was said, or `none`.
    Bound,
}

/// The direction of a key. `None`: of no two of its values is one stricter.
pub(super) fn direction(key: &[&str]) -> Option<Direction<'static>> {
    Some(match key {
        ["valid_for"] | ["break_glass", "valid_for"] | ["stages", _, "budget"] => Direction::Less,
        ["enforcement"] => Direction::Along(&["advisory", "enforce"]),
        ["secrets"] => Direction::Along(&["mask", "refuse"]),
        ["break_glass", "minimum_evidence" | "never"] => Direction::Larger,
        ["break_glass", "second_human"] => Direction::True,
        ["stages", _, "optional"] => Direction::False,
        ["stages", _, "on_error"] => Direction::Along(&["warn", "block"]),
        ["stages", _, "empty_scan"] => Direction::Along(&["clean", "incomplete"]),
        ["stages", _, "evidence", _, rest @ ..] => of_evidence(rest)?,
        _ => return None,
    })
}

fn of_evidence(key: &[&str]) -> Option<Direction<'static>> {
    Some(match key {
        ["documents", "min"] => Direction::More,
        ["documents", "max"] | ["max_age"] => Direction::Less,
        // What is bound to a commit may name no artifact, and the other way round: neither is stricter.
        ["bind"] => Direction::Bound,
        // Whoever vouches for what names no commit makes it a bound one: vouching by nobody is stricter than by somebody.
        // A signature and a person's own statement are different words of different people: neither is stricter.
        ["vouched"] => Direction::Vouching,
        // One signer's last word may be worse than another's: only nobody's word is stricter than somebody's.
        ["trust", "signers" | "authors"] => Direction::Emptied,
        _ => return None,
    })
}

impl Direction<'_> {
    /// Whether a value is at least as strict as another; `None`: nothing was said.
    pub(super) fn keeps(self, before: Option<&Value>, after: &Value) -> bool {
        let before = before.filter(|value| !value.is_null());
        match self {
            Self::Less => is_number_or_span(after) && before.is_none_or(|it| at_most(after, it)),
            Self::More => is_number_or_span(after) && before.is_none_or(|it| at_most(it, after)),
            Self::Along(words) => {
                later(before, after, |value| words.iter().position(|word| value.as_str() == Some(word)))
            }
            Self::Through(values) => later(before, after, |value| values.iter().position(|one| one == value)),
            Self::True => *after == json!(true),
            Self::False => *after == json!(false),
            Self::Larger => after.as_array().is_some_and(|after| compare::all_in(entries(before), after)),
            Self::Emptied => after.as_array().is_some_and(Vec::is_empty) || before == Some(after),
            Self::Vouching => match before.and_then(Value::as_str) {
                None | Some("uploader") => ["uploader", "signature", "person"].iter().any(|word| after == word),
                Some(before) => after == before,
            },
            Self::Bound => before.is_none_or(|before| before == "none" || before == after) && after.is_string(),
            Self::Smaller => after.as_array().is_some_and(|after| compare::all_in(after, entries(before))),
        }
    }
}

/// Whether a value stands at the other's place or behind it. Where nothing was said, the first one counted.
fn later(before: Option<&Value>, after: &Value, place: impl Fn(&Value) -> Option<usize>) -> bool {
    let before = before.map_or(Some(0), &place);
    before.zip(place(after)).is_some_and(|(before, after)| before <= after)
}

fn is_number_or_span(value: &Value) -> bool {
    compare::ordered(value, value).is_some()
}

fn at_most(one: &Value, other: &Value) -> bool {
    compare::ordered(one, other).is_some_and(|found| found != Ordering::Greater)
}

fn entries(list: Option<&Value>) -> &[Value] {
    list.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::{Direction, direction};
    use serde_json::{Value, json};

    #[test]
    fn each_direction_tells_stricter_from_looser() {
        let words = [json!("report"), json!("fail")];
        for (direction, looser, stricter) in [
            (Direction::Less, json!(10), json!(9)),
            (Direction::Less, json!("2h"), json!("90m")),
            (Direction::Less, Value::Null, json!(10)),
            (Direction::More, json!(9), json!(10)),
            (Direction::More, Value::Null, json!(1)),
            (Direction::Along(&["a", "b", "c"]), json!("a"), json!("c")),
            (Direction::Through(&words), json!("report"), json!("fail")),
            (Direction::Through(&words), Value::Null, json!("fail")),
            (Direction::True, json!(false), json!(true)),
            (Direction::False, json!(true), json!(false)),
            (Direction::Larger, json!(["a"]), json!(["b", "a"])),
            (Direction::Larger, Value::Null, json!(["a"])),
            (Direction::Smaller, json!(["a", "b"]), json!([])),
        ] {
            assert!(direction.keeps(Some(&looser), &stricter), "{direction:?} {looser} {stricter}");
            assert!(!direction.keeps(Some(&stricter), &looser), "{direction:?} {stricter} {looser}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_not_stricter() {
        for (direction, before, after) in [
            (Direction::Less, json!(10), json!("9")),
            (Direction::Less, Value::Null, json!("soon")),
            (Direction::More, json!(10), json!([11])),
            (Direction::Along(&["a", "b"]), json!("a"), json!("z")),
            (Direction::Along(&["a", "b"]), json!("z"), json!("b")),
            (Direction::Smaller, Value::Null, json!(["a"])),
            (Direction::Larger, json!(["a"]), json!("a")),
        ] {
            assert!(!direction.keeps(Some(&before), &after), "{direction:?} {before} {after}");
        }
    }

    /// Each looks stricter, and lets something through that was held before.
    #[test]
    fn what_binds_vouches_and_signs_has_no_order_that_loosens() {
        let entry = ["stages", "a", "evidence", "b"];
        for (key, before, after, stricter) in [
            (&["bind"][..], json!("none"), json!("revision"), true),
            (&["bind"], json!("none"), json!("artifact"), true),
            (&["bind"], json!("revision"), json!("artifact"), false),
            (&["bind"], json!("artifact"), json!("revision"), false),
            (&["bind"], json!("revision"), json!("none"), false),
            (&["vouched"], json!("uploader"), json!("signature"), true),
            (&["vouched"], json!("uploader"), json!("person"), true),
            (&["vouched"], json!("person"), json!("uploader"), false),
            (&["vouched"], json!("signature"), json!("person"), false),
            (&["vouched"], json!("person"), json!("signature"), false),
            (&["vouched"], json!("none"), json!("person"), false),
            (&["vouched"], json!("none"), json!("uploader"), false),
            (&["vouched"], json!("none"), json!("signature"), false),
            (&["trust", "signers"], json!(["a", "b"]), json!([]), true),
            (&["trust", "signers"], json!(["a", "b"]), json!(["a"]), false),
        ] {
            let direction = direction(&[&entry[..], key].concat()).unwrap();
            assert_eq!(direction.keeps(Some(&before), &after), stricter, "{key:?} {before} -> {after}");
        }
    }

    #[test]
    fn keys_that_only_name_or_weigh_have_no_direction() {
        for key in [&["stages", "a", "weight"][..], &["stages", "a", "title"], &["owner"], &["match", "services"], &[]]
        {
            assert_eq!(direction(key), None, "{key:?}");
        }
    }
}
