//! What an answer means to the shell.

use crate::{api::answer::Answer, cli::exit::Exit, client::only_held};

/// Allowed, refused by the policy, or undecided. An outcome that is not known yet is undecided: it is no permission, and nobody can
/// say that the policy refused.
pub(in crate::cli) fn exit(answer: &Answer) -> Exit {
    match answer.outcome.as_str() {
        _ if answer.allowed => Exit::Allowed,
        "REMEDIATE" => Exit::Refused,
        "HOLD" if only_held(answer) => Exit::Refused,
        _ => Exit::Undecided,
    }
}
