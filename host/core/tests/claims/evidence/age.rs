//! How old a document is, and who says so.

use super::check;
use crate::support::{
    document::{DocumentBuilder, document},
    names::{NANOSECOND, ago, ahead, hours, minutes},
    stage::{needs, stage},
    world::{World, api},
};
use rstest::rstest;
use std::time::Duration;
use tidegate_core::{
    sufficiency::{CLOCK_LEEWAY, ZONE_LEEWAY},
    time::Timestamp,
};

const STALE: &[&str] = &["evidence.stale"];
const FUTURE: &[&str] = &["evidence.future"];
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A stage that takes tests of the last day, and this report.
fn tests(report: DocumentBuilder) -> World {
    api().stage(stage("tests").needs(needs("unit_tests").max_age(DAY))).hand_in(report)
}

fn report() -> DocumentBuilder {
    document("unit_tests").passed(1)
}

type Source = fn(DocumentBuilder, Timestamp) -> DocumentBuilder;

#[rstest]
fn exactly_the_age_allowed_is_fresh_and_a_nanosecond_more_is_stale(
    #[values(DocumentBuilder::made_at, DocumentBuilder::declared_at, DocumentBuilder::received_at)] source: Source,
) {
    check(&tests(source(report(), ago(DAY))), &[]);
    check(&tests(source(report(), ago(DAY + NANOSECOND))), STALE);
}

#[rstest]
fn a_clock_may_run_ahead_by_the_leeway_and_no_more(
    #[values(DocumentBuilder::made_at, DocumentBuilder::declared_at)] source: Source,
) {
    check(&tests(source(report(), ahead(CLOCK_LEEWAY))), &[]);
    check(&tests(source(report(), ahead(CLOCK_LEEWAY + NANOSECOND))), FUTURE);
}

#[test]
fn a_document_from_the_future_is_refused_even_where_no_age_is_asked_for() {
    let stage = stage("tests").needs(needs("unit_tests"));
    check(&api().stage(stage).hand_in(report().made_at(ahead(hours(1)))), FUTURE);
}

#[test]
fn where_no_age_is_asked_for_any_age_will_do() {
    let stage = stage("tests").needs(needs("unit_tests"));
    check(&api().stage(stage).hand_in(report().made_at(ago(DAY * 365))), &[]);
}

#[test]
fn a_time_without_a_zone_may_be_fourteen_hours_older_than_it_reads() {
    let oldest = ago(DAY - ZONE_LEEWAY);
    check(&tests(report().made_without_zone_at(oldest)), &[]);
    check(&tests(report().made_without_zone_at(ago(DAY - ZONE_LEEWAY + NANOSECOND))), STALE);
}

#[test]
fn a_time_without_a_zone_may_read_fourteen_hours_ahead() {
    check(&tests(report().made_without_zone_at(ahead(ZONE_LEEWAY))), &[]);
    check(&tests(report().made_without_zone_at(ahead(ZONE_LEEWAY + NANOSECOND))), FUTURE);
}

#[test]
fn an_uploader_may_say_which_moment_a_time_without_a_zone_means() {
    let zoneless = report().made_without_zone_at(ago(DAY - hours(1)));
    check(&tests(zoneless.clone()), STALE);
    check(&tests(zoneless.declared_at(ago(hours(20)))), &[]);
}

#[test]
fn an_uploader_cannot_make_an_old_document_young() {
    let old = report().made_without_zone_at(ago(DAY * 3));
    check(&tests(old.clone().declared_at(ago(minutes(1)))), STALE);
    check(&tests(report().made_at(ago(DAY * 3)).declared_at(ago(minutes(1)))), STALE);
    let edge = report().made_without_zone_at(ago(DAY));
    check(&tests(edge.clone().declared_at(ago(DAY - ZONE_LEEWAY))), &[]);
    check(&tests(edge.declared_at(ago(DAY - ZONE_LEEWAY - NANOSECOND))), STALE);
}

#[test]
fn an_uploader_may_make_a_document_older_than_it_reads() {
    check(&tests(report().made_without_zone_at(ago(hours(1))).declared_at(ago(DAY + NANOSECOND))), STALE);
}

#[test]
fn nothing_was_made_after_it_was_received() {
    let kept = report().received_at(ago(DAY + NANOSECOND));
    check(&tests(kept.clone().made_at(ago(hours(1)))), STALE);
    check(&tests(kept.clone().declared_at(ago(hours(1)))), STALE);
    check(&tests(kept.made_without_zone_at(ago(hours(1)))), STALE);
}

#[test]
fn what_a_document_says_of_its_age_outranks_when_it_was_received() {
    check(&tests(report().made_at(ago(DAY + NANOSECOND)).received_at(ago(minutes(1)))), STALE);
}

#[rstest]
#[case::as_it_says(Some(ago(hours(3))), Some(ago(hours(2))), ago(hours(1)), ago(hours(3)))]
#[case::as_its_uploader_says(None, Some(ago(hours(2))), ago(hours(1)), ago(hours(2)))]
#[case::when_it_was_received(None, None, ago(hours(1)), ago(hours(1)))]
#[case::never_after_it_was_received(Some(ago(hours(1))), None, ago(hours(2)), ago(hours(2)))]
fn a_document_was_made(
    #[case] says: Option<Timestamp>,
    #[case] declared: Option<Timestamp>,
    #[case] received: Timestamp,
    #[case] expected: Timestamp,
) {
    let mut document = report().received_at(received);
    document = says.map_or(document.clone(), |at| document.made_at(at));
    document = declared.map_or(document.clone(), |at| document.declared_at(at));
    assert_eq!(document.build().made_at(), expected);
}
