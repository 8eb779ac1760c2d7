//! Certificates, headers and answers of endpoints.

use crate::world::{DAY, NOW, Rules, doc, fact, hold, judged, probed};
use tidegate_sdk::{
    deployment::Timestamp,
    evidence::small::{Fact, Value},
    finding::Severity::{Critical, High},
    fixture::DocumentFixture,
    report::Outcome::{Fail, Inconclusive, Pass},
};

const MISSING: Rules = &["evidence.missing"];
const API: &str = "https://api.dotmac.framework/health";
const ADMIN: &str = "https://admin.dotmac.framework/api/health";

fn ends(subject: &str, at: Timestamp) -> Fact {
    fact(subject, "certificate.not_after", Value::Time(at))
}

fn trusted(subject: &str, trusted: bool) -> Fact {
    fact(subject, "certificate.trusted", Value::Flag(trusted))
}

/// A trusted one.
fn certificate(subject: &str, at: Timestamp) -> [Fact; 2] {
    [ends(subject, at), trusted(subject, true)]
}

fn text(subject: &str, name: &str, value: &str) -> Fact {
    fact(subject, name, Value::Text(value.to_owned()))
}

fn status(subject: &str, code: f64) -> Fact {
    fact(subject, "http.status", Value::Number(code))
}

fn unreached(subject: &str) -> Fact {
    text(subject, "probe.error", "connection refused")
}

fn three(subject: &str) -> Vec<Fact> {
    vec![
        text(subject, "header.strict-transport-security", "max-age=31536000"),
        text(subject, "header.content-security-policy", "default-src 'self'"),
        text(subject, "header.x-frame-options", "DENY"),
    ]
}

