//! What grants reach, as a condition: a row beyond them is not there.

use super::builder::QueryBuilder;
use crate::search::{Names, Reach};

/// Only decisions (`d`) that one of these reaches alone: its environment, and every service of it.
pub(crate) fn clause(query: &mut QueryBuilder, all: &[Reach]) {
    if all.iter().any(|reach| everything(&reach.environments) && everything(&reach.services)) {
        return;
    }
    query.push(" AND (1 = 0");
    for Reach { environments, services } in all {
        query.push(" OR (");
        one_of(query, "d.environment", environments);
        if !everything(services) {
            query.push(" AND NOT EXISTS (SELECT 1 FROM decision_services beyond WHERE beyond.decision = d.id AND NOT ");
            one_of(query, "beyond.service", services);
            query.push(")");
        }
        query.push(")");
    }
    query.push(")");
}

fn everything(names: &[Names]) -> bool {
    names.iter().any(|names| matches!(names, Names::Beginning(beginning) if beginning.is_empty()))
}

fn one_of(query: &mut QueryBuilder, column: &str, names: &[Names]) {
    query.push("(1 = 0");
    for names in names {
        match names {
            Names::One(name) => {
                query.push(format!(" OR {column} = ")).push_bind(name.to_string());
            }
            // Not LIKE: it takes `_` for any character, and on SQLite upper case for lower.
            Names::Beginning(beginning) => {
                let characters = beginning.chars().count();
                query.push(format!(" OR substr({column}, 1, {characters}) = ")).push_bind(beginning.to_string());
            }
        }
    }
    query.push(")");
}
