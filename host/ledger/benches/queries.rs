//! How fast spans and decisions are found, and what ten times as many decisions cost: over a day of a ledger that grows by as many decisions a day.
//!
//! Prints for every query the 95th percentile of both, the median of several rounds, and their ratio. `BENCH_DECISIONS` is the smaller
//! number; the ledgers stay in `BENCH_DIR`, where that is said, and are not made again. `BENCH_ONLY` is a part of the names of what is asked.
//! Absolute times are those of a machine, the ratios are what is promised.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};
use tidegate_ledger::{
    config::LedgerConfig,
    generate::{self, Plan},
    ledger::Ledger,
    search as audit,
    stats::Stat,
    trace_search::{Count, CountFrom, Search, Sight, Window},
    traceql::{names::field_of, parse},
};
use tokio::runtime::Builder;

const DAY: Duration = Duration::from_hours(24);
/// Decisions of a day.
const A_DAY: u32 = 3_300;
const TIMES: usize = 20;
const ROUNDS: usize = 5;
const HOUR_NS: i64 = 3_600_000_000_000;

const SEARCHES: [&str; 15] = [
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
    "{ span.tidegate.plugin.call_ns > 4100000 }",
    "{ span.tidegate.stage.id = \"security\" || span.tidegate.stage.findings = 1 }",
    "{ span.artifact.version =~ \"1[.].*7\" && span.user.id != \"person-01@shop.example\" }",
];
const COUNTS: [&str; 5] = [
    "{ span.tidegate.stage.result = \"fail\" } | count_over_time() by (span.tidegate.stage.id)",
    "{ name = \"tidegate.decision\" } | rate() by (span.tidegate.decision.outcome)",
    "{ name = \"tidegate.stage\" } | count_over_time() by (span.tidegate.stage.id, span.tidegate.stage.result)",
    "{ } | rate() by (resource.service.name)",
    "{ span.tidegate.plugin.call_ns > 4000000 } | rate() by (span.tidegate.plugin.name)",
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
    if !path.exists() {
        generate::fill(path, &LedgerConfig::default(), &plan).await.unwrap();
    }
    let took = began.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(path).unwrap().len();
    println!("{decisions} decisions: filled in {took:.0} s, {} MiB", bytes >> 20);
    let ledger = Ledger::open(path, LedgerConfig::default()).await.unwrap();
    let end = first.plus(every * u32::try_from(decisions).unwrap());
    let until_ns = i64::try_from(end.nanos()).unwrap();
    let window = Window { from_ns: until_ns - i64::try_from(DAY.as_nanos()).unwrap(), until_ns };
    Grown { ledger, window }
}

/// The 95th percentile in milliseconds, the median of some rounds: others use the machine too.
async fn p95(mut once: impl AsyncFnMut()) -> f64 {
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let began = Instant::now();
            once().await;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        rounds.push(times[TIMES * 95 / 100 - 1]);
    }
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

/// Whoever reads what is for one environment and some services.
fn some(environment: &EnvironmentName, services: &[ServiceName]) -> bool {
    environment.as_str() == "staging" && services.iter().all(|service| service.as_str().ends_with('7'))
}

async fn search(grown: &Grown, text: &str, window: Window, sight: Sight<'_>) -> f64 {
    let query = parse(text).unwrap();
    p95(async || {
        let search = Search { query: &query, window, sight, traces_max: 20, spans_max: 3 };
        grown.ledger.find_traces(search).await.unwrap();
    })
    .await
}

async fn count(grown: &Grown, text: &str, window: Window, (step_ns, from): (i64, CountFrom)) -> f64 {
    let query = parse(text).unwrap();
    p95(async || {
        let count = Count { query: &query, window, sight: Sight::All, step_ns, from };
        grown.ledger.count_spans(count).await.unwrap();
    })
    .await
}

/// On the hour, as `query_range` asks.
fn month(grown: &Grown) -> Window {
    let from_ns = grown.window.until_ns - 30 * 24 * HOUR_NS;
    Window { from_ns: from_ns - from_ns % HOUR_NS, ..grown.window }
}

