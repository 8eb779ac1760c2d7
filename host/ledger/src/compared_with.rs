//! Which decisions services are compared with: what they left is needed, however old it is.

use crate::{
    error::ReadError,
    snapshot::{Before, Snapshot},
    store::archiving,
};

/// The ids of what the services of decisions below a leaf were compared with before another one, each where it was deployed.
pub(crate) async fn now(view: &mut Snapshot, below: u64, before: u64) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    for (environment, service) in archiving::places(view.connection(), below).await? {
        found.extend(match view.last_good(&environment, &service, before).await? {
            Before::Decided(recorded) => Some(recorded.decision.to_string()),
            Before::Unknown(id) => Some(id.to_string()),
            Before::AllWaived { last, .. } => Some(last.to_string()),
            Before::None => None,
        });
    }
    Ok(found)
}
