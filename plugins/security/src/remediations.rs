//! What to do, in the runbook's spirit. Commands are fixed texts: no word of the evidence is ever in one.

use tidegate_sdk::{evidence::vulnerabilities::Vulnerability, finding::Remediation};

/// Commands by the package URL's type.
const UPDATES: [(&str, &str); 10] = [
    ("pkg:npm/", "npm audit fix"),
    ("pkg:pypi/", "pip install --upgrade -r requirements.txt"),
    ("pkg:cargo/", "cargo update"),
    ("pkg:golang/", "go get -u ./... && go mod tidy"),
    ("pkg:maven/", "mvn versions:use-latest-releases"),
    ("pkg:gem/", "bundle update"),
    ("pkg:composer/", "composer update"),
    ("pkg:nuget/", "dotnet list package --vulnerable"),
    ("pkg:deb/", "apt-get update && apt-get upgrade"),
    ("pkg:apk/", "apk upgrade --no-cache"),
];

/// Of a vulnerable package.
pub(crate) fn update(found: &Vulnerability) -> Remediation {
    let remediation = match &found.fixed {
        Some(fixed) => {
            let remediation = Remediation::new(format!("update `{}` to {fixed} or later", found.package));
            match command(found.purl.as_deref().unwrap_or_default()) {
                Some(command) => remediation.command(command),
                None => remediation,
            }
        }
        None => Remediation::new(format!(
            "no version of `{}` is fixed yet: replace it, or state in a signed VEX document why the vulnerability does not reach you",
            found.package
        )),
    };
    match page(&found.id) {
        Some(page) => remediation.doc(page),
        None => remediation,
    }
}

fn command(purl: &str) -> Option<&'static str> {
    UPDATES.into_iter().find(|(beginning, _)| purl.starts_with(beginning)).map(|(_, command)| command)
}

/// Where the vulnerability is described, when its id is one that can stand in an address.
fn page(id: &str) -> Option<String> {
    let is_plain = id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_plain && id.contains('-')).then(|| format!("https://osv.dev/vulnerability/{id}"))
}

/// Of a secret: removing it from the history does not take it back from whoever has read it.
pub(crate) fn rotate() -> Remediation {
    Remediation::new("rotate it first, then remove it from the code and its history")
        .command("git filter-branch --tree-filter 'rm -f config/secrets.yaml' HEAD")
}

/// Of an issue of a static analysis.
pub(crate) fn mend() -> Remediation {
    Remediation::new("mend the code as the tool's rule says").command("gh run view --log | grep -A 10 \"security\"")
}

/// Of a misconfiguration.
pub(crate) fn configure() -> Remediation {
    Remediation::new("change the configuration as the tool's rule says, and scan again")
}

/// Of a component under a licence that is not accepted.
pub(crate) fn replace() -> Remediation {
    Remediation::new("replace the component, or let whoever answers for licences accept it")
}

/// Of a bill of materials that lists too little.
pub(crate) fn list_components() -> Remediation {
    Remediation::new("let the tool look at the built artifact, not at a folder of sources")
}

/// Of a provenance that does not fit.
pub(crate) fn rebuild() -> Remediation {
    Remediation::new("build the artifact again, from the commit to be deployed, where artifacts are to be built")
}

/// Of a certificate that ends.
pub(crate) fn renew() -> Remediation {
    Remediation::new("renew the certificate").command("certbot renew --nginx")
}

/// Of a header that is not sent, or not as it should be.
pub(crate) fn send_header() -> Remediation {
    Remediation::new("configure the load balancer or the service to send it, then look again")
        .command("curl -I URL | grep -E \"(Strict-Transport-Security|Content-Security-Policy|X-Frame-Options)\"")
        .doc("https://owasp.org/www-project-secure-headers/")
}

/// Of an endpoint that answers otherwise than it should.
pub(crate) fn look_at_service() -> Remediation {
    Remediation::new("see why the service does not answer as expected").command("curl -I URL")
}
