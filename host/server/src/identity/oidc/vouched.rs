//! What an identity token says of the deployment that it is shown for: it fills what the request leaves out, and the rest has to agree.

use super::claims::Claims;
use crate::{
    api::{
        problem::PlacedError,
        request::{DeploymentRequestBody, RevisionRequest},
    },
    gate::error::placed,
};
use std::sync::Arc;
use tidegate_bundle::identities::{Issuer, IssuerKind, people::People};
use tidegate_core::one_line::one_line;

/// Characters of a value that an error repeats.
const VALUE_CHARS_MAX: usize = 200;

/// What an identity token says of the deployment that it is shown for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vouched {
    environment: Option<Arc<str>>,
    service: Option<Arc<str>>,
    repository: Option<Arc<str>>,
    /// What stands before a repository's path in its whole address.
    forge: Option<Arc<str>>,
    commit: Option<Arc<str>>,
    ref_name: Option<Arc<str>>,
    triggered_by: Option<Arc<str>>,
}

impl Vouched {
    pub(super) fn of(issuer: &Issuer, claims: &Claims<'_>, people: &People) -> Self {
        let names = &issuer.claims;
        let text = |name: &Option<String>| claims.text(name.as_deref()?).map(Arc::from);
        let forge = match issuer.kind {
            // The public forge; one of an enterprise signs under its own name.
            IssuerKind::GithubActions if issuer.issuer == "https://token.actions.githubusercontent.com" => {
                Some("https://github.com")
            }
            IssuerKind::Gitlab => Some(issuer.issuer.trim_end_matches('/')),
            IssuerKind::GithubActions | IssuerKind::Generic => None,
        };
        // A login can be renamed, and gives nothing: it says whose word about this deployment is their own.
        let login = |forge: &str, claim: &str| {
            let login = claims.text(claim)?;
            Some(people.of_login(forge, &login).unwrap_or_else(|| Arc::from(login)))
        };
        let triggered_by = match issuer.kind {
            IssuerKind::GithubActions => login("github", "actor"),
            IssuerKind::Gitlab => login("gitlab", "user_login"),
            IssuerKind::Generic => None,
        };
        Self {
            environment: text(&names.environment),
            service: text(&names.service),
            repository: text(&names.repository),
            forge: forge.map(Arc::from),
            commit: text(&names.commit),
            ref_name: text(&names.ref_name),
            triggered_by,
        }
    }

    /// Who set the run off, by their one name or, where nobody lists it, by their login.
    #[must_use]
    pub fn triggered_by(&self) -> Option<Arc<str>> {
        self.triggered_by.clone()
    }

    /// Fills what the request leaves out, or says everything in which it contradicts.
    pub fn fill(&self, deployment: &mut DeploymentRequestBody) -> Result<(), Vec<PlacedError>> {
        let mut contradictions = Vec::new();
        let mut contradict = |place: String, said: &str, asked: &str| {
            contradictions.push(contradiction(place, said, asked));
        };
        if let Some(said) = &self.environment
            && *filled(&mut deployment.environment, said) != **said
        {
            contradict("deployment.environment".to_owned(), said, &deployment.environment);
        }
        for (index, service) in deployment.services.iter().enumerate() {
            if let Some(said) = self.service.as_deref().filter(|said| *said != service.name) {
                contradict(format!("deployment.services[{index}].name"), said, &service.name);
            }
        }
        if self.commit.is_some() && deployment.revision.is_none() {
            deployment.revision = Some(RevisionRequest::default());
        }
        if let Some(revision) = &mut deployment.revision {
            if let Some(said) = &self.commit
                && !filled(&mut revision.commit, said).eq_ignore_ascii_case(said)
            {
                contradict("deployment.revision.commit".to_owned(), said, &revision.commit);
            }
            if let Some(said) = &self.repository
                && !self.is_repository(filled(&mut revision.repository, said), said)
            {
                contradict("deployment.revision.repository".to_owned(), said, &revision.repository);
            }
            if let Some(said) = &self.ref_name {
                if !is_ref(filled(&mut revision.ref_name, said), said) {
                    contradict("deployment.revision.ref".to_owned(), said, &revision.ref_name);
                } else if said.starts_with("refs/") {
                    // A short name is a branch's as well as a tag's: the record has the whole one.
                    said.as_ref().clone_into(&mut revision.ref_name);
                }
            }
        }
        if contradictions.is_empty() { Ok(()) } else { Err(contradictions) }
    }

