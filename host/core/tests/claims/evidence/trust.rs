//! Whose word counts for what a document declares harmless, and what an empty document is worth.

use super::{check, refused_before_the_plugin};
use crate::support::{
    document::document,
    names::{NANOSECOND, ago, ahead, artifact_of, now, service},
    stage::{Needs, needs, stage},
    world::{World, api, result},
};
use rstest::rstest;
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    deployment::Deployment,
    evidence::{Completeness, Content, Evidence, Issue, ScanReport, Suppression},
    finding::Severity,
    policy::Vouched,
    signer::Window,
    time::Timestamp,
    trust::applied,
    vex::{VexProduct, VexReport, VexStatement, VexStatus},
    vulnerability::{Exploitability, Vulnerability, VulnerabilityReport},
};

const PURL: &str = "pkg:cargo/openssl@1.0.0";

fn scan() -> Evidence {
    let found = Vulnerability {
        id: "CVE-1".into(),
        aliases: Arc::new(["GHSA-1".into()]),
        severity: Severity::Critical,
        cvss: None,
        epss: None,
        published: None,
        package: "openssl".into(),
        purl: Some(PURL.into()),
        installed: "1.0.0".into(),
        fixed: None,
        exploitability: Exploitability::Unknown,
    };
    let report = VulnerabilityReport { vulnerabilities: vec![found], ..VulnerabilityReport::default() };
    document("scan").holds(Content::Vulnerabilities(Arc::new(report))).build()
}

fn said(status: VexStatus, vulnerability: &str, product: &str, parts: &[&str], hours_ago: u64) -> Content {
    let statement = VexStatement {
        vulnerabilities: vec![vulnerability.into()],
        products: vec![VexProduct { id: product.into(), parts: parts.iter().map(|part| Arc::from(*part)).collect() }],
        status,
        justification: "not reachable".into(),
        at: Some(ago(Duration::from_secs(3600 * hours_ago))),
    };
    Content::Vex(Arc::new(VexReport { statements: vec![statement] }))
}

fn deployment() -> Deployment {
    Deployment::new(api().deployment).unwrap()
}

/// What the plugin sees of the one vulnerability: its reach, and who was heard and whether they counted.
fn seen(vex: Needs, documents: Vec<Evidence>) -> (Exploitability, Vec<(String, bool)>) {
    let stage = stage("security").needs(needs("scan")).needs(vex).build();
    let seen = applied(&stage, &deployment(), None, documents, now());
    let reports: Vec<_> = seen
        .iter()
        .flat_map(|item| &item.document.contents)
        .filter_map(|content| if let Content::Vulnerabilities(report) = content { Some(report) } else { None })
        .collect();
    assert_eq!(reports.len(), 1);
    let report = reports[0];
    let heard = report.claims.iter().map(|claim| (claim.by.to_string(), claim.counts)).collect();
    (report.vulnerabilities[0].exploitability, heard)
}

#[rstest]
#[case::a_stranger(needs("vex").trusting(&["security"], &[]), Some("stranger"), Exploitability::Unknown, false)]
#[case::a_listed_signer(needs("vex").trusting(&["security"], &[]), Some("security"), Exploitability::NotAffected, true)]
#[case::nobody(needs("vex").trusting(&["security"], &[]), None, Exploitability::Unknown, false)]
#[case::a_listed_author_of_another_document(needs("vex").trusting(&[], &["team"]), None, Exploitability::Unknown, false)]
#[case::a_listed_author_of_what_may_be_left_out(
    needs("vex").optional().trusting(&[], &["team"]), None, Exploitability::Unknown, false
)]
#[case::no_trust_at_all(needs("vex"), Some("security"), Exploitability::Unknown, false)]
fn a_vex_statement_counts_from_whom_the_stage_lists(
    #[case] vex: Needs,
    #[case] signer: Option<&str>,
    #[case] reach: Exploitability,
    #[case] counts: bool,
) {
    let document = document("vex").by_author("team").holds(said(VexStatus::NotAffected, "GHSA-1", PURL, &[], 1));
    let document = signer.map_or(document.clone().unsigned(), |signer| document.signed_by(signer));
    let by = signer.unwrap_or("team").to_owned();
    assert_eq!(seen(vex, vec![scan(), document.build()]), (reach, vec![(by, counts)]));
}

