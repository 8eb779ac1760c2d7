//! Spans looked for through SQL, held against an evaluator that knows nothing of it: it walks over the trees as OTLP has them.

// Named, so that the tests on PostgreSQL find them too.
#[path = "trace_search/hours.rs"]
mod hours;
#[path = "trace_search/naive.rs"]
mod naive;
#[path = "trace_search/random.rs"]
mod random;

use crate::{
    trees::{Any, bytes, everything, pair, part, span, text, traced},
    world::World,
};
use naive::{Model, matching};
use random::Random;
use std::collections::BTreeMap;
use tidegate_core::name::{EnvironmentName, ServiceName};
use tidegate_ledger::{
    ledger::Ledger,
    trace_search::{Count, CountFrom, Found, Search, SearchError, Sight, TRIED_MAX, Window},
    traceql::{
        ast::{Query, Value},
        names::field_of,
        parse,
    },
};

const QUERIES: usize = 600;

async fn find(ledger: &Ledger, query: &Query, window: Window, sight: Sight<'_>, traces_max: usize) -> Found {
    ledger.find_traces(Search { query, window, sight, traces_max, spans_max: 100 }).await.unwrap()
}

/// Traces with the ids of the spans found, the newest first.
fn shown(found: &Found) -> Vec<(String, Vec<String>)> {
    let ids = |trace: &tidegate_ledger::trace_search::FoundTrace| {
        assert_eq!(trace.spansets.len(), 1, "{trace:?}");
        assert_eq!(trace.spansets[0].matched, trace.spansets[0].spans.len() as u64, "{trace:?}");
        trace.spansets[0].spans.iter().map(|span| span.span_id.clone()).collect()
    };
    found.traces.iter().map(|trace| (trace.trace_id.clone(), ids(trace))).collect()
}

/// Random trees in a ledger, and the same trees in memory.
async fn grown(random: &mut Random, world: &World, decisions: usize) -> (Ledger, Vec<Model>) {
    let ledger = world.open().await;
    let mut models = Vec::new();
    for number in 0..decisions {
        let (environment, service) = (random.one(&["production", "staging"]), random.one(&["api", "web"]));
        let tree = random.tree();
        let record = random::record(&format!("d{number:03}"), environment, service, &tree);
        let leaf = ledger.record(record).await.unwrap().leaf_index;
        models.push(Model::new(leaf, environment, service, &tree));
    }
    (ledger, models)
}

#[tokio::test]
async fn what_is_found_is_what_a_plain_reading_of_every_span_finds() {
    let mut random = Random::new(7);
    let world = World::new();
    let (ledger, models) = grown(&mut random, &world, 80).await;
    let mut found_some = 0;
    for _ in 0..QUERIES {
        let text = random.query();
        let query = parse(&text).unwrap_or_else(|error| unreachable!("{text}: {error}"));
        let window = random.window();
        let hidden = random.one(&["", "", "production", "staging"]);
        let may_see = |environment: &EnvironmentName, _: &[ServiceName]| environment.as_str() != hidden;
        let sight = if hidden.is_empty() { Sight::All } else { Sight::Of(&may_see) };
        let seen: Vec<&Model> =
            models.iter().filter(|model| model.is_in(window) && model.environment != hidden).collect();
        let wanted = matching(&query, &seen);
        let found = find(&ledger, &query, window, sight, 1_000).await;
        assert_eq!(shown(&found), wanted, "{text} {window:?} without {hidden:?}");
        let few = find(&ledger, &query, window, sight, 3).await;
        assert_eq!(shown(&few), wanted[..wanted.len().min(3)], "{text} {window:?} without {hidden:?}");
        found_some += usize::from(!wanted.is_empty());
    }
    assert!((QUERIES / 4..QUERIES).contains(&found_some), "of {QUERIES} queries {found_some} found something");
    ledger.close().await;
}

#[tokio::test]
async fn what_is_counted_is_what_a_plain_reading_of_every_span_counts() {
    let mut random = Random::new(11);
    let world = World::new();
    let (ledger, models) = grown(&mut random, &world, 60).await;
    for _ in 0..QUERIES / 4 {
        let (spans, field, step_ns) = (random.spanset(1), random.field(), 1 + random.below(40) as i64);
        let text = format!("{spans} | count_over_time() by ({field})");
        let query = parse(&text).unwrap_or_else(|error| unreachable!("{text}: {error}"));
        let window = Window { from_ns: 990, until_ns: 990 + 1 + random.below(200) as i64 };
        let seen: Vec<&Model> = models.iter().filter(|model| model.is_in(window)).collect();
        let mut wanted = naive::counted(&query, &seen, window, step_ns);
        wanted.sort();
        for from in [CountFrom::Spans, CountFrom::Hours] {
            let count = Count { query: &query, window, sight: Sight::All, step_ns, from };
            let series = ledger.count_spans(count).await.unwrap();
            let mut found: Vec<_> =
                series.into_iter().map(|series| (series.by[0].1.as_ref().map(Value::text), series.counts)).collect();
            found.sort();
            assert_eq!(found, wanted, "{text} {window:?} {step_ns} {from:?}");
        }
    }
    ledger.close().await;
}

