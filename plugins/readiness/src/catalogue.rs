//! The items of the deployment runbook's checklist, in its order.

use tidegate_sdk::finding::Remediation;

/// One item.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Statements name it so.
    pub(crate) id: &'static str,
    /// The part of the checklist it belongs to.
    pub(crate) group: &'static str,
    /// What is true when it is fulfilled.
    pub(crate) title: &'static str,
    /// What to do when it is not, in one sentence without its full stop.
    pub(crate) todo: &'static str,
    /// A command that helps.
    pub(crate) command: Option<&'static str>,
}

impl Entry {
    /// The rule that its findings cite.
    pub(crate) fn rule(&self) -> String {
        format!("item.{}", self.id)
    }

    pub(crate) fn remediation(&self) -> Remediation {
        let remediation = Remediation::new(self.todo);
        match self.command {
            Some(command) => remediation.command(command),
            None => remediation,
        }
    }
}

/// The item of that id.
pub(crate) fn entry(id: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.id == id)
}

const CODE: &str = "Code and configuration";
const INFRASTRUCTURE: &str = "Database and infrastructure";
const TESTING: &str = "Testing and quality";
const COMMUNICATION: &str = "Communication and documentation";
const RECOVERY: &str = "Backup and recovery";

const fn item(
    group: &'static str,
    id: &'static str,
    title: &'static str,
    todo: &'static str,
    command: Option<&'static str>,
) -> Entry {
    Entry { id, group, title, todo, command }
}

/// All items.
#[rustfmt::skip]
pub(crate) const ENTRIES: [Entry; 25] = [
    item(CODE, "feature_branches_merged", "Every feature branch of this release is merged",
        "merge what belongs to the release, or move it to the next one", Some("git branch --remotes --no-merged origin/main")),
    item(CODE, "code_review_completed", "The code is reviewed and approved",
        "have somebody who did not write the change review and approve it", Some("gh pr list --search review:required")),
    item(CODE, "no_merge_conflicts", "The main branch merges without conflicts",
        "resolve the conflicts on the main branch", Some("git merge-tree --write-tree origin/main HEAD")),
    item(CODE, "version_numbers_updated", "Version numbers are updated",
        "raise the version, or state with a reason that this deployment needs no new one", Some("git describe --tags --always")),
    item(CODE, "configuration_reviewed", "Changes of configuration are reviewed and approved",
        "have the owner of the configuration look at what changed", Some("git diff origin/main -- config")),
    item(INFRASTRUCTURE, "migrations_tested_in_staging", "Database migrations ran in staging",
        "run the migrations in staging, forwards and back, and look at the data", Some("alembic upgrade head")),
    item(INFRASTRUCTURE, "schema_backward_compatible", "The running version works with the new schema",
        "split the change: first add what the new version needs, remove the old only after it runs", None),
    item(INFRASTRUCTURE, "infrastructure_capacity_sufficient", "The infrastructure has room for the new version",
        "look at memory, processor, disk and quotas, and add what lacks", Some("kubectl top nodes")),
    item(INFRASTRUCTURE, "certificates_valid", "Certificates are valid for more than 30 days",
        "renew certificates that end soon", Some("certbot renew")),
    item(INFRASTRUCTURE, "external_dependencies_available", "What the services depend on outside is available",
        "look at the status of every outside service, and wait while one is disturbed", None),
    item(TESTING, "staging_tests_passing", "All tests pass in staging",
        "mend what fails in staging, and run the tests there again", Some("gh run list --workflow=intelligent-deployment.yml")),
    item(TESTING, "performance_benchmarks_met", "The performance benchmarks are met",
        "measure again, and find what became slower", Some("ab -n 100 -c 10 https://staging.example/health")),
    item(TESTING, "security_scans_clean", "Security scans are complete and clean",
        "mend what the scans found, or have the security team accept it by a waiver", None),
    item(TESTING, "accessibility_verified", "Accessibility is verified",
        "look at the changed pages by the accessibility rules", None),
    item(TESTING, "load_testing_completed", "Load tests are complete",
        "run the load tests, or state with a reason that this deployment needs none", None),
    item(COMMUNICATION, "deployment_communicated", "The deployment is scheduled and communicated",
        "put it into the calendar, and tell those whom it concerns", None),
    item(COMMUNICATION, "rollback_plan_ready", "The rollback plan is written and ready",
        "write down how to go back, who does it, and how one sees that it worked", None),
    item(COMMUNICATION, "dashboards_prepared", "Monitoring dashboards are prepared",
        "open the dashboards for the services, and add what is new", None),
    item(COMMUNICATION, "incident_team_notified", "The incident response team knows of it",
        "tell the team and the engineer on call when it begins", None),
    item(COMMUNICATION, "customer_communication_prepared", "The notice to customers is prepared",
        "write the notice, have it agreed upon, and schedule it", None),
    item(RECOVERY, "database_backup_completed", "A database backup is complete",
        "back the database up, and see that the backup can be read", Some("pg_dump --format=custom --file=before-deployment.dump")),
    item(RECOVERY, "configuration_backup_created", "A backup of the configuration exists",
        "save the configuration that runs now", Some("kubectl get configmaps --output=yaml")),
    item(RECOVERY, "previous_artifacts_available", "The artifacts of the previous version are at hand",
        "see that the version that runs now can be fetched and installed again", None),
    item(RECOVERY, "rollback_scripts_tested", "The rollback scripts are tested",
        "run the rollback in staging with these versions", Some("gh workflow run rollback.yml -f rollback_to=previous")),
    item(RECOVERY, "recovery_procedures_documented", "The recovery procedures are documented",
        "write down how to restore service and data, and where the backups lie", None),
];

#[cfg(test)]
mod tests {
    use super::{COMMUNICATION, ENTRIES, Entry};
    use std::collections::BTreeSet;

    #[test]
    fn every_item_has_its_own_id_a_title_and_something_to_do() {
        assert_eq!(ENTRIES.iter().map(|entry| entry.id).collect::<BTreeSet<_>>().len(), ENTRIES.len());
        let complete = |entry: &Entry| !entry.title.is_empty() && !entry.todo.is_empty() && !entry.todo.ends_with('.');
        assert!(ENTRIES.iter().all(complete));
    }

    #[test]
    fn groups_are_whole_and_of_five() {
        let groups: Vec<&str> = ENTRIES.iter().map(|entry| entry.group).collect();
        assert!(groups.chunks(5).all(|group| group.iter().all(|name| *name == group[0])), "{groups:?}");
        assert_eq!(groups.iter().filter(|group| **group == COMMUNICATION).count(), 5);
    }
}
