//! What a set says about the time after a deployment: what is wrong with it is told like everything else, and it is a part of the
//! set's digest.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use tidegate_bundle::{
    bundle::Bundle,
    document::Mistake,
    lint::lint,
    occasions::Occasion,
    rollbacks::{ByHand, COOL_DOWN, PER_HOUR, RollbackRules},
    sources::{Sources, read_sets},
};
use tidegate_core::{digest::Digest, time::Timestamp};

const HEAD: &str = "\
policy_set: shop
version: 1.0.0
owner: Shop Team
match: { environments: [production], services: [shop-*] }
plugins: { quality: { path: quality.wasm } }
stages: [ { id: lint, title: Lint, plugin: quality, evidence: [] } ]
contacts: { On-Call Engineer: +1-555-ONCALL }
links: { Monitoring: 'http://localhost:3000' }
";

fn read(tail: &str) -> Result<Sources, Vec<Mistake>> {
    read_sets(&[(PathBuf::from("p.yaml"), format!("{HEAD}{tail}"))])
}

fn bundle(tail: &str) -> Bundle {
    let sources = read(tail).unwrap();
    let digest = |plugin: tidegate_bundle::sources::PluginReference<'_>| {
        ((plugin.set.clone(), plugin.name.clone()), Digest::of(b"quality"))
    };
    let digests: BTreeMap<_, _> = sources.plugins().map(digest).collect();
    sources.resolve(&digests).unwrap()
}

const LEVELS: &str = "P1: { respond_within: 1h, contact: On-Call Engineer }, P2: { respond_within: 4h, contact: On-Call Engineer }, \
P3: { respond_within: 1d, contact: On-Call Engineer }";

const AT_ONCE: &str =
    "P0: { respond_within: 15m, contact: On-Call Engineer, then: [On-Call Engineer], updates_every: 5m }";
const WRITTEN: &str = "{ incident: { subject: '{{ title }}', body: '{{ next_update }}' }, \
resolved: { subject: '{{ title }}', body: '{{ downtime }}' } }";

