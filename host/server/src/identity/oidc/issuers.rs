//! The issuers of the policy files, with the roles of this gate.

use crate::identity::{
    holder::{Holder, HolderGrant},
    principal::Grant,
    role::{CONFLICTS, Role},
};
use std::collections::BTreeSet;
use tidegate_bundle::{
    document::{Mistake, nearest, quoted},
    identities::{Identities, Issuer, IssuerKind, Rule, people::People},
};

/// The issuers that are believed.
#[derive(Debug, Default)]
pub struct Issuers(Vec<Known>);

/// One of them.
#[derive(Debug)]
pub struct Known {
    pub(super) issuer: Issuer,
    pub(super) rules: Vec<KnownRule>,
}

/// A rule and what it grants.
#[derive(Debug)]
pub(super) struct KnownRule {
    pub(super) rule: Rule,
    pub(super) grants: Vec<Grant>,
}

impl Issuers {
    /// Those of a file, or what is wrong with their grants.
    pub fn of(identities: &Identities) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut all = Vec::with_capacity(identities.issuers().len());
        for (index, issuer) in identities.issuers().iter().enumerate() {
            let mut rules = Vec::with_capacity(issuer.rules.len());
            for (number, rule) in issuer.rules.iter().enumerate() {
                let at = format!("/issuers/{index}/rules/{number}");
                let grants = grants(identities, &at, issuer.kind, rule, &mut mistakes);
                rules.push(KnownRule { rule: rule.clone(), grants });
            }
            all.push(Known { issuer: issuer.clone(), rules });
        }
        let issuers = Self(all);
        issuers.conflicts(identities, &mut mistakes);
        if mistakes.is_empty() { Ok(issuers) } else { Err(mistakes) }
    }

    /// The one that signs as this, to the letter.
    pub(super) fn find(&self, issuer: &str) -> Option<&Known> {
        self.0.iter().find(|known| known.issuer.issuer == issuer)
    }

    /// What this person may do by the word of any of them, at most.
    pub(crate) fn roles_of(&self, people: &People, person: &str) -> BTreeSet<Role> {
        let theirs = people.all().iter().filter(|listed| people.same(&listed.person, person));
        theirs
            .flat_map(|listed| &listed.subjects)
            .filter_map(|of| self.0.iter().find(|known| *known.issuer.id == *of.issuer).zip(Some(&of.subject)))
            .flat_map(|(known, subject)| known.rules_of(subject))
            .flat_map(|rule| rule.grants.iter().flat_map(|grant| grant.roles.iter().copied()))
            .collect()
    }

    /// People who hold roles that nobody may hold together, in whatever identities.
    fn conflicts(&self, identities: &Identities, mistakes: &mut Vec<Mistake>) {
        for (index, person) in identities.people().all().iter().enumerate() {
            let roles = self.roles_of(identities.people(), &person.person);
            for (one, other) in
                CONFLICTS.into_iter().filter(|(one, other)| roles.contains(one) && roles.contains(other))
            {
                let message = format!(
                    "{} holds both `{}` and `{}`, under several identities",
                    quoted(&person.person),
                    one.word(),
                    other.word()
                );
                let hint = Some("nobody may hold both: take one of them away");
                mistakes.push(identities.mistake(&format!("/people/{index}"), message, hint));
            }
        }
    }
}

impl Known {
    /// The rules that speak of this subject.
    fn rules_of<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = &'a KnownRule> {
        let immutable = self.issuer.kind.immutable();
        self.rules
            .iter()
            .filter(move |known| known.rule.matches.iter().any(|one| one.claim == immutable && one.fits(subject)))
    }
}

fn grants(identities: &Identities, at: &str, kind: IssuerKind, rule: &Rule, mistakes: &mut Vec<Mistake>) -> Vec<Grant> {
    let mut read = Vec::with_capacity(rule.grants.len());
    for (index, grant) in rule.grants.iter().enumerate() {
        let mut roles = BTreeSet::new();
        for (number, word) in grant.roles.iter().enumerate() {
            let pointer = format!("{at}/grants/{index}/roles/{number}");
            match Role::parse(word) {
                Some(role) if role.is_personal() && kind != IssuerKind::Generic => {
                    let message = format!("{} is a person's to hold, and this is a program", quoted(word));
                    mistakes.push(identities.mistake(&pointer, message, None));
                }
                Some(role) => {
                    roles.insert(role);
                }
                None => {
                    let near = nearest(word, Role::ALL.iter().map(|role| role.word()));
                    let hint = near.map(|near| format!("did you mean `{near}`?"));
                    let message = format!("{} is no role", quoted(word));
                    mistakes.push(identities.mistake(&pointer, message, hint.as_deref()));
                }
            }
        }
        let (environments, services) = (grant.environments.clone(), grant.services.clone());
        read.push(HolderGrant { roles, environments, services });
    }
    // Judged as the holder of a token is; whether a person is behind it, is asked of each token.
    let person = (kind == IssuerKind::Generic).then(|| "somebody".to_owned());
    let holder = Holder { name: "rule".to_owned(), person, scope: rule.scope.clone(), grants: read };
    match holder.principal() {
        Ok(principal) => principal.grants,
        Err(found) => {
            // A word that was no role has been named.
            let new = found.into_iter().filter(|mistake| !mistake.message.starts_with("names no role"));
            mistakes.extend(new.map(|mistake| {
                let pointer = format!("{at}/{}", mistake.place.replace(['[', '.'], "/").replace(']', ""));
                identities.mistake(&pointer, mistake.message, None)
            }));
            Vec::new()
        }
    }
}
