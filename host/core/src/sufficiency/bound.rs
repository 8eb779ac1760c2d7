//! What ties a document to this deployment: what it says itself of where it holds, and what the set asks for.

use super::Look;
use crate::{
    digest::Digest,
    policy::{Bind, Vouched},
};

impl Look<'_> {
    /// Whatever binds it by the set: what a document says of where it holds is never passed over.
    pub(super) fn elsewhere(&self) -> Option<(&'static str, String)> {
        let (about, here) = (&self.document().about, self.deployment.environment());
        if let Some(there) = about.environment.as_ref().filter(|there| *there != here) {
            return Some((
                "evidence.unbound",
                format!("it speaks of environment `{there}`, the deployment is to `{here}`"),
            ));
        }
        if about.services.is_empty() {
            return None;
        }
        let judged = self.service.or(self.evidence.service.as_ref());
        let services = self.deployment.services().iter().map(|service| &service.name);
        let mut others =
            services.filter(|name| judged.is_none_or(|judged| judged == *name) && !about.services.contains(name));
        let other = others.next()?;
        let of: Vec<String> = about.services.iter().map(|name| format!("`{name}`")).collect();
        Some(("evidence.unbound", format!("it speaks of {}, and not of `{other}`", of.join(", "))))
    }

    pub(super) fn unbound(&self) -> Option<(&'static str, String)> {
        match self.requirement.bind {
            Bind::None => None,
            Bind::Revision => self.unbound_revision(),
            Bind::Artifact => self.unbound_artifact(),
        }
    }

    fn unbound_revision(&self) -> Option<(&'static str, String)> {
        let Some(wanted) = self.deployment.revision().map(|revision| revision.commit.as_str()) else {
            return Some((
                "evidence.unbound",
                "it has to be bound to a revision, and the deployment names none (`commit`)".to_owned(),
            ));
        };
        match self.document().revision.as_deref() {
            Some(stated) if stated == wanted => None,
            Some(stated) => {
                Some(("evidence.unbound", format!("it speaks of revision `{stated}`, the deployment is `{wanted}`")))
            }
            None => self.unsaid("revision"),
        }
    }

    fn unbound_artifact(&self) -> Option<(&'static str, String)> {
        // A document that was handed in for one service has to speak of that one's artifact.
        let about = self.service.or(self.evidence.service.as_ref());
        let wanted: Vec<Digest> = self
            .deployment
            .services()
            .iter()
            .filter(|service| about.is_none_or(|name| *name == service.name))
            .filter_map(|service| service.artifact.as_ref().map(|artifact| artifact.digest))
            .collect();
        if wanted.is_empty() {
            return Some((
                "evidence.unbound",
                "it has to be bound to an artifact, and the deployment names none (`artifact`)".to_owned(),
            ));
        }
        match self.document().subjects.as_slice() {
            [] => self.unsaid("artifact"),
            stated if stated.iter().any(|digest| wanted.contains(digest)) => None,
            [first, ..] => {
                Some(("evidence.unbound", format!("it speaks of artifact {first}, which is not deployed here")))
            }
        }
    }

    /// The document does not say what it speaks of: then only whoever handed it in for this deployment can.
    fn unsaid(&self, what: &str) -> Option<(&'static str, String)> {
        (self.requirement.vouched != Vouched::Uploader).then(|| {
            (
                "evidence.unbound",
                format!("it does not say which {what} it speaks of, and nobody who counts says it instead"),
            )
        })
    }
}