/// What is written, and every mistake that follows.
fn cases() -> Vec<(String, &'static [&'static str])> {
    let written = |text: &str| text.to_owned();
    vec![
        (written("rollback: { triggers: [ { name: a, signal: x, gt: 1, for: { gt: 5m } } ] }"), &[]),
        (
            written(
                "rollback: { triggers: [ { name: a, alert: { name: A } } ], order: Run!, cool_down: 1 hour, per_hour: -1 }",
            ),
            &[
                "p.yaml:9:67: `Run!` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter",
                "p.yaml:9:84: `1 hour` is not a span of time: expected e.g. `45s`, `20m`, `1h30m` or `14d`",
                "p.yaml:9:102: `-1` is too small: at least 0 needed",
            ],
        ),
        (
            written("rollback: { step: 5s }"),
            &["p.yaml:9:11: one of `triggers` and `canary` says when a deployment is undone"],
        ),
        (
            written(
                "rollback: { canary: { metrics: [ { name: a, canary: x, baseline: z, worse: higher } ] } }\n\
                 watch: { plugin: quality, for: 5m, signals: [ { name: x, health: { destination: api } } ] }",
            ),
            &["p.yaml:9:66: signal `z` is not sampled under `watch.signals`\nhint: did you mean `x`?"],
        ),
        (
            written("rollback: { triggers: [ { name: a }, { name: a, alert: { severity: critical } } ] }"),
            &[
                "p.yaml:9:25: a trigger needs a condition: `consecutive`, `for`, `k_of_n` or `alert`",
                "p.yaml:9:46: trigger `a` is defined twice: first in line 9",
            ],
        ),
        (
            written(
                "rollback: { triggers: [ { name: a, signal: x, gt: 1, for: { gt: 5m }, consecutive: { gt: 3 } } ] }",
            ),
            &["p.yaml:9:25: a trigger has one condition, this one has 2\nhint: make a trigger of each"],
        ),
        (
            written("rollback: { triggers: [ { name: a, signal: x, consecutive: { gt: 3 } } ] }"),
            &["p.yaml:9:25: a trigger over samples needs one of `gt` and `lt`"],
        ),
        (
            written("rollback: { triggers: [ { name: a, signal: x, gt: 1, for: { more_than: 5 minutes } } ] }"),
            &[
                "p.yaml:9:59: `gt` is missing\nhint: gt: Exactly so long does not fire yet",
                "p.yaml:9:61: unknown key `more_than`\nhint: known keys here: `gt`",
            ],
        ),
        (
            written(
                "rollback: { triggers: [ { name: a, signal: x, lt: 1, for: { gt: 5m } }, \
                 { name: b, signal: yy, gt: 1, k_of_n: { gt: 2, of: 3 } } ] }\n\
                 watch: { plugin: qualty, for: 5m, signals: [ { name: y, health: { destination: api } }, \
                 { name: y, health: { destination: api } }, { name: z } ] }",
            ),
            &[
                "p.yaml:9:44: signal `x` is not sampled under `watch.signals`\nhint: did you mean `y`?",
                "p.yaml:9:65: the watch is over before this can fire\nhint: `watch.for` has to be longer",
                "p.yaml:9:92: signal `yy` is not sampled under `watch.signals`\nhint: did you mean `y`?",
                "p.yaml:10:18: there is no `qualty` under `plugins`\nhint: did you mean `quality`?",
                "p.yaml:10:97: signal `y` is sampled twice: first in line 10",
                "p.yaml:10:132: a signal has one source, `prometheus` or `health`; here are 0",
            ],
        ),
        (
            written(
                "rollback: { triggers: [ { name: a, alert: { severity: critical } } ] }\n\
                 watch: { plugin: quality, for: 5m, signals: [] }",
            ),
            &["p.yaml:9:43: nobody is asked for alerts under `watch.alerts`"],
        ),
        (
            written(
                "rollback: { triggers: [ { name: a, alert: { severity: critical } } ] }\n\
                 watch: { plugin: quality, for: 5m, signals: [], alerts: { prometheus: { destination: metrics } } }",
            ),
            &[],
        ),
        (
            written(
                "rollback: { triggers: [ { name: a, alert: { severity: critical } } ] }\n\
                 watch: { plugin: quality, for: 5m, signals: [], alerts: \
                 { prometheus: { destination: metrics }, alertmanager: { destination: alerts } } }",
            ),
            &["p.yaml:10:57: alerts have one source, `prometheus` or `alertmanager`; here are 2"],
        ),
        (
            written(
                "rollback: { triggers: [ { name: a, alert: { severity: critical } } ] }\n\
                 watch: { plugin: quality, for: 5m, signals: [], alerts: \
                 { alertmanager: { destination: alerts }, webhook: confirm } }",
            ),
            &[],
        ),
        (
            written(
                "rollback: { triggers: [ { name: a, alert: { severity: critical } } ] }\n\
                 watch: { plugin: quality, for: 5m, signals: [], alerts: { prometheus: { destination: metrics }, webhook: confirm } }",
            ),
            &[
                "p.yaml:10:106: nobody is named who confirms alerts\nhint: say `alertmanager: { destination: … }` beside it",
            ],
        ),
        (
            written(
                "rollback: { triggers: [ { name: a, alert: { severity: critical } } ] }\n\
                 watch: { plugin: quality, for: 5m, signals: [], alerts: { webhook: fire } }",
            ),
            &["p.yaml:10:57: alerts have one source, `prometheus` or `alertmanager`; here are 0"],
        ),
        (
            written("watch: { plugin: quality, for: 5m, signals: [] }"),
            &[
                "p.yaml:9:8: `watch` has nothing to judge by\nhint: say under `rollback` which triggers undo a deployment",
            ],
        ),
        (
            written(
                "rollback: { step: 1s, triggers: [ { name: a, signal: x, gt: 1, for: { gt: 5m }, clear_after: 1m, \
                 max_gap: 1m, missing: fail, reads: rate, then: warn, severity: low } ] }\n\
                 watch: { plugin: quality, for: 5m1s, starts: on_success, signals: \
                 [ { name: x, unit: ms, prometheus: { destination: metrics, query: 'up' } } ] }",
            ),
            &[],
        ),
        (
            written(
                "verification: { environment: verification, endpoints: [ { address: 'https://a/', destination: a }, \
                 { address: 'https://a/', destination: b } ],\n\
                 items: [ { item: x, evidence: e, healthy: { endpoint: 'https://b/', at: services } },\n\
                 { item: x, evidence: e, targets: { destination: m }, answers: { destination: m } },\n\
                 { item: y, evidence: e, prometheus: { destination: m, query: up } },\n\
                 { item: z, evidence: e, no_alerts: { except: [a] } } ] }",
            ),
            &[
                "p.yaml:9:111: endpoint `https://a/` is asked twice: first in line 9",
                "p.yaml:10:55: endpoint `https://b/` is not listed under `verification.endpoints`\nhint: did you mean `https://a/`?",
                "p.yaml:10:73: `services` is not a JSON Pointer: expected e.g. `/services`",
                "p.yaml:11:1: an item is seen by one of `healthy`, `version`, `burst`, `answers`, `prometheus`, `targets`, \
                 `alertmanager`, `no_alerts`; here are 2",
                "p.yaml:11:9: item `x` is seen twice: first in line 10",
                "p.yaml:12:37: a number is compared with `min`, `max` or both",
                "p.yaml:13:36: alerts have one source, `prometheus` or `alertmanager`; here are 0",
            ],
        ),
        (
            written(
                "verification: { environment: verification, after: [rollback, success], settle: 2m, within: 5s, skip: [a],\n\
                 endpoints: [ { address: 'https://a/', destination: a, path: [health] } ],\n\
                 items: [ { item: x, evidence: e, burst: { endpoint: 'https://a/', requests: 10 } } ] }",
            ),
            &[],
        ),
        (
            format!("escalation: {{ P0: {{ respond_within: 15m, contact: On-Call Enginer }}, {LEVELS} }}"),
            &["p.yaml:9:51: there is no `On-Call Enginer` under `contacts`\nhint: did you mean `On-Call Engineer`?"],
        ),
        (format!("incidents: {{ plugin: quality }}\nnotices: {WRITTEN}\nescalation: {{ {AT_ONCE}, {LEVELS} }}"), &[]),
        (
            written("incidents: { plugin: qualty, procedure: aid }"),
            &[
                "p.yaml:9:12: incidents need `escalation` and `notices`\nhint: say whom each priority is told, and what is written",
                "p.yaml:9:22: there is no `qualty` under `plugins`\nhint: did you mean `quality`?",
                "p.yaml:9:41: there is no `aid` under `procedures`",
            ],
        ),
        (
            written(
                "notices: { incident: { subject: '{{ titel }}', body: '{{ downtime }} {{ x' }, resolved: { subject: a, body: '{{ root_cause }} {{ A }}' } }",
            ),
            &[
                "p.yaml:9:33: nothing is known as `{{ titel }}` here\nhint: did you mean `title`?",
                "p.yaml:9:54: `{{` without `}}` after it",
                "p.yaml:9:109: `{{ A }}` is no name: lower-case letters and `_`",
            ],
        ),
        (
            format!(
                "escalation: {{ P0: {{ respond_within: 15m, contact: On-Call Engineer, then: [On-Call Enginer] }}, {LEVELS} }}"
            ),
            &["p.yaml:9:76: there is no `On-Call Enginer` under `contacts`\nhint: did you mean `On-Call Engineer`?"],
        ),
        (
            written("severity: { P0: { title: Critical, any_of: { service: [broken] } } }"),
            &[
                "p.yaml:9:11: `P1` is missing\nhint: P1: Any of these makes an incident this urgent",
                "p.yaml:9:11: `P2` is missing\nhint: P2: Any of these makes an incident this urgent",
                "p.yaml:9:11: `P3` is missing\nhint: P3: What is known to be nothing of the others",
                "p.yaml:9:56: `broken` is not one of `degraded`, `partial_outage`, `outage`",
            ],
        ),
        (
            written("procedures: { rollback: { title: Rollback, steps: [ { title: Look, link: Grafana } ] } }"),
            &["p.yaml:9:74: there is no `Grafana` under `links`"],
        ),
        (
            written("notices: { incident: { subject: Down, body: \"one\\ntwo\\e[31m\" } }"),
            &["p.yaml:9:45: `two\\u{1b}[31m` holds a control character"],
        ),
    ]
}

