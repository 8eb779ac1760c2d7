//! The section `orders`: what the gate may tell programs to do, by a name that policy sets use.

use super::{
    mistake::{Mistake, Refused},
    notices::{self, Route},
    origin::Origin,
};
use crate::egress::credential::Place;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};
use tidegate_bundle::document::Positions;

/// How an order is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderConfig {
    /// By a signed webhook.
    Webhook {
        /// Where.
        route: Route,
        /// Where the secret lies that signs it.
        secret: Place,
    },
    /// By running a workflow of GitHub's.
    WorkflowDispatch {
        /// A destination under `egress`: its API.
        destination: String,
        /// Whose, and which repository.
        repository: (String, String),
        /// The workflow's file.
        workflow: String,
        /// The branch or tag that it runs at.
        ref_name: String,
    },
}

/// The orders of a file; relative paths begin in `folder`. A destination that the file does not name is a mistake.
pub(super) fn read(
    file: &Value,
    positions: &Positions,
    folder: &Path,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<String, OrderConfig> {
    let Some(section) = file.get("orders").and_then(Value::as_object) else { return BTreeMap::new() };
    let mut orders = BTreeMap::new();
    for name in section.keys() {
        let pointer = format!("/orders/{}", name.replace('~', "~0").replace('/', "~1"));
        if let Some(order) = order(file, &pointer, (positions, folder), mistakes) {
            orders.insert(name.clone(), order);
        }
    }
    orders
}

fn order(
    file: &Value,
    pointer: &str,
    (positions, folder): (&Positions, &Path),
    mistakes: &mut Vec<Mistake>,
) -> Option<OrderConfig> {
    let value = file.pointer(pointer)?;
    let mut refuse = |why: &str| {
        let at = positions.at(pointer);
        let origin = Origin::File { file: positions.file().to_owned(), line: at.line, column: at.column };
        // What the schema found wrong with a value is not said again in other words.
        if !mistakes.iter().any(|mistake| mistake.origin == origin) {
            mistakes.push(Refused::because(why).at(origin));
        }
    };
    match (value.get("webhook"), value.get("workflow_dispatch")) {
        (Some(webhook), None) => {
            let text = |key: &str| webhook.pointer(&format!("/secret/{key}")).and_then(Value::as_str);
            let secret = match (text("file"), text("variable")) {
                (Some(path), None) => Place::File(folder.join(path)),
                (None, Some(name)) => Place::Variable(name.to_owned()),
                _ => {
                    refuse("either `secret.file` or `secret.variable` says where the secret lies");
                    return None;
                }
            };
            let route = notices::route(file, &format!("{pointer}/webhook"), positions, mistakes)?;
            Some(OrderConfig::Webhook { route, secret })
        }
        (None, Some(workflow)) => {
            let text = |key: &str| workflow.get(key).and_then(Value::as_str).map(str::to_owned);
            let (owner, repository) = text("repository")?.split_once('/').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
            let Route { destination, .. } =
                notices::route(file, &format!("{pointer}/workflow_dispatch"), positions, mistakes)?;
            let (workflow, ref_name) = (text("workflow")?, text("ref")?);
            let repository = (owner, repository);
            Some(OrderConfig::WorkflowDispatch { destination, repository, workflow, ref_name })
        }
        _ => {
            refuse("an order is either a `webhook` or a `workflow_dispatch`");
            None
        }
    }
}

/// One line for each order, without anything secret.
pub(super) fn show(orders: &BTreeMap<String, OrderConfig>) -> Vec<String> {
    let line = |(name, order): (&String, &OrderConfig)| match order {
        OrderConfig::Webhook { route, secret } => {
            format!("{name}: webhook {} /{} secret {secret}", route.destination, route.path.join("/"))
        }
        OrderConfig::WorkflowDispatch { destination, repository: (owner, repository), workflow, ref_name } => {
            format!("{name}: workflow_dispatch {destination} {owner}/{repository} {workflow} at {ref_name}")
        }
    };
    orders.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{OrderConfig, show};
    use crate::config::{Config, flags::Flags, tests};

    const EGRESS: &str =
        "egress: { hooks: { url: 'https://hooks.example' }, github: { url: 'https://api.github.com' } }\n";
    const WEBHOOK: &str = "{ webhook: { destination: hooks, path: [roll, back], secret: { file: hook.secret } } }";
    const WORKFLOW: &str = "{ workflow_dispatch: { destination: github, repository: acme/shop, workflow: rollback.yml, \
         ref: main } }";

    fn load(orders: &str) -> Result<Config, Vec<String>> {
        let loaded = tests::load(&format!("{EGRESS}orders: {orders}\n"), &[], &Flags::default());
        loaded.map(|loaded| loaded.config).map_err(|all| all.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_order_is_a_signed_webhook_or_a_workflow() {
        let config = load(&format!("{{ runner: {WEBHOOK}, github-rollback: {WORKFLOW} }}")).unwrap();
        assert!(
            matches!(&config.orders["runner"], OrderConfig::Webhook { route, .. } if route.path == ["roll", "back"])
        );
        let shown = show(&config.orders);
        assert_eq!(shown[0], "github-rollback: workflow_dispatch github acme/shop rollback.yml at main");
        assert!(shown[1].starts_with("runner: webhook hooks /roll/back secret of `"), "{shown:?}");
        assert!(shown[1].ends_with("hook.secret`"), "{shown:?}");
        let other = load(&format!("{{ runner: {WORKFLOW} }}")).unwrap();
        assert_ne!(config.digest(), other.digest(), "it is a part of what the gate is told");
    }

    #[test]
    fn an_order_that_leads_nowhere_is_a_mistake_before_it_is_needed() {
        for (order, wanted) in [
            (
                WEBHOOK.replace("hooks", "hoks"),
                "there is no destination `hoks` under `egress`\nhint: did you mean `hooks`?",
            ),
            (WEBHOOK.replace("back", ".."), "`.`, `..` and control characters lead elsewhere"),
            (WEBHOOK.replace(", secret: { file: hook.secret }", ""), "`secret` is missing"),
            (WEBHOOK.replace("file: hook.secret", ""), "either `secret.file` or `secret.variable` says"),
            (WORKFLOW.replace("github,", "gitlab,"), "there is no destination `gitlab` under `egress`"),
            (WORKFLOW.replace("acme/shop", "shop"), "is no repository"),
            (WORKFLOW.replace("rollback.yml", "../x.yml"), "is no workflow's file"),
            (WORKFLOW.replace("ref: main", "rf: main"), "unknown key `rf`"),
            ("{}".to_owned(), "an order is either a `webhook` or a `workflow_dispatch`"),
        ] {
            let mistakes = load(&format!("{{ runner: {order} }}")).unwrap_err();
            assert!(mistakes.iter().any(|mistake| mistake.contains(wanted)), "{wanted}: {mistakes:?}");
        }
    }
}
