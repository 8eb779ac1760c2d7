//! How artifacts came to be.

use crate::world::{ARTIFACT, Rules, asked, cites, doc, hold, judged, provenance};
use security::Security;
use tidegate_sdk::{
    evidence::small::Provenance,
    fixture::{DocumentFixture, evidence},
    gate::Gate as _,
    report::{
        Outcome::{Fail, Inconclusive, Pass},
        Report,
    },
};

const MISSING: Rules = &["evidence.missing"];

fn stated(change: impl FnOnce(&mut Provenance)) -> Vec<DocumentFixture> {
    let mut provenance = provenance();
    change(&mut provenance);
    vec![doc().provenance(provenance).source(|source| {
        source.signer = Some("release-pipeline".to_owned());
        source.subjects = vec![ARTIFACT.to_owned()];
    })]
}

#[test]
fn every_clause_is_kept_or_broken_by_itself() {
    let cases: [(&'static str, &str, &str); 8] = [
        ("builder", r#"{"provenance": {"builders": ["https://github.com/actions/*"]}}"#, "provenance.builder"),
        ("type", r#"{"provenance": {"build_types": ["https://actions.github.io/*"]}}"#, "provenance.build-type"),
        ("repository", r#"{"provenance": {"repositories": ["https://github.com/acme/*"]}}"#, "provenance.repository"),
        ("ref", r#"{"provenance": {"ref_names": ["refs/heads/main"]}}"#, "provenance.ref-name"),
        ("signer", r#"{"provenance": {"signers": ["release-pipeline"]}}"#, "provenance.signer"),
        ("commit", r#"{"provenance": {"same_commit": true}}"#, "provenance.commit"),
        ("repository", r#"{"provenance": {"same_repository": true}}"#, "provenance.repository"),
        ("artifact", r#"{"provenance": {"same_artifact": true}}"#, "provenance.artifact"),
    ];
    let broken = |what: &'static str| {
        let documents = stated(|p| {
            let field = match what {
                "builder" => &mut p.builder,
                "type" => &mut p.build_type,
                "repository" => &mut p.repository,
                "ref" => &mut p.ref_name,
                "commit" => &mut p.commit,
                _ => return,
            };
            *field = "something else".to_owned();
        });
        documents.into_iter().map(move |document| match what {
            "signer" => document.source(|source| source.signer = Some("mallory".to_owned())),
            "artifact" => document.source(|source| source.subjects.clear()),
            _ => document,
        })
    };
    for (what, settings, rule) in cases {
        cites(settings, &judged(settings, stated(|_| {})), Pass, &[], &[]);
        let report = judged(settings, broken(what).collect());
        assert_eq!(report.outcome, Fail, "{settings}");
        assert!(report.findings.iter().all(|finding| finding.rule == rule && finding.decisive), "{settings}");
        // One that fits beside it does not help: each is of something that is deployed.
        if what != "artifact" {
            let both = stated(|_| {}).into_iter().chain(broken(what)).collect();
            assert_eq!(judged(settings, both).outcome, Fail, "{settings}");
        }
        cites(settings, &judged(settings, vec![doc()]), Inconclusive, &[], MISSING);
    }
}

#[test]
fn a_document_without_a_signature_has_no_signer() {
    let settings = r#"{"provenance": {"signers": ["release-pipeline"]}}"#;
    let report = judged(settings, vec![doc().provenance(provenance())]);
    assert_eq!(report.outcome, Fail);
    assert_eq!(report.findings[0].message, "the provenance `security`: not signed; `release-pipeline` expected");
}

#[test]
fn an_unstated_branch_is_not_an_allowed_one() {
    let settings = r#"{"provenance": {"ref_names": ["refs/heads/main"]}}"#;
    hold(vec![(settings, stated(|p| p.ref_name.clear()), Fail, &["provenance.ref-name"], &[])]);
}

#[test]
fn a_deployment_that_does_not_say_what_it_is_cannot_be_compared() {
    let judge = |settings: &str, change: fn(&mut tidegate_sdk::deployment::Deployment)| -> Report {
        let mut request = asked(settings);
        change(&mut request.deployment);
        Security::evaluate(&request, &evidence(stated(|_| {}))).unwrap()
    };
    for key in ["same_commit", "same_repository"] {
        let settings = format!(r#"{{"provenance": {{"{key}": true}}}}"#);
        cites(&settings, &judge(&settings, |deployment| deployment.revision = None), Inconclusive, &[], MISSING);
    }
    let settings = r#"{"provenance": {"same_repository": true}}"#;
    let nameless = judge(settings, |deployment| {
        deployment.revision.iter_mut().for_each(|revision| revision.repository.clear());
    });
    cites(settings, &nameless, Inconclusive, &[], MISSING);
    let settings = r#"{"provenance": {"same_artifact": true}}"#;
    let bare = judge(settings, |deployment| {
        deployment.services.iter_mut().for_each(|service| service.artifact = None);
    });
    cites(settings, &bare, Inconclusive, &[], MISSING);
}

#[test]
fn a_stage_that_is_judged_per_service_looks_at_its_service_alone() {
    let mut request = asked(r#"{"provenance": {"same_artifact": true}}"#);
    let mut other = request.deployment.services[0].clone();
    other.name = "web".to_owned();
    other.artifact.iter_mut().for_each(|artifact| artifact.digest = "sha256:bbbb".to_owned());
    request.deployment.services.push(other);
    let judge = |service: Option<&str>| {
        let request = tidegate_sdk::gate::Request { service: service.map(str::to_owned), ..request.clone() };
        Security::evaluate(&request, &evidence(stated(|_| {}))).unwrap().outcome
    };
    assert_eq!((judge(Some("api")), judge(Some("web")), judge(None)), (Pass, Fail, Fail));
}
