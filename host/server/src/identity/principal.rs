//! An authenticated identity and its grants.

use super::{oidc::vouched::Vouched, role::Role};
use std::{collections::BTreeSet, sync::Arc};
use tidegate_bundle::glob::Glob;
use tidegate_core::name::{EnvironmentName, ServiceName};
use tidegate_ledger::evidence::Sender;

/// The principal of a gate that cannot tell callers apart (`--dev`), and of a judgement without a gate.
pub const ANONYMOUS: &str = "anonymous@loopback";
/// Whose evidence a principal's is, where nothing is said.
pub const DEFAULT_SCOPE: &str = "default";

/// An authenticated identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// What the record calls it.
    pub name: Arc<str>,
    /// The person behind it; none: a program.
    pub person: Option<Arc<str>>,
    /// Whose evidence it hands in and reads: what lies in another scope does not exist for it.
    pub scope: Arc<str>,
    /// What it may do; everything else it may not.
    pub grants: Vec<Grant>,
    /// What its issuer says of the deployment that it asks about; none: its token says nothing of deployments.
    pub vouched: Option<Arc<Vouched>>,
}

/// Roles for some environments and some services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What may be done.
    pub roles: BTreeSet<Role>,
    /// Where.
    pub environments: Vec<Glob>,
    /// For what.
    pub services: Vec<Glob>,
}

impl Grant {
    fn reaches(&self, environment: &EnvironmentName, services: &[ServiceName]) -> bool {
        let fits = |globs: &[Glob], name: &str| globs.iter().any(|glob| glob.fits(name));
        fits(&self.environments, environment.as_str())
            && services.iter().all(|service| fits(&self.services, service.as_str()))
    }
}

impl Grant {
    /// Whether it reaches everything that lies within this environment and for this service; `None`: all there are.
    fn reaches_all(&self, environment: Option<&EnvironmentName>, service: Option<&ServiceName>) -> bool {
        let everything = |glob: &Glob| matches!(glob, Glob::Beginning(beginning) if beginning.is_empty());
        let fits = |globs: &[Glob], name: Option<&str>| {
            globs.iter().any(|glob| name.map_or_else(|| everything(glob), |name| glob.fits(name)))
        };
        fits(&self.environments, environment.map(EnvironmentName::as_str))
            && fits(&self.services, service.map(ServiceName::as_str))
    }
}

impl Principal {
    /// The person behind it, or behind the run that it is: who that is gives it nothing, and takes their word about it away.
    #[must_use]
    pub fn behind(&self) -> Option<Arc<str>> {
        let triggered_by = || self.vouched.as_ref().and_then(|vouched| vouched.triggered_by());
        self.person.clone().or_else(triggered_by)
    }

    /// What the record calls whoever did something: the person, or a program's own name.
    #[must_use]
    pub fn doer(&self) -> Arc<str> {
        self.person.clone().unwrap_or_else(|| self.name.clone())
    }

    /// Whether it may do this for everything within this environment and for this service; `None`: for all there are.
    #[must_use]
    pub fn may_throughout(
        &self,
        role: Role,
        environment: Option<&EnvironmentName>,
        service: Option<&ServiceName>,
    ) -> bool {
        self.grants.iter().any(|grant| grant.roles.contains(&role) && grant.reaches_all(environment, service))
    }

    /// Whether one grant lets it do this for everything within this environment (`None`: in all) and for these services (none: for all).
    #[must_use]
    pub fn may_for_all(&self, role: Role, environment: Option<&EnvironmentName>, services: &[ServiceName]) -> bool {
        let reaches = |grant: &Grant| match services {
            [] => grant.reaches_all(environment, None),
            some => some.iter().all(|service| grant.reaches_all(environment, Some(service))),
        };
        self.grants.iter().any(|grant| grant.roles.contains(&role) && reaches(grant))
    }

    /// Whoever reaches the loopback interface of a gate for development: everything but what only a person may do.
    #[must_use]
    pub fn anonymous() -> Self {
        let all = || vec![Glob::Beginning(Arc::from(""))];
        let roles = Role::ALL.into_iter().filter(|role| !role.is_personal()).collect();
        Self {
            name: Arc::from(ANONYMOUS),
            person: None,
            scope: Arc::from(DEFAULT_SCOPE),
            grants: vec![Grant { roles, environments: all(), services: all() }],
            vouched: None,
        }
    }

