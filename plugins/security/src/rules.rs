//! The rules that findings cite.

use crate::settings::SCHEMA;
use tidegate_sdk::{
    describe::{Description, Rule},
    finding::Severity,
    parts::{baseline::EVIDENCE_BASELINE, evidence_rules},
};

pub(crate) const VULNERABILITIES: &str = "vulnerabilities.limit";
pub(crate) const KNOWN_EXPLOITED: &str = "vulnerabilities.known-exploited";
pub(crate) const EPSS: &str = "vulnerabilities.epss";
pub(crate) const LEEWAY: &str = "vulnerabilities.leeway";
pub(crate) const CLAIMS: &str = "vulnerabilities.claims";
pub(crate) const DATABASE: &str = "vulnerabilities.database";
pub(crate) const ISSUES: &str = "issues.limit";
pub(crate) const SCORE: &str = "issues.score";
pub(crate) const SECRETS: &str = "secrets.found";
pub(crate) const MISCONFIGURATIONS: &str = "misconfigurations.limit";
pub(crate) const LICENSES: &str = "licenses.accepted";
pub(crate) const SBOM: &str = "sbom.components";
pub(crate) const BUILDER: &str = "provenance.builder";
pub(crate) const BUILD_TYPE: &str = "provenance.build-type";
pub(crate) const REPOSITORY: &str = "provenance.repository";
pub(crate) const REF_NAME: &str = "provenance.ref-name";
pub(crate) const SIGNER: &str = "provenance.signer";
pub(crate) const COMMIT: &str = "provenance.commit";
pub(crate) const ARTIFACT: &str = "provenance.artifact";
pub(crate) const CERTIFICATES: &str = "certificates.validity";
pub(crate) const TRUST: &str = "certificates.trust";
pub(crate) const HEADERS: &str = "headers.sent";
pub(crate) const STATUS: &str = "endpoints.status";
pub(crate) const NEW_VULNERABILITIES: &str = "baseline.new-vulnerabilities";
pub(crate) const NEW_ISSUES: &str = "baseline.new-issues";

/// Id, title, usual severity, help.
type Row = (&'static str, &'static str, Severity, &'static str);

const OF_PACKAGES: [Row; 10] = [
    (
        VULNERABILITIES,
        "Few known vulnerabilities",
        Severity::High,
        "Update the dependency to the fixed version. What a trusted VEX statement declares not affected does not count.",
    ),
    (
        KNOWN_EXPLOITED,
        "Nothing that is being exploited",
        Severity::Critical,
        "Whatever its severity, its leeway and whether there is a fix: somebody uses it against others today.",
    ),
    (
        EPSS,
        "Nothing that will probably be exploited",
        Severity::High,
        "By the EPSS score, the probability of exploitation within 30 days, where the scanner gives one.",
    ),
    (LEEWAY, "New vulnerabilities are being worked off", Severity::Info, "They count once their leeway is over."),
    (
        CLAIMS,
        "Statements about vulnerabilities come from somebody who is listed",
        Severity::Info,
        "List the signer under the stage's `trust`, or let somebody sign who is listed.",
    ),
    (
        DATABASE,
        "The scanner's database is recent",
        Severity::High,
        "Update it before scanning; a scan that does not say how old it is cannot be judged.",
    ),
    (
        LICENSES,
        "Licences are accepted",
        Severity::High,
        "Replace the component, or let whoever answers for licences accept it. Bills of materials say which expression holds.",
    ),
    (
        SBOM,
        "The bill of materials says something",
        Severity::High,
        "A bill that lists little comes from a tool that looked at little: let it look at the built artifact.",
    ),
    (
        NEW_VULNERABILITIES,
        "Few new vulnerabilities",
        Severity::High,
        "Against the last deployment which succeeded, by id and package.",
    ),
    (
        NEW_ISSUES,
        "Few new issues",
        Severity::Medium,
        "Against the last deployment which succeeded, by fingerprint, in scans of the same kind under the same name.",
    ),
];

const OF_SCANS: [Row; 4] = [
    (
        ISSUES,
        "Few issues",
        Severity::High,
        "Issues of each severity that the policy set limits, without its exceptions.",
    ),
    (
        SCORE,
        "No issue that is grave for security",
        Severity::High,
        "By SARIF's `security-severity`; an issue without one is judged by its severity alone.",
    ),
    (
        SECRETS,
        "No secrets in code, history or images",
        Severity::Critical,
        "Rotate it first: whoever could read it has it. Then remove it from the code and its history.",
    ),
    (
        MISCONFIGURATIONS,
        "Few misconfigurations",
        Severity::High,
        "Misconfigurations of each severity that the policy set limits, without its exceptions.",
    ),
];

const OF_BUILDS: [Row; 7] = [
    (
        BUILDER,
        "Built where artifacts are built",
        Severity::High,
        "The builder that the provenance names; a trailing `*` of the list matches a prefix.",
    ),
    (
        BUILD_TYPE,
        "Built as artifacts are built",
        Severity::High,
        "The build type that the provenance names: what a builder was told to do.",
    ),
    (REPOSITORY, "Built from the right repository", Severity::High, "Spellings of one repository are the same."),
    (
        REF_NAME,
        "Built from the right branch or tag",
        Severity::High,
        "The branch or tag as the provenance names it; one that it does not name is not allowed.",
    ),
    (
        SIGNER,
        "The provenance is signed by somebody who is listed",
        Severity::High,
        "The signature is verified by the host.",
    ),
    (COMMIT, "Built from the commit that is deployed", Severity::High, "Build the commit that is to be deployed."),
    (
        ARTIFACT,
        "A provenance speaks of every artifact",
        Severity::High,
        "Hand in the provenance of every artifact; it is told by its digest.",
    ),
];

const OF_ENDPOINTS: [Row; 4] = [
    (
        CERTIFICATES,
        "Certificates stay valid long enough",
        Severity::High,
        "More days have to be left than the policy set names; exactly so many are too few. Renew the certificate.",
    ),
    (TRUST, "Certificates are trusted", Severity::High, "The probe checks them as a browser would."),
    (
        HEADERS,
        "Every endpoint sends the security headers",
        Severity::Medium,
        "Strict-Transport-Security, Content-Security-Policy, X-Frame-Options, or what the policy set names.",
    ),
    (STATUS, "Every endpoint answers as expected", Severity::High, "One that cannot be reached does not."),
];

pub(crate) fn describe() -> Description {
    let begun = Description::new(
        "security",
        env!("CARGO_PKG_VERSION"),
        "Vulnerabilities, issues, secrets, misconfigurations, licences, provenance, certificates and headers against a policy.",
        SCHEMA,
    );
    let baseline = Rule::new(EVIDENCE_BASELINE, "The earlier deployment can be compared with", Severity::High).help(
        "Its documents are in the record unless they were redacted; the first deployment has nothing to compare with.",
    );
    let begun = evidence_rules().into_iter().chain([baseline]).fold(begun, Description::rule);
    let rows = OF_PACKAGES.into_iter().chain(OF_SCANS).chain(OF_BUILDS).chain(OF_ENDPOINTS);
    rows.fold(begun, |description, (id, title, severity, help)| {
        description.rule(Rule::new(id, title, severity).help(help))
    })
}

#[cfg(test)]
mod tests {
    use super::describe;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_has_its_own_id_a_title_and_help() {
        let rules = describe().rules;
        assert_eq!(rules.iter().map(|rule| &rule.id).collect::<BTreeSet<_>>().len(), rules.len());
        assert!(rules.iter().all(|rule| !rule.title.is_empty() && !rule.help.is_empty()));
    }
}
