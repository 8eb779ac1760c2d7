//! Conditions as SQL.

use super::{carried_by, resolve::Test};

/// Of the span `s` of the tree `t`.
pub(crate) fn sql(test: &Test) -> String {
    match test {
        Test::Is(true) => "1 = 1".to_owned(),
        Test::Is(false) => "1 = 0".to_owned(),
        Test::All(parts) => joined(parts, " AND "),
        Test::Any(parts) => joined(parts, " OR "),
        Test::Not(inner) => format!("NOT ({})", sql(inner)),
        Test::Attribute { key, carrier, values } => {
            let carrier = carried_by(*carrier);
            let values = values.sql("a.value_id").map(|values| format!(" AND {values}")).unwrap_or_default();
            format!("EXISTS (SELECT 1 FROM span_attributes a WHERE a.key_id = {key} AND a.span_no = {carrier}{values})")
        }
        Test::Column(sql) => sql.clone(),
    }
}

fn joined(parts: &[Test], between: &str) -> String {
    let parts: Vec<String> = parts.iter().map(|part| format!("({})", sql(part))).collect();
    parts.join(between)
}
