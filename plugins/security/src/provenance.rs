//! How artifacts came to be, against where they may come from and what is deployed.
//!
//! Every provenance of the stage has to fit: one that does not is of an artifact that somebody wants to deploy.

mod repository;

use self::repository::{matches_any, same};
use crate::{
    remediations::rebuild,
    rules::{ARTIFACT, BUILD_TYPE, BUILDER, COMMIT, REF_NAME, REPOSITORY, SIGNER},
    settings::{Settings, packages::ProvenanceSettings},
};
use tidegate_sdk::{
    deployment::Service,
    evidence::{Content, Source, small::Provenance},
    finding::{Finding, Severity},
    gate::Request,
    parts::{EVIDENCE_MISSING, Listing, Part, Seen, Verdict, missing},
    pattern,
    text::counted,
};

/// A provenance and the document it is in.
type Stated<'a> = (&'a Source, &'a Provenance);

pub(crate) fn judge(
    settings: &ProvenanceSettings,
    request: &Request<Settings>,
    seen: &Seen,
    listing: &mut Listing,
) -> Part {
    let all: Vec<Stated<'_>> = seen
        .all(|content| if let Content::Provenance(provenance) = content { Some(provenance) } else { None })
        .collect();
    if all.is_empty() {
        return missing("provenance");
    }
    let mut part = Part { summary: counted(all.len() as u64, "provenance statement"), ..Part::fulfilled(None) };
    let mut clause =
        |rule: &str, list: &[String], fits: &dyn Fn(&Stated<'_>) -> bool, said: &dyn Fn(&Stated<'_>) -> String| {
            if !list.is_empty() {
                let expected = format!("`{}` expected", list.join("` or `"));
                each(rule, &expected, &all, fits, said, listing, &mut part);
            }
        };
    let any = |list: &[String], text: &str| list.iter().any(|entry| pattern::matches(entry, text));
    let ProvenanceSettings { builders, build_types, repositories, ref_names, signers, .. } = settings;
    clause(BUILDER, builders, &|(_, p)| any(builders, &p.builder), &|(_, p)| format!("built by `{}`", p.builder));
    clause(BUILD_TYPE, build_types, &|(_, p)| any(build_types, &p.build_type), &|(_, p)| {
        format!("built as `{}`", p.build_type)
    });
    clause(REPOSITORY, repositories, &|(_, p)| matches_any(repositories, &p.repository), &|(_, p)| {
        format!("built from `{}`", p.repository)
    });
    clause(REF_NAME, ref_names, &|(_, p)| any(ref_names, &p.ref_name), &|(_, p)| {
        format!("built from the branch or tag `{}`", p.ref_name)
    });
    clause(SIGNER, signers, &|(source, _)| source.signer.as_ref().is_some_and(|by| signers.contains(by)), &|(
        source,
        _,
    )| {
        source.signer.as_ref().map_or_else(|| "not signed".to_owned(), |by| format!("signed by `{by}`"))
    });
    compare(settings, request, &all, listing, &mut part);
    part
}

/// One clause over all of them.
fn each(
    rule: &str,
    expected: &str,
    all: &[Stated<'_>],
    fits: &dyn Fn(&Stated<'_>) -> bool,
    said: &dyn Fn(&Stated<'_>) -> String,
    listing: &mut Listing,
    part: &mut Part,
) {
    let mut kept = true;
    for stated in all.iter().filter(|stated| !fits(stated)) {
        let source = stated.0;
        let message = format!("the provenance `{}`: {}; {expected}", source.name, said(stated));
        let finding = Finding::new(rule, Severity::High, message).subject(source.name.clone());
        let finding = finding.fingerprint(format!("{rule} {}", source.name)).evidence(&source.digest);
        listing.push(finding.remediation(rebuild()).decisive());
        kept = false;
    }
    part.clause(kept);
    part.worsen(if kept { Verdict::Fulfilled } else { Verdict::Failed });
}

/// Against the deployment itself.
fn compare(
    settings: &ProvenanceSettings,
    request: &Request<Settings>,
    all: &[Stated<'_>],
    listing: &mut Listing,
    part: &mut Part,
) {
    let revision = request.deployment.revision.as_ref();
    if settings.same_commit {
        match revision.map(|revision| revision.commit.as_str()).filter(|commit| !commit.is_empty()) {
            Some(commit) => each(
                COMMIT,
                &format!("`{commit}` is to be deployed"),
                all,
                &|(_, p)| p.commit.eq_ignore_ascii_case(commit),
                &|(_, p)| format!("built from commit `{}`", p.commit),
                listing,
                part,
            ),
            None => unknown("commit", part),
        }
    }
    if settings.same_repository {
        match revision.map(|revision| revision.repository.as_str()).filter(|repository| !repository.is_empty()) {
            Some(repository) => each(
                REPOSITORY,
                &format!("`{repository}` is to be deployed"),
                all,
                &|(_, p)| same(&p.repository, repository),
                &|(_, p)| format!("built from `{}`", p.repository),
                listing,
                part,
            ),
            None => unknown("repository", part),
        }
    }
    if settings.same_artifact {
        artifacts(request, all, listing, part);
    }
}

fn unknown(what: &str, part: &mut Part) {
    let message =
        format!("the deployment does not say of which {what} it is, so that no provenance can be compared with it");
    part.stated.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(what));
    part.worsen(Verdict::Inconclusive);
}

/// Every artifact that this evaluation is about has to be one that a provenance speaks of.
fn artifacts(request: &Request<Settings>, all: &[Stated<'_>], listing: &mut Listing, part: &mut Part) {
    let is_meant = |service: &&Service| request.service.as_ref().is_none_or(|name| service.name == *name);
    let mut kept = true;
    for service in request.deployment.services.iter().filter(is_meant) {
        let Some(artifact) = &service.artifact else {
            let message = format!("the deployment does not say which artifact of `{}` it deploys", service.name);
            listing.push(Finding::new(EVIDENCE_MISSING, Severity::High, message).subject(service.name.clone()));
            part.worsen(Verdict::Inconclusive);
            continue;
        };
        if !all.iter().any(|(source, _)| source.subjects.contains(&artifact.digest)) {
            let message = format!("no provenance speaks of {} of `{}`", artifact.digest, service.name);
            let finding = Finding::new(ARTIFACT, Severity::High, message).subject(service.name.clone());
            listing.push(finding.fingerprint(service.name.clone()).remediation(rebuild()).decisive());
            kept = false;
        }
    }
    part.clause(kept);
    part.worsen(if kept { Verdict::Fulfilled } else { Verdict::Failed });
}