    /// Whose the documents are that it hands in.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender { scope: self.scope.clone(), name: self.name.clone() }
    }

    /// Whether it may do this there, for all of these services: one grant has to say so alone.
    #[must_use]
    pub fn may(&self, role: Role, environment: &EnvironmentName, services: &[ServiceName]) -> bool {
        self.grants.iter().any(|grant| grant.roles.contains(&role) && grant.reaches(environment, services))
    }

    /// Whether it may do this for something that lies within this environment and for this service; `None`: it may be any.
    #[must_use]
    pub fn may_name(&self, role: Role, environment: Option<&EnvironmentName>, service: Option<&ServiceName>) -> bool {
        let fits =
            |globs: &[Glob], name: Option<&str>| name.is_none_or(|name| globs.iter().any(|glob| glob.fits(name)));
        self.grants.iter().any(|grant| {
            grant.roles.contains(&role)
                && fits(&grant.environments, environment.map(EnvironmentName::as_str))
                && fits(&grant.services, service.map(ServiceName::as_str))
        })
    }

    /// Whether it may do any of this anywhere.
    #[must_use]
    pub fn holds_any(&self, roles: &[Role]) -> bool {
        self.grants.iter().any(|grant| roles.iter().any(|role| grant.roles.contains(role)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Grant, Principal};
    use crate::identity::role::Role;
    use tidegate_bundle::glob::Glob;
    use tidegate_core::name::{EnvironmentName, ServiceName};

    fn grant(roles: &[Role], environments: &[&str], services: &[&str]) -> Grant {
        let globs = |texts: &[&str]| texts.iter().map(|text| Glob::parse(text).unwrap()).collect();
        Grant { roles: roles.iter().copied().collect(), environments: globs(environments), services: globs(services) }
    }

    fn principal(grants: Vec<Grant>) -> Principal {
        Principal { grants, ..Principal::anonymous() }
    }

    fn may(principal: &Principal, role: Role, environment: &str, services: &[&str]) -> bool {
        let services: Vec<ServiceName> = services.iter().map(|name| ServiceName::parse(name).unwrap()).collect();
        principal.may(role, &EnvironmentName::parse(environment).unwrap(), &services)
    }

    #[test]
    fn a_grant_is_for_its_roles_there_and_for_all_the_services_or_not_at_all() {
        let ci = principal(vec![
            grant(&[Role::Decide], &["production"], &["shop-*"]),
            grant(&[Role::Decide, Role::Override], &["staging"], &["*"]),
            grant(&[Role::Decide], &["production"], &["billing"]),
        ]);
        for (role, environment, services, wanted) in [
            (Role::Decide, "production", &["shop-api"][..], true),
            (Role::Decide, "production", &["shop-api", "shop-web"], true),
            (Role::Decide, "production", &["other"], false),
            // Two grants do not add up to one that reaches both.
            (Role::Decide, "production", &["shop-api", "billing"], false),
            (Role::Decide, "staging", &["anything"], true),
            (Role::Override, "staging", &["anything"], true),
            (Role::Override, "production", &["shop-api"], false),
            (Role::Decide, "development", &["shop-api"], false),
            (Role::Audit, "production", &["shop-api"], false),
        ] {
            assert_eq!(may(&ci, role, environment, services), wanted, "{role:?} {environment} {services:?}");
        }
        assert!(ci.holds_any(&[Role::Admin, Role::Override]) && !ci.holds_any(&[Role::Admin]) && !ci.holds_any(&[]));
    }

    #[test]
    fn what_somebody_may_name_lies_within_one_of_their_grants() {
        let sender = principal(vec![
            grant(&[Role::Alert], &["production"], &["shop-*"]),
            grant(&[Role::Alert], &["staging"], &["billing"]),
        ]);
        let environment = |name: &str| EnvironmentName::parse(name).unwrap();
        let service = |name: &str| ServiceName::parse(name).unwrap();
        for (there, named, wanted) in [
            (None, None, true),
            (Some("production"), None, true),
            (Some("development"), None, false),
            (None, Some("billing"), true),
            (None, Some("other"), false),
            (Some("production"), Some("shop-api"), true),
            (Some("production"), Some("billing"), false),
        ] {
            let (there, named) = (there.map(environment), named.map(service));
            assert_eq!(sender.may_name(Role::Alert, there.as_ref(), named.as_ref()), wanted, "{there:?} {named:?}");
            assert!(!sender.may_name(Role::Decide, there.as_ref(), named.as_ref()));
        }
    }

    #[test]
    fn whoever_has_no_grant_may_nothing() {
        let nobody = principal(Vec::new());
        for role in Role::ALL {
            assert!(!may(&nobody, role, "production", &["a"]) && !nobody.holds_any(&[role]), "{role:?}");
        }
    }

    #[test]
    fn nobody_in_particular_overrides_nothing() {
        for role in Role::ALL {
            let anonymous = Principal::anonymous();
            assert_eq!(may(&anonymous, role, "production", &["a"]), !role.is_personal(), "{role:?}");
        }
    }
}