/// What is said of one service's bytes excuses nothing in another's.
#[test]
fn a_word_about_one_services_artifact_reaches_no_other_service() {
    let mut request = api().service("billing").deployment;
    request.services.sort_by(|a, b| a.name.cmp(&b.name));
    let deployment = Deployment::new(request).unwrap();
    let about = artifact_of("billing").to_string();
    let vex =
        document("vex").signed_by("security").holds(said(VexStatus::NotAffected, "CVE-1", &about, &[], 1)).build();
    let stage = stage("security").needs(needs("scan")).needs(needs("vex").trusting(&["security"], &[])).build();
    for (name, reach) in [("billing", Exploitability::NotAffected), ("api", Exploitability::Unknown)] {
        let judged = service(name);
        let seen = applied(&stage, &deployment, Some(&judged), vec![scan(), vex.clone()], now());
        let Content::Vulnerabilities(report) = seen[0].document.contents.last().unwrap() else { panic!("a scan") };
        assert_eq!(report.vulnerabilities[0].exploitability, reach, "{name}");
    }
}

/// More is said of one vulnerability than anybody can look at: it excuses nothing, and costs no more than what is looked at.
#[test]
fn a_crowd_of_words_excuses_nothing_and_strangers_crowd_out_nobody() {
    let stage = stage("security").needs(needs("scan")).needs(needs("vex").trusting(&["security"], &[])).build();
    let crowd = |count: u64, signer: &str| -> Vec<Evidence> {
        let one = |n| {
            let content = said(VexStatus::NotAffected, "CVE-1", PURL, &[], n);
            document("vex").bytes(&format!("{signer} {n}")).signed_by(signer).holds(content).build()
        };
        (0..count).map(one).collect()
    };
    let reach = |documents: Vec<Evidence>| {
        let documents = std::iter::once(scan()).chain(documents).collect();
        let seen = applied(&stage, &deployment(), None, documents, now());
        let Content::Vulnerabilities(report) = seen[0].document.contents.last().unwrap() else { panic!("a scan") };
        (report.vulnerabilities[0].exploitability, report.claims.len())
    };
    assert_eq!(reach(crowd(256, "security")).0, Exploitability::NotAffected);
    assert_eq!(reach(crowd(257, "security")).0, Exploitability::Unknown);
    // One statement that names a crowd is one, too.
    let naming = |products: usize| {
        let Content::Vex(report) = said(VexStatus::NotAffected, "CVE-1", PURL, &[], 1) else { panic!("a statement") };
        let mut statement = report.statements[0].clone();
        let other = VexProduct { id: "pkg:cargo/other@1.0.0".into(), parts: Vec::new() };
        statement.products.resize(products, other);
        let content = Content::Vex(Arc::new(VexReport { statements: vec![statement] }));
        reach(vec![document("vex").signed_by("security").holds(content).build()]).0
    };
    assert_eq!((naming(999), naming(1_000)), (Exploitability::NotAffected, Exploitability::Unknown));
    let beside = [crowd(1_000, "stranger"), crowd(1, "security")].concat();
    let (found, claims) = reach(beside);
    assert_eq!(found, Exploitability::NotAffected);
    assert!(claims <= 300, "{claims} claims");
}

/// A name that anybody can write: it speaks for the document that it stands in.
#[test]
fn an_unsigned_authors_word_reaches_as_far_as_their_own_document() {
    let vex = || said(VexStatus::NotAffected, "CVE-1", PURL, &[], 1);
    let Content::Vulnerabilities(rows) = scan().document.contents[0].clone() else { panic!("a scan") };
    let both = document("scan").by_author("team").unsigned().holds(Content::Vulnerabilities(rows)).holds(vex()).build();
    let stage = stage("security").needs(needs("scan").trusting(&[], &["team"])).build();
    let further = document("scan").bytes("added by anybody").by_author("team").unsigned().holds(vex()).build();
    let reach = |documents: Vec<Evidence>| {
        let seen = applied(&stage, &deployment(), None, documents, now());
        let contents = seen.iter().flat_map(|item| &item.document.contents);
        let reports = contents.filter_map(|one| if let Content::Vulnerabilities(it) = one { Some(it) } else { None });
        reports.map(|report| report.vulnerabilities[0].exploitability).collect::<Vec<_>>()
    };
    assert_eq!(reach(vec![both.clone()]), [Exploitability::NotAffected]);
    assert_eq!(reach(vec![scan(), further.clone()]), [Exploitability::Unknown]);
    assert_eq!(reach(vec![scan(), both]), [Exploitability::Unknown, Exploitability::NotAffected]);
}

