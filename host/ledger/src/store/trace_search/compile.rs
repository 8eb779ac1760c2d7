//! Conditions as SQL.

use super::{carried_by, resolve::Test};
use crate::span_index::key::Carrier;

/// Of the span `s` of the tree `t`.
pub(crate) fn sql(test: &Test) -> String {
    of(test, &|carrier| ("span_attributes", format!("a.span_no = {}", carried_by(carrier))))
}

/// Of the alike spans `s` of a profile.
pub(crate) fn of_profile(test: &Test) -> String {
    of(test, &|_| ("profile_attributes", "a.profile = s.profile AND a.place = s.place".to_owned()))
}

/// `uses` says in which table the attributes `a` are that lie with a carrier, and which of its rows.
fn of(test: &Test, uses: &dyn Fn(Carrier) -> (&'static str, String)) -> String {
    match test {
        Test::Is(true) => "1 = 1".to_owned(),
        Test::Is(false) => "1 = 0".to_owned(),
        Test::All(parts) => joined(parts, " AND ", uses),
        Test::Any(parts) => joined(parts, " OR ", uses),
        Test::Not(inner) => format!("NOT ({})", of(inner, uses)),
        Test::Attribute { key, carrier, values } => {
            let (table, rows) = uses(*carrier);
            let values = values.sql("a.value_id").map(|values| format!(" AND {values}")).unwrap_or_default();
            format!("EXISTS (SELECT 1 FROM {table} a WHERE a.key_id = {key} AND {rows}{values})")
        }
        Test::Column(sql) => sql.clone(),
    }
}

fn joined(parts: &[Test], between: &str, uses: &dyn Fn(Carrier) -> (&'static str, String)) -> String {
    let parts: Vec<String> = parts.iter().map(|part| format!("({})", of(part, uses))).collect();
    parts.join(between)
}