#[test]
fn exactly_thirty_days_left_are_too_few() {
    let rule: Rules = &["certificates.validity"];
    let month = r#"{"certificates": {}}"#;
    let one = |at: Timestamp| vec![probed(certificate(API, at))];
    let two =
        |other: &str| probed(certificate(API, NOW + 90 * DAY).into_iter().chain(certificate(other, NOW + 9 * DAY)));
    hold(vec![
        (month, one(NOW + 30 * DAY + 1), Pass, &[], &[]),
        (month, one(NOW + 30 * DAY), Fail, rule, &[]),
        (month, one(NOW), Fail, rule, &[]),
        (month, one(0), Fail, rule, &[]),
        (r#"{"certificates": {"min_days_left": 0}}"#, one(NOW + 1), Pass, &[], &[]),
        (r#"{"certificates": {"min_days_left": 0}}"#, one(NOW), Fail, rule, &[]),
        (month, vec![two(ADMIN)], Fail, rule, &[]),
        (month, vec![two(API)], Fail, rule, &[]),
        (month, vec![], Inconclusive, &[], MISSING),
        (month, vec![doc()], Inconclusive, &[], MISSING),
        (month, vec![probed([status(API, 200.0)])], Inconclusive, &[], MISSING),
        (month, vec![probed([text(API, "certificate.not_after", "soon")])], Inconclusive, &[], MISSING),
        (month, vec![probed(certificate(API, NOW + 90 * DAY)), probed([unreached(ADMIN)])], Inconclusive, &[], MISSING),
    ]);
    let report = judged(month, one(NOW + 29 * DAY + DAY / 2));
    assert_eq!(
        report.findings[0].message,
        format!("the certificate of {API} is valid for 29 days, more than 30 required")
    );
    assert_eq!((report.findings[0].severity, report.findings[0].subject.as_deref()), (High, Some(API)));
    let remediation = report.findings[0].remediation.as_ref().unwrap();
    assert_eq!(remediation.command.as_deref(), Some("certbot renew --nginx"));
    let expired = judged(month, one(NOW - DAY));
    assert_eq!(expired.findings[0].message, format!("the certificate of {API} expired 1 day ago"));
    assert_eq!(expired.findings[0].severity, Critical);
}

#[test]
fn a_certificate_that_is_not_trusted_fails_unless_that_is_allowed() {
    let with = |trusts: &[bool]| {
        let trusts = trusts.iter().map(|trust| trusted(API, *trust));
        vec![probed([ends(API, NOW + 90 * DAY)].into_iter().chain(trusts))]
    };
    let rule: Rules = &["certificates.trust"];
    hold(vec![
        (r#"{"certificates": {}}"#, with(&[true]), Pass, &[], &[]),
        (r#"{"certificates": {}}"#, with(&[false]), Fail, rule, &[]),
        (r#"{"certificates": {}}"#, with(&[true, false]), Fail, rule, &[]),
        (r#"{"certificates": {"allow_untrusted": true}}"#, with(&[false]), Pass, &[], &[]),
    ]);
}

#[test]
fn a_certificate_of_which_nobody_says_that_it_is_trusted_is_not() {
    let end = || ends(API, NOW + 90 * DAY);
    let strict = r#"{"certificates": {}}"#;
    let lax = r#"{"certificates": {"allow_untrusted": true}}"#;
    let text = || text(API, "certificate.trusted", "true");
    let rule: Rules = &["certificates.validity"];
    hold(vec![
        (strict, vec![probed([end()])], Inconclusive, &[], MISSING),
        (strict, vec![probed([end(), text()])], Inconclusive, &[], MISSING),
        (strict, vec![probed([end(), trusted(ADMIN, true)])], Inconclusive, &[], MISSING),
        // Nor does a word of another document, which may have seen another certificate.
        (strict, vec![probed([end()]), probed([trusted(API, true)])], Inconclusive, &[], MISSING),
        (strict, vec![probed([end()]), probed(certificate(API, NOW + 90 * DAY))], Inconclusive, &[], MISSING),
        (strict, vec![probed([ends(API, NOW)])], Inconclusive, rule, MISSING),
        (lax, vec![probed([end()])], Pass, &[], &[]),
        (lax, vec![probed([end(), text()])], Pass, &[], &[]),
    ]);
    let report = judged(strict, vec![probed([end()])]);
    assert_eq!(report.findings[0].message, format!("whether the certificate of {API} is trusted is not said"));
}

#[test]
fn a_missing_endpoint_is_noticed_by_every_group() {
    let observed = |subjects: &[&str]| -> Vec<DocumentFixture> {
        subjects
            .iter()
            .map(|subject| {
                let facts = certificate(subject, NOW + 90 * DAY).into_iter().chain([status(subject, 200.0)]);
                probed(facts.chain(three(subject)))
            })
            .collect()
    };
    for group in ["certificates", "headers", "endpoints"] {
        let judge = |asked: &str, subjects: &[&str]| {
            judged(&format!(r#"{{"{group}": {{{asked}}}}}"#), observed(subjects)).outcome
        };
        let (both, min) = (format!(r#""expected_subjects": ["{API}", "{ADMIN}"]"#), r#""min_endpoints": 2"#);
        assert_eq!(judge(&both, &[API, ADMIN]), Pass, "{group}");
        assert_eq!(judge(&both, &[API]), Inconclusive, "{group}");
        assert_eq!(judge(min, &[API, ADMIN]), Pass, "{group}");
        assert_eq!(judge(min, &[API]), Inconclusive, "{group}");
        assert_eq!(judge(min, &[API, API]), Inconclusive, "{group}: one endpoint twice is one");
        assert_eq!(judge(r#""expected_subjects": ["https://api.*"]"#, &[API]), Pass, "{group}");
        assert_eq!(judge(r#""expected_subjects": ["https://a.example"]"#, &["https://a.example/"]), Pass, "{group}");
    }
}

#[test]
fn every_endpoint_sends_the_runbooks_headers() {
    let rule: Rules = &["headers.sent"];
    let settings = r#"{"headers": {}}"#;
    let without = |name: &str| {
        let facts = three(API).into_iter().filter(|fact| fact.name != format!("header.{name}"));
        vec![probed(facts)]
    };
    hold(vec![
        (settings, vec![probed(three(API))], Pass, &[], &[]),
        (settings, without("strict-transport-security"), Fail, rule, &[]),
        (settings, without("content-security-policy"), Fail, rule, &[]),
        (settings, without("x-frame-options"), Fail, rule, &[]),
        (settings, vec![probed(three(API)), probed([status(ADMIN, 200.0)])], Fail, rule, &[]),
        (settings, vec![probed(three(API)), probed([unreached(ADMIN)])], Inconclusive, &[], MISSING),
        (settings, vec![probed([ends(API, NOW)])], Inconclusive, &[], MISSING),
        (settings, vec![], Inconclusive, &[], MISSING),
    ]);
    let report = judged(settings, without("x-frame-options"));
    assert_eq!(report.findings[0].message, format!("{API} does not send `x-frame-options`"));
    let score = report.score.unwrap();
    assert_eq!((score.numerator, score.denominator), (2, 3), "each header is a clause");
}

/// Whoever adds a document cannot say away what another one saw missing.
#[test]
fn a_header_that_one_document_saw_missing_is_missing() {
    let bare = || probed([fact(API, "http.status", Value::Number(200.0))]);
    let full = || probed(three(API));
    let settings = r#"{"headers": {}}"#;
    assert_eq!(judged(settings, vec![full()]).outcome, Pass);
    assert_eq!(judged(settings, vec![bare(), full()]).outcome, Fail);
    assert_eq!(judged(settings, vec![full(), bare()]).outcome, Fail);
}

#[test]
fn a_header_has_to_say_what_is_accepted() {
    let rule: Rules = &["headers.sent"];
    let frame = r#"{"headers": {"expected": [{"name": "x-frame-options", "any_of": ["DENY", "SAMEORIGIN"]}]}}"#;
    let hsts = r#"{"headers": {"expected": [{"name": "strict-transport-security"}]}}"#;
    let year = r#"{"headers": {"expected": [{"name": "strict-transport-security"}], "min_hsts_days": 365}}"#;
    let alone = r#"{"headers": {"expected": [{"name": "x-frame-options"}], "min_hsts_days": 1}}"#;
    let sent = |name: &str, values: &[&str]| {
        vec![probed(values.iter().map(|value| text(API, &format!("header.{name}"), value)))]
    };
    let security = |value| sent("strict-transport-security", &[value]);
    hold(vec![
        (frame, sent("x-frame-options", &["deny"]), Pass, &[], &[]),
        (frame, sent("x-frame-options", &["ALLOW-FROM https://evil.example"]), Fail, rule, &[]),
        (frame, sent("x-frame-options", &["DENY", "ALLOWALL"]), Fail, rule, &[]),
        (frame, sent("x-frame-options", &[" "]), Fail, rule, &[]),
        (hsts, security("max-age=1"), Pass, &[], &[]),
        (hsts, security("max-age=0; includeSubDomains"), Fail, rule, &[]),
        (hsts, security("includeSubDomains"), Fail, rule, &[]),
        (year, security("max-age=31536000"), Pass, &[], &[]),
        (year, security("max-age=31535999"), Fail, rule, &[]),
        (alone, sent("x-frame-options", &["DENY"]), Fail, rule, &[]),
        (frame, vec![probed([fact(API, "header.x-frame-options", Value::Flag(true))])], Inconclusive, &[], MISSING),
    ]);
    let report = judged(year, security("max-age=60"));
    let expected =
        format!("{API} sends `strict-transport-security: max-age=60`, a `max-age` of at least 365 days expected");
    assert_eq!(report.findings[0].message, expected);
}

#[test]
fn every_endpoint_answers_as_expected() {
    let rule: Rules = &["endpoints.status"];
    let settings = r#"{"endpoints": {}}"#;
    let both = r#"{"endpoints": {"status": [200, 204]}}"#;
    hold(vec![
        (settings, vec![probed([status(API, 200.0)])], Pass, &[], &[]),
        (settings, vec![probed([status(API, 204.0)])], Fail, rule, &[]),
        (both, vec![probed([status(API, 204.0)])], Pass, &[], &[]),
        (settings, vec![probed([status(API, 200.0), status(ADMIN, 503.0)])], Fail, rule, &[]),
        (settings, vec![probed([status(API, 200.0), status(API, 503.0)])], Fail, rule, &[]),
        (settings, vec![probed([status(API, 200.0), unreached(ADMIN)])], Fail, rule, &[]),
        (settings, vec![probed([text(API, "http.status", "200")])], Inconclusive, &[], MISSING),
        (settings, vec![probed([])], Inconclusive, &[], MISSING),
        (settings, vec![], Inconclusive, &[], MISSING),
    ]);
    let report = judged(settings, vec![probed([status(API, 200.0), status(ADMIN, 503.0)])]);
    assert_eq!(report.findings[0].message, format!("{ADMIN} answers 503; 200 expected"));
    assert_eq!(report.summary, "1 of 2 endpoints answered 200");
    let down = judged(settings, vec![probed([unreached(API)])]);
    assert_eq!(down.findings[0].message, format!("{API} could not be reached: connection refused; 200 expected"));
}
