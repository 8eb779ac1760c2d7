//! What a decision costs over HTTP, beside servers that do less with the same body: one sends it back, one reads the form and parses its
//! documents with serde_json. All of it in one run on one machine, so that ratios can be read.
//!
//! Clients, servers and gates share this process and its processors. Each round asks each of them in turn for `BENCH_SECONDS` (1), and there
//! are `BENCH_ROUNDS` (5); medians are told. `BENCH_ONLY` names parts, joined by commas: `sizes`, `stages`, `evidence`, `clients`, `pace`,
//! `start`. Records lie in `BENCH_DIR`, by default the folder for temporary files; curves are drawn into `BENCH_PLOTS`, where that is set.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

mod asker;
mod gates;
mod plot;
mod workload;
mod yardsticks;

use asker::{Asker, Request};
use gates::{Gate, started};
use plot::Curve;
use std::{env, net::SocketAddr, time::Duration};
use tidegate::load::{Measured, as_fast_as_it_goes, at_a_pace};
use tokio::runtime::Runtime;
use workload::{MIDDLE, SIZES, Size, body, cited};
use yardsticks::Yardsticks;

/// Asks, and prints what came of it.
type Part = fn(&World);

/// Clients where nothing else is said.
const CLIENTS: usize = 8;

fn main() {
    if env::args().any(|argument| argument == "--bench") {
        let world = World::new();
        let only = env::var("BENCH_ONLY").unwrap_or_default();
        let parts: [(&str, Part); 6] = [
            ("sizes", sizes),
            ("stages", stages),
            ("evidence", evidence),
            ("clients", clients),
            ("pace", pace),
            ("start", |_| start()),
        ];
        let is_asked = |name: &str| only.is_empty() || only.split(',').any(|part| part == name);
        parts.iter().filter(|(name, _)| is_asked(name)).for_each(|(_, part)| part(&world));
    } else {
        println!("run it with `cargo bench`");
    }
}

fn number(name: &str, default: u32) -> u32 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

struct World {
    // Servers live on it.
    _runtime: Runtime,
    yardsticks: Yardsticks,
    gate: Gate,
    seconds: Duration,
    rounds: u32,
}

/// Something that is asked, and what.
struct Asked<'a> {
    name: String,
    address: SocketAddr,
    request: &'a Request,
}

impl World {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let yardsticks = runtime.block_on(yardsticks::start());
        let gate = runtime.block_on(Gate::start());
        let seconds = Duration::from_secs(number("BENCH_SECONDS", 1).into());
        Self { _runtime: runtime, yardsticks, gate, seconds, rounds: number("BENCH_ROUNDS", 5) }
    }

    /// Answers a second of each, the median of the rounds.
    fn compared(&self, all: &[Asked<'_>], clients: usize) -> Vec<f64> {
        let mut rates = vec![Vec::new(); all.len()];
        for asked in all {
            // Whatever is made once is made here.
            Asker::several(asked.address, asked.request, clients).iter_mut().for_each(Asker::asked);
        }
        for _ in 0..self.rounds {
            for (asked, rates) in all.iter().zip(&mut rates) {
                let mut askers = Asker::several(asked.address, asked.request, clients);
                rates.push(rate(&as_fast_as_it_goes(&mut askers, self.seconds)));
            }
        }
        rates.into_iter().map(median).collect()
    }
}

/// Answers a second; each has to be one.
fn rate(measured: &Measured) -> f64 {
    assert!(measured.failures.is_empty() && measured.answered() == measured.decided(), "{measured:?}");
    measured.a_second()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn told(title: &str, all: &[Asked<'_>], rates: &[f64], against: usize) {
    println!("\n{title}\n\n| | a second | against `{}` |\n|---|---|---|", all[against].name);
    for (asked, rate) in all.iter().zip(rates) {
        println!("| {} | {rate:.0} | {:.2} |", asked.name, rate / rates[against]);
    }
}

fn sizes(world: &World) {
    for size in SIZES {
        let documents = size.documents();
        let form = body(&documents, 4);
        let (one, twenty) = (body(&documents, 1), body(&documents, 20));
        world.gate.keep(&documents);
        let cited = cited(&documents, 4);
        let gate = |name: &str, request| Asked { name: name.to_owned(), address: world.gate.address, request };
        let all = [
            Asked { name: "sends it back".to_owned(), address: world.yardsticks.echoes, request: &form },
            Asked { name: "parses it".to_owned(), address: world.yardsticks.parses, request: &form },
            gate("gate, 1 stage", &one),
            gate("gate, 4 stages", &form),
            gate("gate, 20 stages", &twenty),
            gate("gate, 4 stages, by digest", &cited),
        ];
        let rates = world.compared(&all, CLIENTS);
        told(&format!("{}: {} bytes, {CLIENTS} clients", size.name, form.bytes()), &all, &rates, 1);
    }
}

/// How answers a second change with something, in one curve.
fn grown(world: &World, title: &str, points: &[(f64, Request, usize)]) {
    println!("\n{title}\n\n| | a second |\n|---|---|");
    let mut curve = Curve::new(title);
    for (at, request, clients) in points {
        let asked = [Asked { name: title.to_owned(), address: world.gate.address, request }];
        let rate = world.compared(&asked, *clients)[0];
        println!("| {at} | {rate:.1} |");
        curve.add(*at, rate);
    }
    curve.draw();
}

fn stages(world: &World) {
    let documents = MIDDLE.documents();
    let point = |stages: u32| (f64::from(stages), body(&documents, stages), CLIENTS);
    grown(world, "decisions a second by stages", &gates::STAGES.map(point));
}

fn evidence(world: &World) {
    let point = |times: u32| {
        let size = Size { name: "", findings: 17 * times, tests: 7 * times };
        let request = body(&size.documents(), 4);
        (request.bytes() as f64, request, if times > 1_000 { 1 } else { CLIENTS })
    };
    grown(world, "decisions a second by bytes of evidence", &[1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000].map(point));
}

fn clients(world: &World) {
    let documents = MIDDLE.documents();
    let point = |clients: u32| (f64::from(clients), body(&documents, 4), clients as usize);
    grown(world, "decisions a second by clients", &[1, 2, 4, 8, 16, 32, 64, 128, 256].map(point));
}

fn pace(world: &World) {
    println!(
        "\nhalf as many questions as it can take, 4 stages\n\n| | a second | p50 ms | p99 ms | p99 / p50 |\n|---|---|---|---|---|"
    );
    for size in SIZES.iter().take(2) {
        let request = body(&size.documents(), 4);
        let asked = [Asked { name: String::new(), address: world.gate.address, request: &request }];
        let half = world.compared(&asked, CLIENTS)[0] / 2.0;
        let mut askers = Asker::several(world.gate.address, &request, 4 * CLIENTS);
        let measured = at_a_pace(&mut askers, half, world.seconds * world.rounds);
        rate(&measured);
        let millis = |percent| measured.latencies.percentile(percent).unwrap().as_secs_f64() * 1e3;
        let (p50, p99) = (millis(50.0), millis(99.0));
        println!("| {} | {half:.0} | {p50:.2} | {p99:.2} | {:.1} |", size.name, p99 / p50);
    }
}

fn start() {
    let (first, later) = started(number("BENCH_ROUNDS", 5));
    println!("\nfrom nothing to ready, with the plugins that `policies/` names\n\n| | s |\n|---|---|");
    println!("| compiled for the first time | {:.2} |", first.as_secs_f64());
    println!("| compiled before | {:.3} |", later.as_secs_f64());
}
