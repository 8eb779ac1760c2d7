//! Settings: JSON in, a plugin's own type out, or the place where it does not fit.

pub mod problems;

use crate::{describe::Problem, gate::Gate};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

/// Reads settings and asks the plugin what else is wrong with them.
pub fn read<P: Gate>(json: &str) -> Result<P::Settings, Vec<Problem>> {
    read_with(json, P::problems)
}

/// Reads settings of any kind of plugin; `problems` says what else is wrong with them.
pub fn read_with<S: DeserializeOwned>(
    json: &str,
    problems: impl FnOnce(&S) -> Vec<Problem>,
) -> Result<S, Vec<Problem>> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let read = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Problem::new(pointer(error.path()), error.inner().to_string()))
        .and_then(|settings| {
            reader.end().map_err(|error| Problem::new("", error.to_string()))?;
            Ok(settings)
        });
    let settings: S = read.map_err(|problem| vec![problem])?;
    let problems = problems(&settings);
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

/// JSON Schema (2020-12) of settings, derived from their type: with `deny_unknown_fields`, and its comments as descriptions.
#[cfg(feature = "schemars")]
#[must_use]
pub fn schema<S: schemars::JsonSchema>() -> String {
    schemars::schema_for!(S).to_value().to_string()
}

/// Every problem in one sentence.
#[must_use]
pub fn sentence(problems: &[Problem]) -> String {
    let each = |problem: &Problem| match problem.pointer.as_str() {
        "" => problem.message.clone(),
        pointer => format!("`{pointer}`: {}", problem.message),
    };
    problems.iter().map(each).collect::<Vec<_>>().join("; ")
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { variant } => pointer.push_str(&format!("/{variant}")),
            Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::{read, sentence};
    use crate::{
        describe::{Description, Problem},
        evidence::Evidence,
        gate::{Failure, Gate, Request},
        report::Report,
    };
    use serde::Deserialize;

    struct Plugin;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        limits: Vec<Limit>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Limit {
        max: u32,
    }

    impl Gate for Plugin {
        type Settings = Settings;

        fn describe() -> Description {
            Description::new("plugin", "0.1.0", "", "{}")
        }

        fn problems(settings: &Settings) -> Vec<Problem> {
            let zero = |(index, limit): (usize, &Limit)| {
                (limit.max == 0).then(|| Problem::new(format!("/limits/{index}/max"), "0 is no limit"))
            };
            settings.limits.iter().enumerate().filter_map(zero).collect()
        }

        fn evaluate(_: &Request<Settings>, _: &Evidence) -> Result<Report, Failure> {
            Ok(Report::of(vec![], None))
        }
    }

    #[test]
    fn settings_that_fit_are_read() {
        assert_eq!(read::<Plugin>(r#"{"limits": [{"max": 3}]}"#).unwrap().limits[0].max, 3);
    }

    #[test]
    fn every_problem_says_where_it_is() {
        for (json, pointers) in [
            (r#"{"limits": [{"max": 1}, {"max": "3"}]}"#, &["/limits/1/max"][..]),
            (r#"{"limits": [{"max": 1, "a/b": 3}]}"#, &["/limits/0/a~1b"]),
            (r#"{"limits": [{"max": 0}, {"max": 1}, {"max": 0}]}"#, &["/limits/0/max", "/limits/2/max"]),
            (r#"{"limits": []} x"#, &[""]),
            ("", &[""]),
        ] {
            let problems = read::<Plugin>(json).unwrap_err();
            assert_eq!(problems.iter().map(|problem| problem.pointer.as_str()).collect::<Vec<_>>(), pointers, "{json}");
        }
    }

    #[test]
    fn a_sentence_names_every_problem() {
        let problems = [Problem::new("", "too much"), Problem::new("/a", "too little")];
        assert_eq!(sentence(&problems), "too much; `/a`: too little");
    }
}
