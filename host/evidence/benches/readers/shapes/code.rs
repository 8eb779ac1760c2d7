//! Analyses of code.

use super::Shape;

pub(super) const SHAPES: &[Shape] = &[
    Shape {
        format: "sarif",
        head: "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"scan\",\"semanticVersion\":\"1.2.0\",\"rules\":[{\"id\":\"r\",\"defaultConfiguration\":{\"level\":\"error\"},\"properties\":{\"security-severity\":\"7.5\",\"tags\":[\"security\"]}}]}},\"results\":[",
        row: "{\"ruleId\":\"r\",\"ruleIndex\":0,\"level\":\"warning\",\"message\":{\"text\":\"Call § of this function may fail in a way that nobody looks at afterwards.\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"src/module_¤/file.rs\",\"uriBaseId\":\"%SRCROOT%\",\"index\":0},\"region\":{\"startLine\":§,\"startColumn\":5,\"endColumn\":17}}}],\"partialFingerprints\":{\"primaryLocationLineHash\":\"39fa2ee980eb94b0:§\",\"primaryLocationStartColumnFingerprint\":\"4\"}}",
        between: ",\n",
        tail: "]}]}",
    },
    Shape {
        format: "checkstyle",
        head: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"10.3\">\n<file name=\"/src/A.java\">\n",
        row: "<error line=\"§\" column=\"5\" severity=\"warning\" message=\"Parameter number § should be &quot;final&quot;.\" source=\"com.puppycrawl.tools.checkstyle.checks.FinalParametersCheck\"/>\n",
        between: "",
        tail: "</file></checkstyle>\n",
    },
    Shape {
        format: "eslint",
        head: "[",
        row: "{\"filePath\":\"/src/module_¤/a§.js\",\"messages\":[{\"ruleId\":\"no-undef\",\"severity\":2,\"message\":\"'x§' is not defined.\",\"line\":3,\"column\":1,\"nodeType\":\"Identifier\",\"messageId\":\"undef\",\"endLine\":3,\"endColumn\":6}],\"suppressedMessages\":[],\"errorCount\":1,\"fatalErrorCount\":0,\"warningCount\":0,\"fixableErrorCount\":0,\"fixableWarningCount\":0,\"usedDeprecatedRules\":[]}",
        between: ",\n",
        tail: "]",
    },
    Shape {
        format: "gitlab-codequality",
        head: "[",
        row: "{\"description\":\"Function number § has a cognitive complexity of ¤ and should be shorter.\",\"check_name\":\"complexity\",\"fingerprint\":\"0f0f0f0f§\",\"severity\":\"major\",\"location\":{\"path\":\"src/module_¤/a.js\",\"lines\":{\"begin\":§,\"end\":§}},\"categories\":[\"Complexity\"]}",
        between: ",\n",
        tail: "]",
    },
    Shape {
        format: "gitlab-sast",
        head: "{\"version\":\"15.1.4\",\"scan\":{\"type\":\"sast\",\"scanner\":{\"id\":\"semgrep\",\"name\":\"Semgrep\",\"version\":\"1.50.0\"},\"end_time\":\"2026-03-31T14:30:00\",\"status\":\"success\"},\"vulnerabilities\":[",
        row: "{\"id\":\"§\",\"category\":\"sast\",\"name\":\"SQL injection\",\"description\":\"The query number § is built from what a caller sent, and nothing takes the quotes out of it.\",\"severity\":\"High\",\"location\":{\"file\":\"src/module_¤/a.py\",\"start_line\":§,\"end_line\":§},\"identifiers\":[{\"type\":\"semgrep_id\",\"name\":\"sqli\",\"value\":\"py.sqli\"},{\"type\":\"cwe\",\"name\":\"CWE-89\",\"value\":\"89\"}]}",
        between: ",\n",
        tail: "]}",
    },
    Shape {
        format: "sonarqube",
        head: "{\"projectStatus\":{\"status\":\"ERROR\",\"conditions\":[",
        row: "{\"status\":\"ERROR\",\"metricKey\":\"metric_§\",\"comparator\":\"LT\",\"periodIndex\":1,\"errorThreshold\":\"85\",\"actualValue\":\"82.5\"}",
        between: ",\n",
        tail: "]}}",
    },
    Shape {
        format: "github-reviews",
        head: "[",
        row: "{\"id\":§,\"node_id\":\"PRR_§\",\"user\":{\"login\":\"reviewer-§\",\"id\":§,\"type\":\"User\",\"site_admin\":false},\"body\":\"Looked at part ¤ of it.\",\"state\":\"APPROVED\",\"html_url\":\"https://github.com/shop/api/pull/7#pullrequestreview-§\",\"pull_request_url\":\"https://api.github.com/repos/shop/api/pulls/7\",\"author_association\":\"MEMBER\",\"submitted_at\":\"2026-03-31T14:30:00Z\",\"commit_id\":\"4f1c2d3e4f1c2d3e4f1c2d3e4f1c2d3e4f1c2d3e\"}",
        between: ",\n",
        tail: "]",
    },
    Shape {
        format: "gitlab-approvals",
        head: "{\"id\":5,\"iid\":5,\"project_id\":1,\"state\":\"opened\",\"approvals_required\":2,\"approvals_left\":0,\"approved\":true,\"approved_by\":[",
        row: "{\"user\":{\"id\":§,\"name\":\"Reviewer number §\",\"username\":\"reviewer-§\",\"state\":\"active\",\"avatar_url\":null,\"web_url\":\"https://gitlab.example/reviewer-§\"},\"approved_at\":\"2026-03-31T14:30:00.000Z\"}",
        between: ",\n",
        tail: "]}",
    },
];
