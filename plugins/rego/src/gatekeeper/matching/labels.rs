//! Label selectors as Kubernetes has them.

use crate::annotations::{key, text};
use regorus::Value;

/// Everything that has to be true of labels.
#[derive(Debug, Clone, Default)]
pub(super) struct Selector(Vec<(String, Operator)>);

#[derive(Debug, Clone)]
enum Operator {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    DoesNotExist,
}

impl Selector {
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        let mut all = Vec::new();
        let entries = value.as_object().map_err(|_| "a selector is no mapping".to_owned())?;
        for (name, value) in entries.iter_sorted() {
            match (text(name).as_deref(), value) {
                (Some("matchLabels"), Value::Object(labels)) => {
                    let label = |(name, value): (&Value, &Value)| Some((text(name)?, Operator::In(vec![text(value)?])));
                    let labels: Option<Vec<_>> = labels.iter_sorted().map(label).collect();
                    all.extend(labels.ok_or("`matchLabels` holds something that is no text")?);
                }
                (Some("matchExpressions"), Value::Array(expressions)) => {
                    for one in expressions.iter() {
                        all.push(expression(one)?);
                    }
                }
                (_, Value::Null) => {}
                _ => return Err(format!("{name} of a selector is not supported")),
            }
        }
        Ok(Self(all))
    }

    pub(super) fn fits(&self, labels: Option<&Value>) -> bool {
        self.0.iter().all(|(name, operator)| {
            let value = labels.and_then(|labels| key(labels, name)).and_then(text);
            match operator {
                Operator::In(values) => value.is_some_and(|value| values.contains(&value)),
                Operator::NotIn(values) => value.is_none_or(|value| !values.contains(&value)),
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
            }
        })
    }
}

fn expression(value: &Value) -> Result<(String, Operator), String> {
    let name = key(value, "key").and_then(text).ok_or("an expression of a selector has no `key`")?;
    let values = || {
        let all = key(value, "values").and_then(|all| all.as_array().ok());
        all.and_then(|all| all.iter().map(text).collect::<Option<Vec<_>>>()).unwrap_or_default()
    };
    let operator = match key(value, "operator").and_then(text).as_deref() {
        Some("In") => Operator::In(values()),
        Some("NotIn") => Operator::NotIn(values()),
        Some("Exists") => Operator::Exists,
        Some("DoesNotExist") => Operator::DoesNotExist,
        _ => return Err(format!("an expression of a selector over `{name}` has no operator that is known")),
    };
    Ok((name, operator))
}