#[tokio::test]
async fn no_question_fails_but_by_name() {
    let mut random = Random::new(13);
    let world = World::new();
    let (ledger, _) = grown(&mut random, &world, 10).await;
    let from = CountFrom::Hours;
    for text in include_str!("../fixtures/traceql.tsv").lines().filter_map(|line| line.strip_prefix("read\t")) {
        let text = text.split_once('\t').unwrap().1;
        let query = parse(text).unwrap();
        if query.metric.is_none() {
            find(&ledger, &query, Window::ALL, Sight::All, 10).await;
        } else {
            let window = Window { from_ns: 0, until_ns: 10_000 };
            ledger.count_spans(Count { query: &query, window, sight: Sight::All, step_ns: 100, from }).await.unwrap();
        }
    }
    let query = parse("{.a=1} && {.b=1} | rate()").unwrap();
    let count =
        Count { query: &query, window: Window { from_ns: 0, until_ns: 1 }, sight: Sight::All, step_ns: 1, from };
    assert!(matches!(ledger.count_spans(count).await, Err(SearchError::Unsupported(_))));
    let count = Count { window: Window { from_ns: 0, until_ns: i64::MAX }, ..count };
    assert!(matches!(ledger.count_spans(count).await, Err(SearchError::TooMuch { what: "points of a series", .. })));
    ledger.close().await;
}

#[tokio::test]
async fn stages_divide_count_and_show() {
    let world = World::new();
    let ledger = world.open().await;
    let of = |trace: u8, kinds: &[&str]| {
        let spans = kinds.iter().zip(1..).map(|(kind, number)| {
            span(
                trace,
                number,
                (number > 1).then_some(1),
                kind,
                vec![pair("kind", text(kind)), pair("n", Any::IntValue(number.into()))],
            )
        });
        bytes(vec![part(vec![pair("service.name", text("x"))], "", spans.collect())])
    };
    ledger.record(traced("a", &of(1, &["p", "q", "p"]))).await.unwrap();
    ledger.record(traced("b", &of(2, &["p"]))).await.unwrap();
    let found = |text: &'static str| {
        let ledger = ledger.clone();
        async move {
            let query = parse(text).unwrap();
            let found = find(&ledger, &query, Window::ALL, Sight::All, 10).await;
            let sets =
                found.traces.into_iter().map(|trace| trace.spansets.into_iter().map(|set| set.matched).collect());
            sets.collect::<Vec<Vec<u64>>>()
        }
    };
    assert_eq!(found("{}").await, [[1].to_vec(), [3].to_vec()]);
    assert_eq!(found("{} | count() > 1").await, [[3]]);
    assert_eq!(found("{} | by(span.kind)").await, [[1].to_vec(), [2, 1].to_vec()]);
    assert_eq!(found("{} | by(.kind) | count() > 1").await, [[2]]);
    assert_eq!(found("{} | by(name) | count() = 1").await, [[1], [1]]);
    assert_eq!(found("{} | sum(span.n) = 6").await, [[3]]);
    assert_eq!(found("{} | avg(.n) = 2").await, [[3]]);
    assert_eq!(found("{} | max(.n) <= 1").await, [[1]]);
    assert_eq!(found("{} | min(duration) >= 100ns").await, [[1].to_vec(), [3].to_vec()]);
    assert_eq!(found("{} | avg(.missing) >= 0").await, [[0_u64; 0]; 0]);
    let query = parse("{ span.n > 2 } | select(resource.service.name, kind, .missing)").unwrap();
    let found = find(&ledger, &query, Window::ALL, Sight::All, 10).await;
    let shown = &found.traces[0].spansets[0].spans[0].attributes;
    let shown: Vec<(_, String)> = shown.iter().map(|(field, value)| (field.clone(), value.text())).collect();
    let field = |name: &str| field_of(name).unwrap();
    assert_eq!(
        shown,
        [
            (field("span.n"), "3".to_owned()),
            (field("resource.service.name"), "x".to_owned()),
            (field("kind"), "internal".to_owned())
        ]
    );
    ledger.close().await;
}

