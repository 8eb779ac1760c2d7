//! `tidegate permit`: whether exactly this may begin now.

use crate::{
    api::permit::PermitRequestBody,
    cli::{
        asked::{self, Gate, Undone},
        exit::Exit,
    },
    client::Failure,
};
use tidegate_core::{digest::Digest, name::ServiceName};

/// The problem that is a no.
const NO: &str = "/problems/not-permitted";

/// Ask, at the moment of a deployment, whether exactly this may begin
///
/// Ends with 0 and prints the permit as JSON only when the decision is about these bytes in this environment, still holds, and nothing has
/// taken its place; with 1 when it is not, and says every reason.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    gate: Gate,
    /// The decision's id, as its answer names it
    id: String,
    /// Where the deployment is about to begin
    #[arg(long, value_name = "NAME")]
    environment: String,
    /// The bytes of a service: all of the deployment's services are named
    #[arg(long = "artifact", value_name = "SERVICE=DIGEST", value_parser = artifact)]
    artifacts: Vec<(ServiceName, Digest)>,
    /// Sent again by whoever got no answer: then a permit that is good for one deployment is not used up
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

fn artifact(text: &str) -> Result<(ServiceName, Digest), String> {
    let (service, digest) = text.split_once('=').ok_or("expected `SERVICE=sha256:…`")?;
    let service = ServiceName::parse(service).map_err(|error| error.to_string())?;
    Ok((service, Digest::parse(digest).map_err(|error| error.to_string())?))
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args) -> Exit {
    match permit(args) {
        Err(undone) => {
            let is_no =
                matches!(&undone, Undone::Gate(Failure::Refused { problem, .. }) if problem.type_uri.ends_with(NO));
            let exit = asked::exit(Err(undone));
            if is_no { Exit::Refused } else { exit }
        }
        Ok(()) => Exit::Allowed,
    }
}

fn permit(args: &Args) -> Result<(), Undone> {
    let mut artifacts = std::collections::BTreeMap::new();
    for (service, digest) in &args.artifacts {
        if artifacts.insert(service.to_string(), digest.to_string()).is_some() {
            return Err(Undone::Usage(format!("`--artifact` names `{service}` twice")));
        }
    }
    let asked = PermitRequestBody { environment: args.environment.clone(), artifacts };
    let permit = args.gate.ask(|gate| gate.permit(&args.id, &asked, args.idempotency_key.as_deref()))?;
    asked::print(&permit)
}
