//! What is asked: a deployment with findings in SARIF and tests as `go test -json` writes them, both of which serde_json can parse.

use super::asker::{MARK, Request};
use serde_json::json;
use std::fmt::Write as _;
use tidegate_core::digest::Digest;

/// How much evidence there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) findings: u32,
    pub(crate) tests: u32,
}

/// 500 findings and 200 tests.
pub(crate) const MIDDLE: Size = Size { name: "150 KB", findings: 500, tests: 200 };
pub(crate) const SIZES: [Size; 3] =
    [Size { name: "5 KB", findings: 15, tests: 6 }, MIDDLE, Size { name: "5 MB", findings: 17_000, tests: 6_800 }];

/// A document under the name of its evidence.
pub(crate) struct Document {
    pub(crate) name: &'static str,
    pub(crate) text: String,
}

impl Document {
    /// One of the many, which is handed in beforehand.
    pub(crate) fn kept(&self) -> String {
        self.text.replace(MARK, &"0".repeat(MARK.len()))
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.kept().as_bytes())
    }
}

impl Size {
    pub(crate) fn documents(self) -> [Document; 2] {
        [Document { name: "issues", text: sarif(self.findings) }, Document { name: "tests", text: tests(self.tests) }]
    }
}

/// The first of each document is another one each time it is asked.
fn numbered(n: u32) -> String {
    if n == 0 { MARK.to_owned() } else { n.to_string() }
}

fn sarif(findings: u32) -> String {
    let result = |n: u32| {
        json!({
            "ruleId": format!("rust/some-rule-{}", n % 40),
            // Two of them are too many for the policy.
            "level": if n == 3 || n == 7 { "error" } else { "note" },
            "message": { "text": format!("call {} may fail in a way that nobody looks at", numbered(n)) },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": format!("src/module_{}/file_{}.rs", n % 7, n % 31) },
                "region": { "startLine": n + 1 },
            } }],
        })
    };
    json!({
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "bench", "rules": [] } },
            "invocations": [{ "executionSuccessful": true }],
            "results": (0..findings).map(result).collect::<Vec<_>>(),
        }],
    })
    .to_string()
}

fn tests(tests: u32) -> String {
    let mut text = String::new();
    for n in 0..tests {
        let package = format!("example.com/module_{}", n % 10);
        for action in ["run", "pass"] {
            let event = json!({ "Time": "2026-11-18T11:06:40Z", "Action": action, "Package": package, "Test": format!("TestClaim{}", numbered(n)), "Elapsed": 0.01 });
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{event}");
        }
    }
    for n in 0..tests.min(10) {
        let event = json!({ "Time": "2026-11-18T11:06:40Z", "Action": "pass", "Package": format!("example.com/module_{n}"), "Elapsed": 0.1 });
        let _ = writeln!(text, "{event}");
    }
    text
}

/// The environment whose policy set has so many stages.
pub(crate) fn environment(stages: u32) -> String {
    format!("stages-{stages}")
}

fn deployment(stages: u32) -> serde_json::Value {
    json!({ "environment": environment(stages), "services": [{ "name": "api", "version": "1.4.2" }] })
}

/// The question with its documents, as a form.
pub(crate) fn body(documents: &[Document], stages: u32) -> Request {
    let part = |name: &str, file: &str, text: &str| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n")
    };
    let mut form = part("deployment", "", &deployment(stages).to_string());
    for Document { name, text } in documents {
        form.push_str(&part(name, "; filename=\"f\"", text));
    }
    form.push_str("--x--\r\n");
    Request::new("POST", "/v1/decisions", "multipart/form-data; boundary=x", form.as_bytes())
}

/// The question with the digests of documents that the gate has.
pub(crate) fn cited(documents: &[Document], stages: u32) -> Request {
    let cited = |document: &Document| json!({ "name": document.name, "digest": document.digest().to_string() });
    let evidence: Vec<_> = documents.iter().map(cited).collect();
    let question = json!({ "deployment": deployment(stages), "evidence": evidence });
    Request::new("POST", "/v1/decisions", "application/json", question.to_string().as_bytes())
}
