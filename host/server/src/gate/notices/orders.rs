//! How orders are given: by a signed webhook, or by running a workflow of GitHub's.

use super::courier::{Courier, after};
use crate::{
    config::orders::OrderConfig,
    egress::{Response, error::EgressError, target::Target},
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tidegate_core::time::{Timestamp, in_words};
use tidegate_ledger::notice::{DueNotice, Tried};

/// What a workflow needs of an order.
#[derive(Deserialize)]
struct Inputs {
    inputs: Map<String, Value>,
}

impl Courier {
    /// Gives an order. One that is too old is not given any more: what it was about has gone on.
    pub(super) async fn give(&self, notice: &DueNotice, now: Timestamp) -> Tried {
        let Some(order) = self.orders.get(&*notice.contact) else {
            return Tried::GaveUp { error: "the configuration names it under `orders` no more".to_owned() };
        };
        let allowed = self.config.give_up_after;
        if now > notice.written_at.plus(allowed) {
            let age = now.since(notice.written_at);
            return Tried::GaveUp { error: format!("it is too old: {}, {} allowed", in_words(age), in_words(allowed)) };
        }
        match order {
            OrderConfig::Webhook { route, secret } => {
                let target = route.path.iter().fold(Target::base(), Target::segment);
                let body = Bytes::copy_from_slice(notice.body.as_bytes());
                let answer = match self.egress.to(&route.destination) {
                    Ok(client) => client.post_signed(&target, body, &notice.id, (secret, now)).await,
                    Err(error) => Err(error),
                };
                after(&self.config, notice, answer, now)
            }
            OrderConfig::WorkflowDispatch { destination, repository, workflow, ref_name } => {
                let Ok(Inputs { inputs }) = serde_json::from_str(&notice.body) else {
                    return Tried::GaveUp { error: "it has no `inputs`".to_owned() };
                };
                let body = json!({ "ref": ref_name, "inputs": inputs }).to_string();
                let answer = self.dispatch(destination, (repository, workflow), (notice, body)).await;
                after(&self.config, notice, answer, now)
            }
        }
    }

    /// GitHub's API runs the workflow once for each request: it knows no key by which one that comes again is the same.
    async fn dispatch(
        &self,
        destination: &str,
        ((owner, repository), workflow): (&(String, String), &str),
        (notice, body): (&DueNotice, String),
    ) -> Result<Response, EgressError> {
        let path = ["repos", owner, repository, "actions", "workflows", workflow, "dispatches"];
        let target = path.into_iter().fold(Target::base(), Target::segment);
        self.egress.to(destination)?.post_again(&target, Bytes::from(body), &notice.id).await
    }
}
