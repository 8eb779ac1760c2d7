//! Each field of a filter leaves out what it says, and nothing else.

use super::{ExceptUnder, Exploited, Fixable, IssueFilter, Names, NotAffected, Suppressed, VulnerabilityFilter};
use std::sync::Arc;
use tidegate_core::{
    evidence::{Issue, IssueLocation, Suppression},
    finding::Severity,
    time::Timestamp,
    vulnerability::{Exploitability, Vulnerability},
};

fn texts(entries: &[&str]) -> Vec<String> {
    entries.iter().map(|&entry| entry.to_owned()).collect()
}

fn all_issues() -> IssueFilter {
    IssueFilter {
        at_least: Severity::Info,
        suppressed: Suppressed::Counted,
        score_at_least: None,
        only: Names::default(),
        except: Names::default(),
        except_under: ExceptUnder::default(),
    }
}

fn issue() -> Issue {
    Issue {
        rule: "js/unused".into(),
        severity: Severity::Medium,
        message: "unused".into(),
        location: Some(IssueLocation { uri: "gen/a.rs".into(), line: Some(3) }),
        fingerprint: "f".into(),
        score: Some(4.0),
        suppression: Suppression::None,
        tags: Arc::new(["style".into()]),
    }
}

#[test]
fn severity_is_a_lower_bound() {
    for (at_least, wanted) in [(Severity::Low, true), (Severity::Medium, true), (Severity::High, false)] {
        assert_eq!(IssueFilter { at_least, ..all_issues() }.wants(&issue()), wanted, "{at_least:?}");
    }
}

#[test]
fn suppressed_issues_count_only_when_asked_for() {
    let suppressed = Issue { suppression: Suppression::Trusted, ..issue() };
    let claimed = Issue { suppression: Suppression::Claimed, ..issue() };
    assert!(IssueFilter { suppressed: Suppressed::LeftOut, ..all_issues() }.wants(&claimed));
    assert!(all_issues().wants(&suppressed));
    assert!(!IssueFilter { suppressed: Suppressed::LeftOut, ..all_issues() }.wants(&suppressed));
    assert!(IssueFilter { suppressed: Suppressed::LeftOut, ..all_issues() }.wants(&issue()));
}

#[test]
fn a_score_is_a_lower_bound_for_those_that_have_one() {
    let unscored = Issue { score: None, ..issue() };
    for (least, scored, without) in
        [(None, true, true), (Some(0.0), true, false), (Some(4.0), true, false), (Some(4.1), false, false)]
    {
        let filter = IssueFilter { score_at_least: least, ..all_issues() };
        assert_eq!((filter.wants(&issue()), filter.wants(&unscored)), (scored, without), "{least:?}");
    }
}

#[test]
fn only_what_is_named_is_kept() {
    for (entries, wanted) in [(&[][..], true), (&["js/unused"], true), (&["sty*"], true), (&["css"], false)] {
        let filter = IssueFilter { only: Names::new(texts(entries)), ..all_issues() };
        assert_eq!(filter.wants(&issue()), wanted, "{entries:?}");
    }
}

#[test]
fn rules_and_tags_are_left_out_whole_or_by_prefix() {
    for (entries, wanted) in [
        (&["js/unused"][..], false),
        (&["style"], false),
        (&["js/*"], false),
        (&["sty*"], false),
        (&["*"], false),
        (&["js/"], true),
        (&["js/unused/more"], true),
        (&["JS/UNUSED"], true),
        (&["*unused"], true),
        (&[""], true),
        (&["z", "a", "js/unused", "m"], false),
    ] {
        let filter = IssueFilter { except: Names::new(texts(entries)), ..all_issues() };
        assert_eq!(filter.wants(&issue()), wanted, "{entries:?}");
    }
}

#[test]
fn directories_are_left_out_whole() {
    for (entries, wanted) in [
        (&["gen"][..], false),
        (&["gen/"], false),
        (&["gen/a.rs"], false),
        (&["ge"], true),
        (&["gen/a"], true),
        (&["gen/a.rs/b"], true),
        (&[""], true),
        (&["/"], true),
        (&["other", "gen"], false),
    ] {
        let filter = IssueFilter { except_under: ExceptUnder::new(texts(entries)), ..all_issues() };
        assert_eq!(filter.wants(&issue()), wanted, "{entries:?}");
    }
    let nowhere = Issue { location: None, ..issue() };
    assert!(IssueFilter { except_under: ExceptUnder::new(texts(&["gen"])), ..all_issues() }.wants(&nowhere));
}

fn all_vulnerabilities() -> VulnerabilityFilter {
    VulnerabilityFilter {
        at_least: Severity::Info,
        fixable: Fixable::OrNot,
        not_affected: NotAffected::Counted,
        exploited: Exploited::OrNot,
        epss_at_least: None,
        published_before: None,
        except: Names::default(),
    }
}

fn vulnerability() -> Vulnerability {
    Vulnerability {
        id: "CVE-2026-1".into(),
        aliases: Arc::new(["GHSA-1".into()]),
        severity: Severity::High,
        cvss: None,
        epss: None,
        published: Some(Timestamp::from_nanos(100)),
        package: "left-pad".into(),
        purl: None,
        installed: "1".into(),
        fixed: None,
        exploitability: Exploitability::NotAffected,
    }
}

#[test]
fn what_cannot_be_fixed_or_does_not_matter_is_left_out_when_asked() {
    let wants = |filter: VulnerabilityFilter| filter.wants(&vulnerability());
    assert!(wants(all_vulnerabilities()));
    assert!(!wants(VulnerabilityFilter { at_least: Severity::Critical, ..all_vulnerabilities() }));
    assert!(!wants(VulnerabilityFilter { fixable: Fixable::Only, ..all_vulnerabilities() }));
    assert!(!wants(VulnerabilityFilter { not_affected: NotAffected::LeftOut, ..all_vulnerabilities() }));
    assert!(!wants(VulnerabilityFilter { except: Names::new(texts(&["GHSA-*"])), ..all_vulnerabilities() }));
    assert!(!wants(VulnerabilityFilter { except: Names::new(texts(&["CVE-2026-1"])), ..all_vulnerabilities() }));
}

#[test]
fn what_is_exploited_or_probably_will_be_is_told_apart() {
    let exploited = VulnerabilityFilter { exploited: Exploited::Only, ..all_vulnerabilities() };
    let known = Vulnerability { exploitability: Exploitability::KnownExploited, ..vulnerability() };
    assert!(exploited.wants(&known) && !exploited.wants(&vulnerability()));
    let probable = VulnerabilityFilter { epss_at_least: Some(0.5), ..all_vulnerabilities() };
    for (epss, wanted) in
        [(None, false), (Some(0.49), false), (Some(0.5), true), (Some(0.51), true), (Some(f64::NAN), true)]
    {
        assert_eq!(probable.wants(&Vulnerability { epss, ..vulnerability() }), wanted, "{epss:?}");
    }
}

#[test]
fn leeway_is_for_those_known_to_be_new() {
    let before =
        |nanos| VulnerabilityFilter { published_before: Some(Timestamp::from_nanos(nanos)), ..all_vulnerabilities() };
    assert!(!before(100).wants(&vulnerability()), "published at that very moment is not before it");
    assert!(before(101).wants(&vulnerability()));
    assert!(before(0).wants(&Vulnerability { published: None, ..vulnerability() }), "nobody knows: it counts");
}