async fn values(grown: &Grown, tag: &str, of: Option<&str>) -> f64 {
    let (field, of) = (field_of(tag).unwrap(), of.map(|text| parse(text).unwrap()));
    p95(async || {
        grown.ledger.span_values(&field, of.as_ref(), grown.window, Sight::All, 100).await.unwrap();
    })
    .await
}

async fn trace(grown: &Grown) -> f64 {
    let query = parse("{ status = unset }").unwrap();
    let search = Search { query: &query, window: grown.window, sight: Sight::All, traces_max: 1, spans_max: 1 };
    let id = grown.ledger.find_traces(search).await.unwrap().traces.remove(0).trace_id;
    p95(async || {
        grown.ledger.trace_trees(&id, Sight::All).await.unwrap();
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

/// Asks both, and prints what it took.
async fn told(both: &[Grown; 2], name: &str, ask: impl AsyncFn(&Grown) -> f64) {
    if std::env::var("BENCH_ONLY").is_ok_and(|part| !name.contains(&part)) {
        return;
    }
    let [few, many] = [ask(&both[0]).await, ask(&both[1]).await];
    println!("{few:8.1} ms {many:8.1} ms {:6.2}  {name}", many / few.max(0.1));
}

async fn run(decisions: u64) {
    let passing = tempfile::tempdir_in(".").unwrap();
    let folder = std::env::var_os("BENCH_DIR").map_or_else(|| passing.path().to_owned(), PathBuf::from);
    let grown = async |decisions: u64| grown(&folder.join(format!("{decisions}.sqlite")), decisions).await;
    let both = [grown(decisions).await, grown(decisions * 10).await];
    println!("{decisions:>8}    {:>8}     ratio", decisions * 10);
    for text in SEARCHES {
        told(&both, text, async |grown| search(grown, text, grown.window, Sight::All).await).await;
    }
    for text in SEARCHES {
        let name = format!("{text} of some services");
        told(&both, &name, async |grown| search(grown, text, grown.window, Sight::Of(&some)).await).await;
    }
    let text = SEARCHES[1];
    let name = format!("{text} of some services, whenever");
    told(&both, &name, async |grown| search(grown, text, Window::ALL, Sight::Of(&some)).await).await;
    told(&both, "a trace", trace).await;
    for text in COUNTS {
        told(&both, text, async |grown| count(grown, text, grown.window, (HOUR_NS / 4, CountFrom::Hours)).await).await;
    }
    for tag in ["span.tidegate.stage.id", ".user.id", "span.tidegate.decision.id", "resource.service.name"] {
        told(&both, &format!("values of {tag}"), async |grown| values(grown, tag, None).await).await;
    }
    let (tag, of) = ("span.user.id", SEARCHES[1]);
    told(&both, &format!("values of {tag} where {of}"), async |grown| values(grown, tag, Some(of)).await).await;
    for (name, question) in questions() {
        told(&both, name, async |grown| list(grown, &question).await).await;
    }
    for stat in Stat::ALL {
        told(&both, &format!("stats of {}", stat.word()), async |grown| stats(grown, stat).await).await;
    }
    // Longer than a day: what they take grows with the range, so the ratio says nothing.
    for (from, name) in [(CountFrom::Hours, "thirty days"), (CountFrom::Spans, "thirty days span by span")] {
        for text in COUNTS {
            let month = async |grown: &Grown| count(grown, text, month(grown), (HOUR_NS, from)).await;
            told(&both, &format!("{name} of {text}"), month).await;
        }
    }
    for Grown { ledger, .. } in both {
        ledger.close().await;
    }
}

fn main() {
    // `cargo test` runs benches too, without this word, and wants to know only that they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let decisions = std::env::var("BENCH_DECISIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    Builder::new_multi_thread().enable_all().build().unwrap().block_on(run(decisions));
}