#[rstest]
#[case::another_vulnerability(said(VexStatus::NotAffected, "CVE-2", PURL, &[], 1), None)]
#[case::another_version(said(VexStatus::NotAffected, "CVE-1", "pkg:cargo/openssl@2.0.0", &[], 1), None)]
#[case::every_version(said(VexStatus::NotAffected, "CVE-1", "pkg:cargo/openssl", &[], 1), Some(Exploitability::NotAffected))]
#[case::a_part_of_something_else(said(VexStatus::NotAffected, "CVE-1", "pkg:oci/other", &[PURL], 1), None)]
#[case::fixed(said(VexStatus::Fixed, "CVE-1", PURL, &[], 1), Some(Exploitability::NotAffected))]
#[case::affected(said(VexStatus::Affected, "CVE-1", PURL, &[], 1), Some(Exploitability::Affected))]
fn a_vex_statement_changes_what_it_speaks_of(#[case] content: Content, #[case] reach: Option<Exploitability>) {
    let vex = document("vex").signed_by("security").holds(content).build();
    let (found, claims) = seen(needs("vex").trusting(&["security"], &[]), vec![scan(), vex]);
    assert_eq!((found, claims.is_empty()), (reach.unwrap_or(Exploitability::Unknown), reach.is_none()));
}

#[test]
fn the_last_word_counts_and_of_two_at_once_the_worse() {
    let vex = |status, hours| {
        let content = said(status, "CVE-1", PURL, &[], hours);
        document("vex").bytes(&format!("{status:?} {hours}")).signed_by("security").holds(content).build()
    };
    let trusted = || needs("vex").trusting(&["security"], &[]);
    let (clear, bad) = (VexStatus::NotAffected, VexStatus::Affected);
    for (documents, reach) in [
        (vec![vex(clear, 2), vex(bad, 1)], Exploitability::Affected),
        (vec![vex(bad, 2), vex(clear, 1)], Exploitability::NotAffected),
        (vec![vex(bad, 1), vex(clear, 1)], Exploitability::Affected),
        (vec![vex(clear, 1), vex(bad, 1)], Exploitability::Affected),
    ] {
        let documents = std::iter::once(scan()).chain(documents).collect();
        assert_eq!(seen(trusted(), documents).0, reach);
    }
}

#[test]
fn a_word_without_a_time_counts_where_it_is_worse() {
    let vex = |status, dated: bool| {
        let Content::Vex(report) = said(status, "CVE-1", PURL, &[], 1) else { panic!("a statement") };
        let mut statement = report.statements[0].clone();
        statement.at = statement.at.filter(|_| dated);
        let content = Content::Vex(Arc::new(VexReport { statements: vec![statement] }));
        document("vex").bytes(&format!("{status:?} {dated}")).signed_by("security").holds(content).build()
    };
    let (clear, bad) = (VexStatus::NotAffected, VexStatus::Affected);
    for (documents, reach) in [
        (vec![vex(clear, true), vex(bad, false)], Exploitability::Affected),
        (vec![vex(bad, true), vex(clear, false)], Exploitability::Affected),
        (vec![vex(clear, false)], Exploitability::NotAffected),
    ] {
        let documents = std::iter::once(scan()).chain(documents).collect();
        assert_eq!(seen(needs("vex").trusting(&["security"], &[]), documents).0, reach);
    }
}

