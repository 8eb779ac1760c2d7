//! A deployment cannot hold nonsense, and says everything that is wrong with it at once.

use crate::support::{
    names::service,
    world::{World, api, world},
};
use rstest::rstest;
use std::sync::Arc;
use tidegate_core::deployment::{
    DEPLOYMENT_BYTES_MAX, Deployment, DeploymentError, LABELS_MAX, Label, SERVICES_MAX, TEXT_BYTES_MAX,
};

fn labelled(mut world: World, name: &str, value: &str) -> World {
    world.deployment.labels.push(Label { name: Arc::from(name), value: Arc::from(value) });
    world
}

fn actor(mut world: World, actor: &str) -> World {
    world.deployment.actor = Arc::from(actor);
    world
}

fn id(mut world: World, id: &str) -> World {
    world.deployment.id = Arc::from(id);
    world
}

fn services(count: usize) -> World {
    (0..count).fold(world(), |world, number| world.service(&format!("service-{number}")))
}

fn labels(count: usize, value_bytes: usize) -> World {
    let value = "v".repeat(value_bytes);
    (0..count).fold(api(), |world, number| labelled(world, &format!("label-{number:04}"), &value))
}

fn errors(world: &World) -> Vec<String> {
    let errors = Deployment::new(world.deployment.clone()).err().unwrap_or_default();
    errors.iter().map(ToString::to_string).collect()
}

#[rstest]
#[case(api(), &[])]
#[case(services(SERVICES_MAX), &[])]
#[case(labels(LABELS_MAX, 1), &[])]
#[case(actor(api(), &"a".repeat(TEXT_BYTES_MAX)), &[])]
#[case(world(), &["a deployment names at least one service"])]
#[case(api().service("api"), &["service `api` is named twice"])]
#[case(services(SERVICES_MAX + 1), &["services: 65 used, 64 allowed"])]
#[case(labels(LABELS_MAX + 1, 1), &["labels: 33 used, 32 allowed"])]
#[case(labelled(labelled(api(), "team", "a"), "team", "b"), &["label `team` is given twice"])]
#[case(id(api(), ""), &["deployment id is empty"])]
#[case(actor(api(), &"a".repeat(513)), &["actor: 513 used, 512 allowed"])]
#[case(actor(api(), "a\u{1b}[2J"), &["actor holds a control character"])]
#[case(actor(id(world(), ""), "\n"), &["a deployment names at least one service", "deployment id is empty", "actor holds a control character"])]
fn a_deployment_says_everything_that_is_wrong_with_it(#[case] world: World, #[case] messages: &[&str]) {
    assert_eq!(errors(&world), messages);
}

#[test]
fn all_texts_together_have_a_limit_too() {
    let mut world = services(SERVICES_MAX);
    world.deployment.labels = labels(LABELS_MAX, 400).deployment.labels;
    let errors = Deployment::new(world.deployment).unwrap_err();
    let [DeploymentError::TooMuch { what, used, allowed }] = errors.as_slice() else { unreachable!("{errors:?}") };
    assert_eq!((*what, *allowed), ("bytes of the deployment", DEPLOYMENT_BYTES_MAX));
    assert!(used > allowed);
}

#[test]
fn equal_deployments_are_equal_whatever_order_they_were_written_in() {
    let one = labelled(labelled(api().service("web"), "b", "2"), "a", "1");
    let other = labelled(labelled(world().service("web").service("api"), "a", "1"), "b", "2");
    let (one, other) = (Deployment::new(one.deployment).unwrap(), Deployment::new(other.deployment).unwrap());
    assert_eq!(one, other);
    assert_eq!((one.only_service(), one.services().len()), (None, 2));
    assert!(one.service(&service("web")).is_some() && one.service(&service("billing")).is_none());
}
