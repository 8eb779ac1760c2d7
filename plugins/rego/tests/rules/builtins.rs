//! Every builtin of OPA either works or is refused by name; none is passed over.

use super::world::{conftest, document, judge, problems};
use std::collections::BTreeSet;
use tidegate_sdk::gate::Failure;

/// `name arity`, each of OPA 1.x, and `-` in front of those that this plugin refuses.
const BUILTINS: &str = include_str!("../fixtures/builtins.txt");

struct Builtin {
    name: &'static str,
    arity: usize,
    is_refused: bool,
}

fn builtins() -> Vec<Builtin> {
    let line = |line: &'static str| {
        let (name, arity) = line.split_once(' ').unwrap();
        let arity = arity.parse().unwrap();
        Builtin { name: name.trim_start_matches('-'), arity, is_refused: line.starts_with('-') }
    };
    BUILTINS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(line).collect()
}

fn calling(Builtin { name, arity, .. }: &Builtin) -> String {
    let args = vec!["input.a"; *arity].join(", ");
    format!("package main\n\ndeny contains \"x\" if {{\n\t{name}({args})\n}}\n")
}

#[test]
fn the_table_names_each_builtin_once() {
    let all = builtins();
    let names: BTreeSet<_> = all.iter().map(|builtin| builtin.name).collect();
    assert_eq!(names.len(), all.len());
    assert!(all.len() > 190, "{}", all.len());
}

#[test]
fn a_builtin_that_is_refused_is_a_problem_of_the_settings_with_file_and_line() {
    for builtin in builtins().iter().filter(|builtin| builtin.is_refused) {
        let found = problems(&conftest(&calling(builtin)));
        let expected = format!("/modules/0/source a.rego:4: builtin `{}` is not supported: ", builtin.name);
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{}: {found:?}", builtin.name);
    }
}

#[test]
fn every_other_builtin_is_known_to_the_interpreter() {
    for builtin in builtins().iter().filter(|builtin| !builtin.is_refused) {
        let settings = conftest(&calling(builtin));
        assert_eq!(problems(&settings), Vec::<String>::new(), "{}", builtin.name);
        // Whatever a builtin makes of an object, it is not unknown.
        match judge(&settings, [document(r#"{"a": {"b": 1}}"#)]) {
            Ok(_) | Err(Failure::BadEvidence(_)) => {}
            Err(Failure::BadSettings(why) | Failure::Internal(why)) => panic!("{}: {why}", builtin.name),
        }
    }
}

#[test]
fn a_function_that_nobody_knows_is_an_error_where_it_is_called() {
    let direct = "package main\n\ndeny contains \"x\" if nobody.knows(input.a)\n";
    let inside = "package main\n\nf(x) := nobody.knows(x)\n\ndeny contains \"x\" if not f(input.a)\n";
    for module in [direct, inside] {
        let failure = judge(&conftest(module), [document(r#"{"a": 1}"#)]).unwrap_err();
        let Failure::BadSettings(why) = &failure else { panic!("{failure:?}") };
        assert!(why.starts_with("a.rego:3:") && why.contains("could not find function nobody.knows"), "{why}");
    }
}
