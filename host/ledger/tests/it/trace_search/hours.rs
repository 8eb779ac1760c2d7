//! Spans counted from hourly sums, held against the same counted one by one.

use super::random::{self, Random};
use crate::{
    trees::{Any, bytes, failed, pair, part, span, text, texts},
    world::World,
};
use tidegate_core::name::{EnvironmentName, ServiceName};
use tidegate_ledger::{
    config::LedgerConfig,
    ledger::Ledger,
    rebuild::{self, Compared},
    trace_search::{Count, CountFrom, Series, Sight, Window},
    traceql::parse,
};

const HOUR: i64 = 3_600_000_000_000;
const MINUTE: i64 = HOUR / 60;
/// When the first trees began: at an hour.
const BEGAN: i64 = 490_000 * HOUR;
const HOURS: i64 = 12;
const DECISIONS: usize = 150;
const QUESTIONS: usize = 500;

/// What is asked of spans that the sums say.
const SPANS: [&str; 18] = [
    "{}",
    "{ name = \"stage\" }",
    "{ name != \"stage\" }",
    "{ name =~ \"st.*|de.*\" }",
    "{ status = error }",
    "{ status != error && kind = server }",
    "{ span.tidegate.stage.result = \"fail\" }",
    "{ span.tidegate.stage.result != \"fail\" }",
    "{ span.tidegate.stage.result !~ \"f.*\" }",
    "{ span.tidegate.stage.result = nil }",
    "{ .tidegate.stage.id != nil && .tidegate.stage.result > \"e\" }",
    "{ span.tidegate.stage.blocking = true || span.tidegate.stage.blocking >= 1 }",
    "{ !(resource.service.name = \"gate\") }",
    "{ .service.name = \"gate\" || .tidegate.decision.outcome = \"HOLD\" }",
    "{ rootName = \"stage\" && rootServiceName = \"other\" }",
    "{ kind = server } || { name = \"stage\" }",
    "{ span.tidegate.stage.mode = \"nobody's\" }",
    "{ span.tidegate.decision.allowed = 0.5 }",
];
/// What only the spans say.
const BEYOND: [&str; 5] = [
    "{ duration > 20ns }",
    "{ span.user.id = \"alice\" }",
    "{ name = \"stage\" && .user.id != nil }",
    "{ event:name = \"found\" } || { name = \"stage\" }",
    "{ traceDuration < 40ns && status = error }",
];
const BY: [&str; 12] = [
    "",
    " by (name)",
    " by (status, kind)",
    " by (span.tidegate.stage.id)",
    " by (span.tidegate.stage.id, span.tidegate.stage.result)",
    " by (.tidegate.stage.result)",
    " by (resource.service.name)",
    " by (.service.name, status)",
    " by (rootName, rootServiceName)",
    " by (span.tidegate.stage.blocking)",
    " by (.tidegate.decision.allowed, span.tidegate.decision.outcome)",
    " by (span.user.id)",
];

fn some(random: &mut Random, key: &str, values: &[Any]) -> Vec<opentelemetry_proto::tonic::common::v1::KeyValue> {
    let values: Vec<Any> = (0..random.below(3)).map(|_| values[random.below(values.len())].clone()).collect();
    // The same key twice is two values of it.
    values.into_iter().map(|value| pair(key, value)).collect()
}

/// Two parts at most; some spans have a value twice over, others have lists, or what is a resource's elsewhere.
fn tree(random: &mut Random, trace: u8, began: i64) -> Vec<u8> {
    let mut number = 0;
    let parts = (0..=random.below(2)).map(|_| {
        let mut resource = some(random, "service.name", &["gate", "other"].map(text));
        resource.extend(some(random, "tidegate.stage.result", &[text("fail"), text("pass")]));
        let spans = (0..=random.below(4)).map(|_| {
            number += 1;
            let mut pairs = some(random, "tidegate.stage.id", &["tests", "scan"].map(text));
            let results = [text("fail"), text("pass"), texts(&["pass", "skipped"])];
            pairs.extend(some(random, "tidegate.stage.result", &results));
            pairs.extend(some(random, "tidegate.stage.blocking", &[Any::BoolValue(true), Any::IntValue(1)]));
            pairs.extend(some(random, "tidegate.decision.outcome", &["HOLD", "DEPLOY"].map(text)));
            pairs.extend(some(random, "tidegate.decision.allowed", &[Any::IntValue(0), Any::DoubleValue(0.5)]));
            pairs.extend(some(random, "service.name", &[text("gate")]));
            pairs.extend(some(random, "user.id", &["alice", "bob"].map(text)));
            let name = random.one(&["request", "decision", "stage"]);
            let mut one = span(trace, number, (number > 1).then_some(1), name, pairs);
            one.kind = random.one(&[1, 2, 3]);
            one.status = (random.below(3) == 0).then(|| failed("broken"));
            // The tree begins with its first span.
            one.start_time_unix_nano = u64::try_from(began).unwrap() + u64::from(number) - 1;
            one.end_time_unix_nano = one.start_time_unix_nano + random.below(50) as u64;
            one
        });
        let spans = spans.collect();
        part(resource, "", spans)
    });
    bytes(parts.collect())
}

async fn grown(random: &mut Random, world: &World) -> Ledger {
    let ledger = world.open().await;
    // Many trees are alike.
    let seeds: Vec<u64> = (0..30).map(|_| 1 + random.below(1_000_000) as u64).collect();
    for number in 0..DECISIONS {
        let (environment, service) = (random.one(&["production", "staging"]), random.one(&["api", "web"]));
        let minutes = random.below(usize::try_from(HOURS * 60).unwrap()) as i64;
        let apart = random.one(&[0, 0, 1, MINUTE - 1]);
        let began = BEGAN + minutes * MINUTE + apart;
        let mut same = Random::new(random.one(&seeds));
        let tree = tree(&mut same, u8::try_from(number).unwrap(), began);
        ledger.record(random::record(&format!("d{number:03}"), environment, service, &tree)).await.unwrap();
    }
    ledger
}

