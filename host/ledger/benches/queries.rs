//! How fast spans and decisions are found, and what ten times as many decisions cost: over a day of a ledger that grows by as many decisions a day.
//!
//! Prints for every query the 95th percentile of both and their ratio. `BENCH_DECISIONS` is the smaller number; absolute times are those of
//! a machine, the ratios are what is promised.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use std::{
    path::Path,
    time::{Duration, Instant},
};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    config::LedgerConfig,
    generate::{self, Plan},
    ledger::Ledger,
    search as audit,
    stats::Stat,
    trace_search::{Count, Search, Sight, Window},
    traceql::{names::field_of, parse},
};
use tokio::runtime::Builder;

const DAY: Duration = Duration::from_hours(24);
/// Decisions of a day.
const A_DAY: u32 = 3_300;
const ROUNDS: usize = 20;

const SEARCHES: [&str; 12] = [
    "{}",
    "{ span.tidegate.decision.outcome = \"HOLD\" }",
    "{ span.deployment.environment.name = \"production\" && span.tidegate.decision.allowed = false }",
    "{ span.tidegate.stage.id = \"security\" && span.tidegate.stage.result = \"fail\" }",
    "{ span.user.id =~ \"person-1.*\" && span.tidegate.decision.outcome != \"DEPLOY\" }",
    "{ event.tidegate.finding.severity = \"high\" }",
    "{ duration > 99ms }",
    "{ status = error }",
    "{ resource.service.name = \"tidegate\" && name = \"tidegate.stage\" && span.tidegate.plugin.call_ns > 4000000 }",
    "{ span.tidegate.stage.result = \"fail\" } | count() > 1 | select(span.tidegate.stage.id)",
    "{ span.tidegate.decision.outcome = \"HOLD\" } && { span.tidegate.stage.id = \"freeze\" && span.tidegate.stage.result = \"fail\" }",
    "{ span.tidegate.decision.id = \"nobody's\" }",
];
const COUNTS: [&str; 3] = [
    "{ span.tidegate.stage.result = \"fail\" } | count_over_time() by (span.tidegate.stage.id)",
    "{ name = \"tidegate.decision\" } | rate() by (span.tidegate.decision.outcome)",
    "{ name = \"tidegate.stage\" } | count_over_time() by (span.tidegate.stage.id, span.tidegate.stage.result)",
];

struct Grown {
    ledger: Ledger,
    window: Window,
}

async fn grown(path: &Path, decisions: u64) -> Grown {
    let first = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    let every = DAY / A_DAY;
    let began = Instant::now();
    let plan = Plan { decisions, seed: 7, first, every };
    generate::fill(path, &LedgerConfig::default(), &plan).await.unwrap();
    let took = began.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(path).unwrap().len();
    println!("{decisions} decisions: filled in {took:.0} s, {} MiB", bytes >> 20);
    let ledger = Ledger::open(path, LedgerConfig::default()).await.unwrap();
    let end = first.plus(every * u32::try_from(decisions).unwrap());
    let until_ns = i64::try_from(end.nanos()).unwrap();
    let window = Window { from_ns: until_ns - i64::try_from(DAY.as_nanos()).unwrap(), until_ns };
    Grown { ledger, window }
}

/// The 95th percentile in milliseconds.
async fn p95(mut once: impl AsyncFnMut()) -> f64 {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        once().await;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times[ROUNDS * 95 / 100 - 1]
}

async fn search(grown: &Grown, text: &str) -> f64 {
    let query = parse(text).unwrap();
    p95(async || {
        let search = Search { query: &query, window: grown.window, sight: Sight::All, traces_max: 20, spans_max: 3 };
        grown.ledger.find_traces(search).await.unwrap();
    })
    .await
}

async fn count(grown: &Grown, text: &str) -> f64 {
    let query = parse(text).unwrap();
    let step_ns = 900_000_000_000;
    p95(async || {
        let count = Count { query: &query, window: grown.window, sight: Sight::All, step_ns };
        grown.ledger.count_spans(count).await.unwrap();
    })
    .await
}

