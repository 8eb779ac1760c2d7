//! The section `traces`, as far as it is no table of values: where span trees go.

use super::{
    mistake::Mistake,
    notices::{self, Route},
};
use serde_json::Value;
use tidegate_bundle::document::Positions;

/// Where the file has it.
pub(super) const POINTER: &str = "/traces/export";

/// Where span trees go, as the file says it. Without a path: where OTLP has it.
pub(super) fn read(file: &Value, positions: &Positions, mistakes: &mut Vec<Mistake>) -> Option<Route> {
    let mut route = notices::route(file, POINTER, positions, mistakes)?;
    if file.pointer(POINTER)?.get("path").is_none() {
        route.path = vec!["v1".to_owned(), "traces".to_owned()];
    }
    Some(route)
}

/// One line, where they go somewhere.
pub(super) fn show(export: Option<&Route>) -> Vec<String> {
    export.iter().map(|route| format!("{} /{}", route.destination, route.path.join("/"))).collect()
}

#[cfg(test)]
mod tests {
    use super::show;
    use crate::config::{Config, flags::Flags, tests};

    const EGRESS: &str = "egress: { collector: { url: 'https://collector.example' } }\n";

    fn load(export: &str) -> Result<Config, Vec<String>> {
        let yaml = format!("{EGRESS}traces:\n  export: {export}\n");
        let loaded = tests::load(&yaml, &[], &Flags::default());
        loaded.map(|loaded| loaded.config).map_err(|all| all.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn span_trees_go_where_otlp_has_them_unless_a_path_says_else() {
        for (export, wanted) in [
            ("{ destination: collector }", "collector /v1/traces"),
            ("{ destination: collector, path: [otlp, v1, traces] }", "collector /otlp/v1/traces"),
        ] {
            let config = load(export).unwrap();
            assert_eq!(show(config.traces.export.as_ref()), [wanted]);
            assert_ne!(config.digest(), Config::default().digest(), "it is a part of what the gate is told");
        }
        assert!(show(None).is_empty());
    }

    #[test]
    fn a_destination_that_is_not_there_is_a_mistake_at_the_start() {
        let mistakes = load("{ destination: colector }").unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.contains("did you mean `collector`?")), "{mistakes:?}");
    }
}