async fn counted(ledger: &Ledger, text: &str, of: (Window, i64), sight: Sight<'_>, from: CountFrom) -> Vec<Series> {
    let query = parse(text).unwrap_or_else(|error| unreachable!("{text}: {error}"));
    let (window, step_ns) = of;
    ledger.count_spans(Count { query: &query, window, sight, step_ns, from }).await.unwrap()
}

/// Windows and steps as dashboards ask for them, and others.
fn window(random: &mut Random) -> (Window, i64) {
    let step =
        random.one(&[MINUTE, 7 * MINUTE, 15 * MINUTE, HOUR, HOUR, 90 * MINUTE, 2 * HOUR, 7 * HOUR + 12 * MINUTE]);
    let from = BEGAN + random.one(&[-3, 0, 0, 1, 2, 5]) * HOUR + random.one(&[0, 0, 1, 10 * MINUTE, -1]);
    let width = random.one(&[MINUTE, HOUR - 1, HOUR, 3 * HOUR + MINUTE, 12 * HOUR, 20 * HOUR]);
    let from_ns = if random.below(2) == 0 { from - from % step } else { from };
    let window = Window { from_ns, until_ns: from + width };
    // One number for all of it, as is asked for without a range.
    (window, if random.below(4) == 0 { window.until_ns - from_ns } else { step })
}

#[tokio::test]
async fn hours_say_what_the_spans_say() {
    let mut random = Random::new(17);
    let world = World::new();
    let ledger = grown(&mut random, &world).await;
    let mut with_spans = 0;
    for _ in 0..QUESTIONS {
        let spans = if random.below(8) == 0 { random.one(&BEYOND) } else { random.one(&SPANS) };
        let text = format!("{spans} | {}(){}", random.one(&["rate", "count_over_time"]), random.one(&BY));
        let of = window(&mut random);
        let hidden = random.one(&["", "", "production", "web", "everything"]);
        let may_see = |environment: &EnvironmentName, services: &[ServiceName]| {
            hidden != "everything"
                && environment.as_str() != hidden
                && services.iter().all(|service| service.as_str() != hidden)
        };
        let sight = if hidden.is_empty() { Sight::All } else { Sight::Of(&may_see) };
        let wanted = counted(&ledger, &text, of, sight, CountFrom::Spans).await;
        let found = counted(&ledger, &text, of, sight, CountFrom::Hours).await;
        assert_eq!(found, wanted, "{text} {of:?} without {hidden:?}");
        with_spans += usize::from(!wanted.is_empty());
    }
    assert!(with_spans > QUESTIONS / 3, "of {QUESTIONS} questions {with_spans} found something");
    ledger.close().await;
}

/// Of what the sums say no span is read: the answer stays where the spans are gone, and changes with the sums.
#[tokio::test]
async fn whole_hours_are_read_from_the_sums_alone() {
    let mut random = Random::new(19);
    let world = World::new();
    let ledger = grown(&mut random, &world).await;
    let of = (Window { from_ns: BEGAN, until_ns: BEGAN + HOURS * HOUR }, HOUR);
    let text = "{ span.tidegate.stage.result = \"fail\" } | count_over_time() by (span.tidegate.stage.id)";
    let count = async |from| counted(&ledger, text, of, Sight::All, from).await;
    let wanted = count(CountFrom::Spans).await;
    assert!(!wanted.is_empty());
    world.tamper("DELETE FROM span_attributes; DELETE FROM spans; DELETE FROM trace_profiles").await;
    assert_eq!(count(CountFrom::Spans).await, []);
    assert_eq!(count(CountFrom::Hours).await, wanted);
    world.tamper("UPDATE profile_hours SET trees = trees * 2").await;
    let twice: Vec<Series> = wanted
        .into_iter()
        .map(|Series { by, counts }| Series { by, counts: counts.into_iter().map(|(at, n)| (at, 2 * n)).collect() })
        .collect();
    assert_eq!(count(CountFrom::Hours).await, twice);
    ledger.close().await;
}

/// A ledger of before the sums, and one beside which a gate records that does not know them.
#[tokio::test]
async fn where_sums_are_missing_spans_are_counted_until_they_are_made() {
    let mut random = Random::new(23);
    let world = World::new();
    let ledger = grown(&mut random, &world).await;
    let of = (Window { from_ns: BEGAN, until_ns: BEGAN + HOURS * HOUR }, HOUR);
    let text = "{ name = \"stage\" } | rate() by (status)";
    let wanted = counted(&ledger, text, of, Sight::All, CountFrom::Spans).await;
    world
        .tamper(
            "DELETE FROM trace_profiles; DELETE FROM profile_hours; DELETE FROM profile_spans; DELETE FROM profile_attributes; \
             UPDATE derived_reached SET next_leaf = 0 WHERE generation = 3",
        )
        .await;
    assert_eq!(counted(&ledger, text, of, Sight::All, CountFrom::Hours).await, wanted);
    ledger.close().await;
    let ledger = world.open().await;
    assert_eq!(ledger.projections().await.unwrap(), Compared::default());
    assert_eq!(counted(&ledger, text, of, Sight::All, CountFrom::Hours).await, wanted);
    ledger.close().await;
    let rebuilt = rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
    assert!(rebuilt.tables.iter().all(|table| (table.removed, table.written) == (0, 0)), "{rebuilt:?}");
}