#[tokio::test]
async fn values_and_traces_of_what_may_not_be_seen_are_not_there() {
    let world = World::new();
    let ledger = world.open().await;
    let tree = |trace: u8, name: &str| {
        bytes(vec![part(vec![], "", vec![span(trace, trace, None, name, vec![pair("of", text(name))])])])
    };
    for (id, environment, trace) in [("a", "production", 7), ("b", "staging", 7), ("c", "staging", 8)] {
        ledger.record(random::record(id, environment, "api", &tree(trace, id))).await.unwrap();
    }
    let may_see = |environment: &EnvironmentName, services: &[ServiceName]| {
        environment.as_str() == "staging" && services.iter().all(|service| service.as_str() == "api")
    };
    let nothing = |_: &EnvironmentName, _: &[ServiceName]| false;
    let field = field_of("span.of").unwrap();
    for (sight, values, leaves) in [
        (Sight::All, vec!["a", "b", "c"], vec![0, 1]),
        (Sight::Of(&may_see), vec!["b", "c"], vec![1]),
        (Sight::Of(&nothing), vec![], vec![]),
    ] {
        let found = ledger.span_values(&field, None, Window::ALL, sight, 10).await.unwrap();
        assert_eq!(found, values.iter().map(|value| Value::Text((*value).to_owned())).collect::<Vec<_>>());
        let (trees, cut) = ledger.trace_trees(&"07".repeat(16), sight).await.unwrap();
        assert_eq!((trees.iter().map(|tree| tree.leaf_index).collect::<Vec<_>>(), cut), (leaves, false));
    }
    let query = parse("{ name != \"b\" }").unwrap();
    let found = ledger.span_values(&field, Some(&query), Window::ALL, Sight::Of(&may_see), 10).await.unwrap();
    assert_eq!(found, [Value::Text("c".to_owned())]);
    let found = ledger.span_values(&field, None, Window { from_ns: 0, until_ns: 1 }, Sight::All, 10).await.unwrap();
    assert_eq!(found, []);
    let (short, _) = ledger.trace_trees(&format!("7{}", "07".repeat(15)), Sight::All).await.unwrap();
    assert_eq!(short.len(), 2, "leading zeros may be left out");
    for id in ["", "x", "' OR 1 = 1 --", &"0".repeat(33)] {
        assert_eq!(ledger.trace_trees(id, Sight::All).await.unwrap(), (vec![], false), "{id}");
    }
    ledger.close().await;
}

#[tokio::test]
async fn every_attribute_is_listed_once_under_its_scope() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(traced("a", &everything(7))).await.unwrap();
    let mut tags: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (scope, name) in ledger.span_tags().await.unwrap() {
        tags.entry(scope.word()).or_default().push(name);
    }
    let wanted = [
        ("event", vec!["line", "rule"]),
        ("link", vec!["kind"]),
        ("resource", vec!["service.name"]),
        ("span", vec!["flag", "number", "ratio", "services"]),
    ];
    let wanted: BTreeMap<&str, Vec<String>> =
        wanted.into_iter().map(|(scope, names)| (scope, names.into_iter().map(str::to_owned).collect())).collect();
    assert_eq!(tags, wanted);
    ledger.close().await;
}

#[tokio::test]
async fn a_pattern_over_very_many_values_is_tried_on_those_of_its_time() {
    let world = World::new();
    let ledger = world.open().await;
    for batch in 0..3_u8 {
        let spans = (1..=200_u8).map(|number| {
            let value = format!("{batch}-{number}-{}", "x".repeat(10));
            let mut one = span(
                batch + 1,
                number,
                None,
                "s",
                (0..3).map(|k| pair("many", text(&format!("{value}{k}")))).collect(),
            );
            one.start_time_unix_nano += u64::from(batch) * 1_000;
            one.end_time_unix_nano += u64::from(batch) * 1_000;
            one
        });
        ledger.record(traced(&format!("d{batch}"), &bytes(vec![part(vec![], "", spans.collect())]))).await.unwrap();
    }
    const { assert!(TRIED_MAX > 1_800) };
    let query = parse("{ span.many =~ \".-17-.*\" }").unwrap();
    let all = find(&ledger, &query, Window::ALL, Sight::All, 10).await;
    assert_eq!(all.traces.len(), 3);
    let late = Window { from_ns: 1_000_002_000, until_ns: i64::MAX };
    assert_eq!(find(&ledger, &query, late, Sight::All, 10).await.traces.len(), 1);
    ledger.close().await;
}