async fn values(grown: &Grown, tag: &str) -> f64 {
    let field = field_of(tag).unwrap();
    p95(async || {
        grown.ledger.span_values(&field, None, grown.window, Sight::All, 100).await.unwrap();
    })
    .await
}

/// What an auditor looks for: by one thing, by several at once, and what is not there.
fn questions() -> [(&'static str, audit::Search); 8] {
    use audit::{Column, Search, StageIs, Term};
    let term = |term: Term, value: &str| Search { terms: vec![(term, value.into())], ..Search::default() };
    let column = |column: Column, value: &str| Search { columns: vec![(column, value.into())], ..Search::default() };
    let stage = |is: StageIs| Search { stage: Some(("security".into(), is)), ..Search::default() };
    [
        ("decisions", Search::default()),
        ("decisions in production", column(Column::Environment, "production")),
        ("decisions that hold", column(Column::Outcome, "HOLD")),
        ("decisions by a person", term(Term::Actor, "person-01@shop.example")),
        ("decisions that security blocks", stage(StageIs::Blocking)),
        ("decisions in which security failed", stage(StageIs::Concluded("fail".into()))),
        ("decisions of a commit that is not there", term(Term::Commit, "0000000")),
        (
            "decisions in staging that hold, in which security failed",
            Search {
                columns: vec![(Column::Environment, "staging".into()), (Column::Outcome, "HOLD".into())],
                ..stage(StageIs::Concluded("fail".into()))
            },
        ),
    ]
}

fn everywhere() -> Vec<audit::Reach> {
    let all = || vec![audit::Names::Beginning("".into())];
    vec![audit::Reach { environments: all(), services: all() }]
}

fn day(grown: &Grown) -> audit::Window {
    let moment = |nanos: i64| Some(Timestamp::from_nanos(nanos.unsigned_abs()));
    audit::Window { from: moment(grown.window.from_ns), to: moment(grown.window.until_ns) }
}

async fn list(grown: &Grown, question: &audit::Search) -> f64 {
    let search = audit::Search { window: day(grown), reach: everywhere(), limit: 20, ..question.clone() };
    p95(async || {
        grown.ledger.search(&search).await.unwrap();
    })
    .await
}

async fn stats(grown: &Grown, stat: Stat) -> f64 {
    p95(async || {
        grown.ledger.count(stat, day(grown), &everywhere()).await.unwrap();
    })
    .await
}

fn told(name: &str, few: f64, many: f64) {
    println!("{few:8.1} ms {many:8.1} ms {:6.2}  {name}", many / few.max(0.1));
}

async fn run(decisions: u64) {
    let folder = tempfile::tempdir_in(std::env::var_os("BENCH_DIR").unwrap_or_else(|| ".".into())).unwrap();
    let few = grown(&folder.path().join("few.sqlite"), decisions).await;
    let many = grown(&folder.path().join("many.sqlite"), decisions * 10).await;
    println!("{decisions:>8}    {:>8}     ratio", decisions * 10);
    for text in SEARCHES {
        told(text, search(&few, text).await, search(&many, text).await);
    }
    for text in COUNTS {
        told(text, count(&few, text).await, count(&many, text).await);
    }
    for tag in ["span.tidegate.stage.id", ".user.id", "span.tidegate.decision.id"] {
        told(&format!("values of {tag}"), values(&few, tag).await, values(&many, tag).await);
    }
    for (name, question) in questions() {
        told(name, list(&few, &question).await, list(&many, &question).await);
    }
    for stat in Stat::ALL {
        let name = format!("stats of {}", stat.word());
        told(&name, stats(&few, stat).await, stats(&many, stat).await);
    }
    few.ledger.close().await;
    many.ledger.close().await;
}

fn main() {
    // `cargo test` runs benches too, without this word, and wants to know only that they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let decisions = std::env::var("BENCH_DECISIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    Builder::new_multi_thread().enable_all().build().unwrap().block_on(run(decisions));
}