#[rstest]
#[case::listed(&["linter"], &[], None, Suppression::Trusted)]
#[case::a_listed_signer(&[], &["team"], Some("team"), Suppression::Trusted)]
#[case::unlisted(&[], &[], None, Suppression::Claimed)]
#[case::another_signer(&[], &["team"], Some("other"), Suppression::Claimed)]
fn a_suppression_counts_from_whom_the_stage_lists(
    #[case] authors: &[&str],
    #[case] signers: &[&str],
    #[case] signer: Option<&str>,
    #[case] expected: Suppression,
) {
    let issue = |suppression| Issue {
        rule: "r".into(),
        severity: Severity::High,
        message: "m".into(),
        location: None,
        fingerprint: "f".into(),
        score: None,
        suppression,
        tags: Arc::new([]),
    };
    let issues = vec![issue(Suppression::Claimed), issue(Suppression::None)];
    let report = ScanReport { issues, ..ScanReport::default() };
    let document = document("lint").by_author("linter").holds(Content::Scan(Arc::new(report)));
    let document = signer.map_or(document.clone(), |signer| document.signed_by(signer));
    let stage = stage("lint").needs(needs("lint").trusting(signers, authors)).build();
    let seen = applied(&stage, &deployment(), None, vec![document.build()], now());
    let [Content::Scan(scan)] = seen[0].document.contents.as_slice() else { panic!("one scan") };
    assert_eq!(scan.issues.iter().map(|issue| issue.suppression).collect::<Vec<_>>(), [expected, Suppression::None]);
}

#[test]
fn an_empty_document_is_clean_only_where_the_stage_says_so() {
    let world = |stage| -> World { api().stage(stage).hand_in(document("unit_tests").passed(1).empty("no rule ran")) };
    let needed = || stage("tests").needs(needs("unit_tests"));
    check(&world(needed()), &["evidence.incomplete"]);
    check(&world(needed().empty_is_clean()), &[]);
    let unfinished = api().stage(needed().empty_is_clean()).hand_in(document("unit_tests").passed(1).unfinished("cut"));
    check(&unfinished, &["evidence.incomplete"]);
}

#[test]
fn a_plugin_sees_what_counts_as_clean_as_complete() {
    let stage = stage("tests").needs(needs("unit_tests")).empty_is_clean().build();
    let seen = applied(&stage, &deployment(), None, vec![document("unit_tests").empty("no rule ran").build()], now());
    assert_eq!(seen[0].document.completeness, Completeness::Complete);
}

fn window(not_before: Option<Timestamp>, not_after: Option<Timestamp>) -> Window {
    Window { not_before, not_after }
}

#[rstest]
#[case::always(window(None, None), true)]
#[case::up_to_this_very_moment(window(Some(now()), Some(now())), true)]
#[case::expired(window(None, Some(ago(NANOSECOND))), false)]
#[case::not_yet(window(Some(ahead(NANOSECOND)), None), false)]
fn a_key_vouches_only_in_its_time(#[case] window: Window, #[case] counts: bool) {
    let content = said(VexStatus::NotAffected, "CVE-1", PURL, &[], 1);
    let vex = document("vex").signed_within(&[("security", window)]).holds(content).build();
    let reach = if counts { Exploitability::NotAffected } else { Exploitability::Unknown };
    assert_eq!(seen(needs("vex").trusting(&["security"], &[]), vec![scan(), vex]).0, reach);

    let report = document("tests").passed(1).signed_within(&[("security", window)]);
    let world = api().stage(stage("tests").needs(needs("tests").vouched(Vouched::Signature))).hand_in(report);
    check(&world, if counts { &[] } else { &["evidence.unvouched"] });
}

#[test]
fn what_an_expired_key_signed_is_refused_with_signer_and_time() {
    let expired = document("tests").signed_within(&[("security", window(None, Some(ago(Duration::from_secs(60)))))]);
    let world = api().stage(stage("tests").needs(needs("tests").vouched(Vouched::Signature))).hand_in(expired);
    refused_before_the_plugin(&world, &["evidence.unvouched"]);
    let decision = world.decide();
    let message = &result(&decision, "tests").evaluations[0].findings[0].finding.message;
    assert!(message.contains("`security` signed it with key"), "{message}");
    assert!(message.contains("which counted until 2026-03-31T14:29:00Z"), "{message}");
}

#[test]
fn of_several_signers_one_that_the_stage_lists_is_heard() {
    let always = window(None, None);
    let content = || said(VexStatus::NotAffected, "CVE-1", PURL, &[], 1);
    let by = [("build", always), ("security", always)];
    let vex = || document("vex").signed_within(&by).holds(content()).build();
    for (listed, reach, voice) in [
        ("security", Exploitability::NotAffected, "security"),
        ("build", Exploitability::NotAffected, "build"),
        ("other", Exploitability::Unknown, "build"),
    ] {
        let (found, heard) = seen(needs("vex").trusting(&[listed], &[]), vec![scan(), vex()]);
        assert_eq!((found, heard[0].0.as_str()), (reach, voice), "{listed}");
    }
}
