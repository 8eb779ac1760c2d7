//! Which builtins a module names that are not supported: found in its text, whether or not an evaluation comes to it.

mod tokens;

use crate::builtins::unsupported::why;
use std::collections::{BTreeMap, BTreeSet};
use tokens::{Token, tokens};

/// Each builtin that is named and not supported, with its file and line. A function that the modules define themselves, or a name
/// that the module imports, is no builtin.
pub(crate) fn unsupported(file: &str, text: &str, functions: &BTreeSet<&str>) -> Vec<String> {
    let tokens = tokens(text);
    let imported = imported(&tokens);
    let mut first_lines: BTreeMap<&str, u32> = BTreeMap::new();
    for (index, token) in tokens.iter().enumerate() {
        let Token { path, line, is_called } = *token;
        let is_replaced = index > 0 && matches!(tokens[index - 1].path, "as" | "with");
        let root = path.split('.').next().unwrap_or(path);
        let is_own = imported.contains(root) || (!path.contains('.') && functions.contains(path));
        if (is_called || is_replaced) && !is_own && why(path).is_some() {
            first_lines.entry(path).or_insert(line);
        }
    }
    let mistake = |(name, line): (&str, u32)| {
        let why = why(name).unwrap_or_default();
        format!("{file}:{line}: builtin `{name}` is not supported: {why}")
    };
    first_lines.into_iter().map(mistake).collect()
}

/// The names by which imports are known: `import data.lib.http`, `import data.lib.http as web`.
fn imported<'a>(tokens: &[Token<'a>]) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.path != "import" {
            continue;
        }
        let named = match (tokens.get(index + 1), tokens.get(index + 2), tokens.get(index + 3)) {
            (_, Some(word), Some(name)) if word.path == "as" => Some(name.path),
            (Some(path), ..) => path.path.rsplit('.').next(),
            (None, ..) => None,
        };
        names.extend(named);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::unsupported;
    use std::collections::BTreeSet;

    fn found(text: &str) -> Vec<String> {
        let own = BTreeSet::from(["plus"]);
        unsupported("a.rego", text, &own).iter().map(|m| m.split(" is not").next().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_builtin_is_found_where_it_is_called_or_put_in_place_of_another() {
        let text = "package a\ndeny contains m if {\n  m := http.send({}).body\n}\nx if {\n count([]) with count as rand.intn\n}";
        assert_eq!(found(text), ["a.rego:3: builtin `http.send`", "a.rego:6: builtin `rand.intn`"]);
    }

    #[test]
    fn words_that_call_nothing_are_no_builtins() {
        for text in [
            "package a\n# http.send(\nx := \"http.send(\" \ny := `http.send(\n\\`\n",
            "package a\nx := input.http.send(1)",
            "package a\nimport data.lib.http\nx := http.send(1)",
            "package a\nimport data.lib.web as http\nx := http.send(1)",
            "package a\nx := plus(1, 2)",
            "package a\nmul := 3",
            "package a\nx := count(input.a)",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