    /// Whether it says nothing of the environment, or this one.
    pub fn environment_is(&self, environment: &str) -> Result<(), Vec<PlacedError>> {
        match &self.environment {
            Some(said) if **said != *environment => {
                Err(vec![contradiction("environment".to_owned(), said, environment)])
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Its path, or its whole address at its own forge.
    fn is_repository(&self, asked: &str, said: &str) -> bool {
        let asked = asked.trim_end_matches('/');
        let asked = asked.strip_suffix(".git").unwrap_or(asked);
        let at_forge = self.forge.as_deref().and_then(|forge| asked.strip_prefix(forge)?.strip_prefix('/'));
        asked == said || at_forge == Some(said)
    }
}

fn contradiction(place: String, said: &str, asked: &str) -> PlacedError {
    let (said, asked) = (one_line(said, VALUE_CHARS_MAX), one_line(asked, VALUE_CHARS_MAX));
    placed(place, format!("the token says `{said}`, the request says `{asked}`"))
}

fn filled<'a>(asked: &'a mut String, said: &str) -> &'a str {
    if asked.is_empty() {
        said.clone_into(asked);
    }
    asked
}

/// `main` is `refs/heads/main`, and `v1` is `refs/tags/v1`.
fn is_ref(asked: &str, said: &str) -> bool {
    let short = |text: &str| -> String {
        let text = text.strip_prefix("refs/heads/").or_else(|| text.strip_prefix("refs/tags/")).unwrap_or(text);
        text.to_owned()
    };
    asked == said || (asked == short(said)) || (said == short(asked))
}

#[cfg(test)]
mod tests {
    use super::Vouched;
    use crate::api::request::{DeploymentRequestBody, RevisionRequest, ServiceRequest};

    fn vouched() -> Vouched {
        Vouched {
            environment: Some("production".into()),
            service: Some("shop".into()),
            repository: Some("acme/shop".into()),
            forge: Some("https://github.com".into()),
            commit: Some("0123456789012345678901234567890123456789".into()),
            ref_name: Some("refs/heads/main".into()),
            triggered_by: Some("alice".into()),
        }
    }

    fn asked(change: impl FnOnce(&mut DeploymentRequestBody)) -> (DeploymentRequestBody, Vec<String>) {
        let shop = ServiceRequest { name: "shop".to_owned(), version: "1".to_owned(), ..ServiceRequest::default() };
        let mut body = DeploymentRequestBody { services: vec![shop], ..DeploymentRequestBody::default() };
        change(&mut body);
        let wrong = vouched().fill(&mut body).err().unwrap_or_default();
        (body, wrong.into_iter().map(|error| format!("{}: {}", error.place, error.message)).collect())
    }

    #[test]
    fn what_is_left_out_is_filled() {
        let (body, wrong) = asked(|_| {});
        assert_eq!(wrong, [""; 0]);
        let revision = body.revision.unwrap();
        assert_eq!((body.environment.as_str(), revision.repository.as_str()), ("production", "acme/shop"));
        assert_eq!((revision.commit.len(), revision.ref_name.as_str()), (40, "refs/heads/main"));
    }

    #[test]
    fn a_short_ref_is_recorded_whole_and_is_no_other_one() {
        for (asked_ref, recorded) in [
            ("main", Some("refs/heads/main")),
            ("refs/heads/main", Some("refs/heads/main")),
            ("refs/tags/main", None),
            ("heads/main", None),
            ("main2", None),
        ] {
            let revision = RevisionRequest { ref_name: asked_ref.to_owned(), ..RevisionRequest::default() };
            let (body, wrong) = asked(|body| body.revision = Some(revision));
            assert_eq!(wrong.is_empty(), recorded.is_some(), "{asked_ref}: {wrong:?}");
            if let Some(recorded) = recorded {
                assert_eq!(body.revision.unwrap().ref_name, recorded);
            }
        }
    }

    #[test]
    fn other_writings_of_the_same_agree_and_everything_else_contradicts() {
        for (repository, agrees) in [
            ("acme/shop", true),
            ("https://github.com/acme/shop", true),
            ("https://github.com/acme/shop.git", true),
            ("https://evil.example/acme/shop", false),
            ("https://github.com.evil.example/acme/shop", false),
            ("https://github.com/acme/shop2", false),
            ("acme/Shop", false),
        ] {
            let revision = RevisionRequest { repository: repository.to_owned(), ..RevisionRequest::default() };
            let (_, wrong) = asked(|body| body.revision = Some(revision));
            assert_eq!(wrong.is_empty(), agrees, "{repository}: {wrong:?}");
        }
        let (_, wrong) = asked(|body| {
            body.environment = "staging".to_owned();
            body.services[0].name = "other".to_owned();
            body.revision = Some(RevisionRequest {
                repository: String::new(),
                commit: "f".repeat(40),
                ref_name: "release".to_owned(),
            });
        });
        assert_eq!(wrong.len(), 4, "all at once: {wrong:?}");
        assert_eq!(wrong[0], "deployment.environment: the token says `production`, the request says `staging`");
    }
}
