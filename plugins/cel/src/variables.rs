//! What expressions can name, made only where they do.

use crate::values::{self, Owned, moment::moment, record::Record};
use cel_rust::{Env, ExecutionError};
use tidegate_sdk::{
    deployment::{Cause, Deployment, Service},
    gate::Request,
};

/// All variables.
pub(crate) const VARIABLES: [&str; 7] = ["deployment", "service", "stage", "now", "documents", "evidence", "baseline"];

/// All fields of a deployment.
pub(crate) const DEPLOYMENT_FIELDS: [&str; 8] =
    ["id", "environment", "services", "revision", "cause", "actor", "requested_at", "labels"];

/// Whether a variable holds what was handed in as evidence.
pub(crate) fn is_evidence(variable: &str) -> bool {
    matches!(variable, "documents" | "evidence" | "baseline")
}

/// The value of a variable that is no evidence; none of `service` where the stage judges all services together.
pub(crate) fn of_question<S>(name: &str, request: &Request<S>, env: &Env) -> Result<Option<Owned>, ExecutionError> {
    match name {
        "deployment" => of_deployment(&request.deployment, env).map(Some),
        "service" => Ok(of_stage_service(request)),
        "stage" => Ok(Some(values::text(&request.stage))),
        "now" => moment(env, request.evaluated_at).map(Some),
        _ => Ok(None),
    }
}

fn of_stage_service<S>(request: &Request<S>) -> Option<Owned> {
    let named = |service: &&Service| request.service.as_ref() == Some(&service.name);
    request.deployment.services.iter().find(named).map(of_service)
}

fn of_deployment(deployment: &Deployment, env: &Env) -> Result<Owned, ExecutionError> {
    let labels = deployment.labels.iter().map(|label| (label.name.clone(), values::text(&label.value)));
    let revision = deployment.revision.as_ref().map(|revision| {
        let fields = Record::of([
            ("repository", Some(values::text(&revision.repository))),
            ("commit", Some(values::text(&revision.commit))),
            ("ref_name", Some(values::text(&revision.ref_name))),
        ]);
        fields.boxed()
    });
    let fields = Record::of([
        ("id", Some(values::text(&deployment.id))),
        ("environment", Some(values::text(&deployment.environment))),
        ("services", Some(values::list(deployment.services.iter().map(of_service).collect()))),
        ("revision", revision),
        ("cause", Some(values::text(word(deployment.cause)))),
        ("actor", Some(values::text(&deployment.actor))),
        ("requested_at", Some(moment(env, deployment.requested_at)?)),
        ("labels", Some(labels.collect::<Record>().boxed())),
    ]);
    Ok(fields.boxed())
}

fn of_service(service: &Service) -> Owned {
    let artifact = service.artifact.as_ref().map(|artifact| {
        Record::of([("uri", Some(values::text(&artifact.uri))), ("digest", Some(values::text(&artifact.digest)))])
            .boxed()
    });
    let fields = Record::of([
        ("name", Some(values::text(&service.name))),
        ("version", Some(values::text(&service.version))),
        ("previous_version", service.previous_version.as_deref().map(values::text)),
        ("artifact", artifact),
    ]);
    fields.boxed()
}

fn word(cause: Cause) -> &'static str {
    match cause {
        Cause::Push => "push",
        Cause::Manual => "manual",
        Cause::Schedule => "schedule",
        Cause::Promotion => "promotion",
        Cause::Rollback => "rollback",
    }
}