#[test]
fn each_mistake_is_told_with_its_place() {
    for (written, expected) in cases() {
        let found = read(&written).err().unwrap_or_default();
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{written}");
    }
}

#[test]
fn they_are_a_part_of_the_digest_and_of_what_is_shown() {
    let with =
        bundle("rollback: { triggers: [ { name: a, signal: x, gt: 1, for: { gt: 5m } } ], by_hand: [previous] }");
    let other =
        bundle("rollback: { triggers: [ { name: a, signal: x, gt: 2, for: { gt: 5m } } ], by_hand: [previous] }");
    assert_ne!(with.digest(), other.digest());
    assert_ne!(with.digest(), bundle("").digest());
    let set = with.sets().first().unwrap();
    let value = |pointer: &str| set.effective().into_iter().find(|value| value.pointer == pointer).unwrap();
    assert_eq!(value("/rollback/triggers/0/for/gt").value, "5m");
    assert_eq!(value("/rollback/triggers/0/for/gt").source.to_string(), "p.yaml:9:65");
    assert_eq!(value("/severity").source.to_string(), "default");
}

#[test]
fn how_a_deployment_is_undone_is_known_with_what_counts_where_nothing_is_said() {
    let rules = |tail: &str| {
        let set = bundle(&format!("rollback: {{ triggers: [ {{ name: a, alert: {{ name: A }} }} ]{tail} }}"));
        set.sets().first().unwrap().rollbacks.clone().unwrap()
    };
    let usual = RollbackRules { order: None, cool_down: COOL_DOWN, per_hour: PER_HOUR, by_hand: ByHand::ALL.into() };
    assert_eq!(rules(""), usual);
    let said = rules(", order: runner, cool_down: 90m, per_hour: 0, by_hand: [version]");
    let cool_down = Duration::from_secs(5_400);
    let by_hand = [ByHand::Version].into();
    assert_eq!(said, RollbackRules { order: Some("runner".to_owned()), cool_down, per_hour: 0, by_hand });
    assert_eq!(rules(", by_hand: []").by_hand, [].into());
    assert_eq!(bundle("").sets().first().unwrap().rollbacks, None);
}

