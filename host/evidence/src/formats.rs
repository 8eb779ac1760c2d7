//! The formats that are read: one line each in the table, one file each beside it.

mod ab;
mod axe;
mod checkstyle;
mod cobertura;
mod cyclonedx;
mod dsse;
mod eslint;
mod facts;
mod github_reviews;
mod gitlab_approvals;
mod gitlab_codequality;
mod gitlab_sast;
mod gotest;
mod grype;
mod in_toto;
mod jacoco;
mod junit;
mod k6;
mod lcov;
mod lighthouse;
mod measurements;
mod opaque;
mod openvex;
mod own;
mod probe;
mod reviews;
mod sarif;
mod sonarqube;
mod spdx;
mod statements;
mod trivy;
mod trx;

use crate::{
    detect::Head,
    error::{Place, Problem, ReadError},
    source::{Reading, Source},
    text,
};

/// A format that is read.
#[derive(Debug)]
pub struct FormatInfo {
    /// As a caller names it.
    pub name: &'static str,
    /// In one phrase.
    pub summary: &'static str,
    /// Whether a document's beginning shows that it is one.
    pub(crate) recognises: fn(&Head<'_>) -> bool,
    pub(crate) read: fn(&Source<'_>) -> Result<Reading, ReadError>,
}

pub(crate) const OPAQUE: &str = "opaque";
pub(crate) const ENVELOPE: &str = dsse::NAME;

/// A new format is a line here and a file beside it. The first that recognises a document reads it.
static TABLE: &[FormatInfo] = &[
    FormatInfo { name: "junit", summary: "JUnit XML: test cases", recognises: junit::recognises, read: junit::read },
    FormatInfo {
        name: "trx",
        summary: "TRX (Visual Studio, `dotnet test`): test cases",
        recognises: trx::recognises,
        read: trx::read,
    },
    FormatInfo {
        name: "sarif",
        summary: "SARIF 2.1.0: issues of a static analysis",
        recognises: sarif::recognises,
        read: sarif::read,
    },
    FormatInfo {
        name: "cobertura",
        summary: "Cobertura XML: coverage of lines and branches",
        recognises: cobertura::recognises,
        read: cobertura::read,
    },
    FormatInfo {
        name: "lcov",
        summary: "LCOV tracefile: coverage of lines and branches",
        recognises: lcov::recognises,
        read: lcov::read,
    },
    FormatInfo {
        name: "jacoco",
        summary: "JaCoCo XML: coverage of lines and branches",
        recognises: jacoco::recognises,
        read: jacoco::read,
    },
    FormatInfo {
        name: "checkstyle",
        summary: "Checkstyle XML: issues of a static analysis",
        recognises: checkstyle::recognises,
        read: checkstyle::read,
    },
    FormatInfo {
        name: "eslint",
        summary: "ESLint's `json` format: issues of a static analysis",
        recognises: eslint::recognises,
        read: eslint::read,
    },
    FormatInfo {
        name: "trivy",
        summary: "Trivy JSON: vulnerabilities, misconfigurations, secrets and packages",
        recognises: trivy::recognises,
        read: trivy::read,
    },
    FormatInfo {
        name: "axe",
        summary: "axe-core JSON: barriers for people on a page",
        recognises: axe::recognises,
        read: axe::read,
    },
    FormatInfo {
        name: "lighthouse",
        summary: "Lighthouse JSON: scores and timings of a page",
        recognises: lighthouse::recognises,
        read: lighthouse::read,
    },
    FormatInfo {
        name: "k6",
        summary: "k6 summary JSON: numbers and thresholds of a load test",
        recognises: k6::recognises,
        read: k6::read,
    },
    FormatInfo {
        name: "ab",
        summary: "ApacheBench's output: numbers of a load test",
        recognises: ab::recognises,
        read: ab::read,
    },
    FormatInfo {
        name: "gitlab-codequality",
        summary: "GitLab code quality JSON: issues of a static analysis",
        recognises: gitlab_codequality::recognises,
        read: gitlab_codequality::read,
    },
    FormatInfo {
        name: "gitlab-sast",
        summary: "GitLab security report JSON: issues of a static analysis or of a search for secrets",
        recognises: gitlab_sast::recognises,
        read: gitlab_sast::read,
    },
    FormatInfo {
        name: "github-reviews",
        summary: "GitHub's list of the reviews of a pull request: who approved it, and who asks for changes",
        recognises: github_reviews::recognises,
        read: github_reviews::read,
    },
    FormatInfo {
        name: "gitlab-approvals",
        summary: "GitLab's approvals of a merge request: who approved it, and how many are missing",
        recognises: gitlab_approvals::recognises,
        read: gitlab_approvals::read,
    },
    FormatInfo {
        name: "sonarqube",
        summary: "SonarQube quality gate JSON: its conditions and their values",
        recognises: sonarqube::recognises,
        read: sonarqube::read,
    },
    FormatInfo {
        name: "grype",
        summary: "Grype JSON: vulnerabilities",
        recognises: grype::recognises,
        read: grype::read,
    },
    FormatInfo {
        name: "openvex",
        summary: "OpenVEX JSON: which vulnerabilities reach a product, and who says so",
        recognises: openvex::recognises,
        read: openvex::read,
    },
    FormatInfo {
        name: "cyclonedx",
        summary: "CycloneDX JSON: components, vulnerabilities and who says which of them reach the product",
        recognises: cyclonedx::recognises,
        read: cyclonedx::read,
    },
    FormatInfo {
        name: "spdx",
        summary: "SPDX 2.2 and 2.3 JSON: packages and their licences",
        recognises: spdx::recognises,
        read: spdx::read,
    },
    FormatInfo {
        name: "gotest",
        summary: "`go test -json`: test cases",
        recognises: gotest::recognises,
        read: gotest::read,
    },
    FormatInfo {
        name: "measurements",
        summary: "tidegate/measurements/v1 (JSON): numbers with units",
        recognises: measurements::recognises,
        read: measurements::read,
    },
    FormatInfo {
        name: "statements",
        summary: "tidegate/statements/v1 (JSON): what a person or a system vouches for",
        recognises: statements::recognises,
        read: statements::read,
    },
    FormatInfo {
        name: "facts",
        summary: "tidegate/facts/v1 (JSON): names and values",
        recognises: facts::recognises,
        read: facts::read,
    },
    FormatInfo {
        name: dsse::NAME,
        summary: "DSSE envelope or sigstore bundle: any of these, signed",
        recognises: dsse::recognises,
        read: dsse::read,
    },
    FormatInfo {
        name: in_toto::NAME,
        summary: "in-toto Statement: provenance, test results, or any JSON format as its predicate",
        recognises: in_toto::recognises,
        read: in_toto::read,
    },
    FormatInfo {
        name: "probe",
        summary: "tidegate/probe/v1 (JSON): what addresses answered, as `tidegate probe` writes it",
        recognises: probe::recognises,
        read: probe::read,
    },
    FormatInfo {
        name: OPAQUE,
        summary: "any bytes, for plugins that read a format of their own; only when named",
        recognises: |_| false,
        read: opaque::read,
    },
];

/// All formats.
#[must_use]
pub fn formats() -> &'static [FormatInfo] {
    TABLE
}

/// The format of this name.
pub(crate) fn named(name: &str) -> Result<&'static FormatInfo, ReadError> {
    TABLE.iter().find(|format| format.name == name).ok_or_else(|| {
        let problem = Problem::UnknownName { named: text::quoted(name), known: names(|_| true) };
        ReadError { format: None, place: Place::Document, problem }
    })
}

/// The names of some formats, in a row.
pub(crate) fn names(wanted: impl Fn(&FormatInfo) -> bool) -> String {
    let names: Vec<&str> = TABLE.iter().filter(|format| wanted(format)).map(|format| format.name).collect();
    names.join(", ")
}