#[test]
fn a_rollback_without_an_order_is_warned_of() {
    let warnings = |tail: &str| {
        let sources =
            read(&format!("rollback: {{ triggers: [ {{ name: a, alert: {{ name: A }} }} ]{tail} }}")).unwrap();
        let now = Timestamp::parse("2026-03-31T12:00:00Z").unwrap();
        let all: Vec<String> = lint(&sources, now).iter().map(ToString::to_string).collect();
        all.into_iter().filter(|warning| warning.contains("`rollback` names no order")).count()
    };
    assert_eq!((warnings(""), warnings(", order: runner")), (1, 0));
}

#[test]
fn what_is_ordered_on_a_decision_is_known_and_a_part_of_the_digest() {
    let of = |tail: &str| bundle(tail).sets().first().unwrap().on.clone();
    assert_eq!(of(""), BTreeMap::new());
    let both = [(Occasion::Remediate, "fixer".to_owned()), (Occasion::Forced, "audit".to_owned())];
    assert_eq!(of("on: { forced: audit, remediate: fixer }"), both.into());
    let digest = |tail: &str| bundle(tail).digest();
    assert_ne!(digest("on: { hold: fixer }"), digest(""));
    for (tail, wanted) in [
        ("on: { deploy: fixer }", "unknown key `deploy`"),
        ("on: {}", "p.yaml:9:"),
        ("on: { hold: Fix! }", "`Fix!` is not a name"),
        ("on: fixer", "p.yaml:9:"),
    ] {
        let mistakes: Vec<String> = read(tail).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(mistakes.len() == 1 && mistakes[0].contains(wanted), "{tail}: {mistakes:?}");
    }
}

#[test]
fn an_order_that_is_never_given_is_warned_of() {
    let warnings = |tail: &str| {
        let now = Timestamp::parse("2026-03-31T12:00:00Z").unwrap();
        let all = lint(&read(tail).unwrap(), now).iter().map(ToString::to_string).collect::<Vec<_>>();
        all.into_iter().filter(|warning| warning.contains("`on")).count()
    };
    assert_eq!(warnings("on: { remediate: fixer }"), 0);
    assert_eq!(warnings("enforcement: advisory\non: { remediate: fixer }"), 1);
    assert_eq!(warnings("on: { forced: fixer }"), 1);
    assert_eq!(warnings("on: { forced: fixer }\nbreak_glass: { minimum_evidence: [lint] }"), 0);
}

#[test]
fn a_verification_that_nobody_judges_is_warned_of() {
    let warnings = |environment: &str, skip: &str| -> Vec<String> {
        let sources = read(&format!("verification: {{ environment: {environment}, skip: [{skip}] }}")).unwrap();
        let now = Timestamp::parse("2026-03-31T12:00:00Z").unwrap();
        let all = lint(&sources, now).iter().map(ToString::to_string).collect::<Vec<_>>();
        all.into_iter().filter(|warning| warning.starts_with("p.yaml:9:")).collect()
    };
    assert_eq!(
        warnings("elsewhere", ""),
        ["p.yaml:9:30: warning: no policy set is for `elsewhere`: nothing can be verified"]
    );
    assert_eq!(warnings("production", ""), [""; 0]);
    assert_eq!(
        warnings("production", "lint"),
        ["p.yaml:9:49: warning: no stage `lint` that judges there is optional: nothing is verified by itself"]
    );
}
