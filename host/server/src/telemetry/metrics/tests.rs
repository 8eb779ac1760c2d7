//! What a scrape says after things have happened.

use super::{Metrics, Standing};
use std::{collections::BTreeSet, fs, path::Path, time::Duration};
use tidegate_core::{
    decision::{DecidedBy, Decision, Outcome, Permission},
    digest::Digest,
    fault::{Blame, Fault, FaultKind},
    name::{PluginName, PolicySetId, StageId, Version},
    policy::{Enforcement, Mode},
    score::Score,
    stage_result::{Conclusion, Evaluation, JudgedBy, StageResult},
    time::Timestamp,
};
use tidegate_ledger::{counters::Counts, notice::NoticeCounts, spans::SpanCounts};

fn stage(id: &str, conclusion: Conclusion) -> StageResult {
    let evaluation = Evaluation {
        service: None,
        conclusion: conclusion.clone(),
        ratio: None,
        summary: "".into(),
        findings: Vec::new(),
        omitted: 0,
        omitted_decisive: false,
    };
    StageResult {
        stage: StageId::parse(id).unwrap(),
        title: id.into(),
        plugin: JudgedBy {
            name: PluginName::parse("quality").unwrap(),
            version: "1.0.0".into(),
            digest: Digest::of(b"quality"),
        },
        mode: Mode::Block,
        weight: 1,
        conclusion,
        ratio: None,
        evaluations: vec![evaluation],
        lifted_by: Vec::new(),
        blocking: Vec::new(),
        would_block: false,
    }
}

fn decision(outcome: Outcome, permission: Permission, stages: Vec<StageResult>) -> Decision {
    Decision {
        outcome,
        permission,
        decided_by: DecidedBy {
            id: PolicySetId::parse("runbook").unwrap(),
            version: Version::parse("1.0.0").unwrap(),
            digest: Digest::of(b"runbook"),
            enforcement: Enforcement::Enforce,
        },
        score: Score { share: None, counted: 0, of: 0 },
        stages,
        blocking: Vec::new(),
        forced: None,
        waivers: Vec::new(),
        warnings: Vec::new(),
        evaluated_at: Timestamp::from_nanos(0),
        valid_until: None,
        retry_at: None,
    }
}

fn has(page: &str, line: &str) {
    assert!(page.lines().any(|l| l == line), "`{line}` is not in:\n{page}");
}

#[test]
fn decisions_are_counted_with_their_stages_and_faults() {
    let metrics = Metrics::new();
    let trap = Fault { blame: Blame::Plugin, kind: FaultKind::Trap, message: "it trapped".to_owned() };
    let held = decision(
        Outcome::Hold,
        Permission::Refused,
        vec![
            stage("unit_tests", Conclusion::Pass),
            stage("security", Conclusion::Error(trap)),
            stage("coverage", Conclusion::Inconclusive(Blame::Caller)),
        ],
    );
    metrics.decided(&held, Duration::from_millis(7));
    let green = decision(Outcome::Deploy, Permission::ByTheRules, vec![stage("unit_tests", Conclusion::Pass)]);
    metrics.decided(&green, Duration::from_secs(60));
    metrics.undecided("ledger_unavailable", Blame::Host);
    let page = metrics.encode();
    for line in [
        "tidegate_decisions_total{policy_set=\"runbook\",outcome=\"HOLD\",allowed=\"false\"} 1",
        "tidegate_decisions_total{policy_set=\"runbook\",outcome=\"DEPLOY\",allowed=\"true\"} 1",
        "tidegate_stage_results_total{policy_set=\"runbook\",stage=\"unit_tests\",result=\"pass\",blame=\"none\"} 2",
        "tidegate_stage_results_total{policy_set=\"runbook\",stage=\"security\",result=\"error\",blame=\"plugin\"} 1",
        "tidegate_stage_results_total{policy_set=\"runbook\",stage=\"coverage\",result=\"inconclusive\",blame=\"caller\"} 1",
        "tidegate_faults_total{error_type=\"trap\",blame=\"plugin\"} 1",
        "tidegate_faults_total{error_type=\"ledger_unavailable\",blame=\"host\"} 1",
        "tidegate_decision_duration_seconds_count 2",
        "tidegate_decision_duration_seconds_bucket{le=\"0.01\"} 1",
        "tidegate_decision_duration_seconds_bucket{le=\"+Inf\"} 2",
    ] {
        has(&page, line);
    }
}

#[test]
fn watches_are_counted_with_how_late_they_look() {
    let metrics = Metrics::new();
    metrics.watches_run(3);
    metrics.looked(Duration::from_millis(7));
    metrics.looked(Duration::from_secs(60));
    for line in [
        "tidegate_watches_running 3",
        "tidegate_watch_look_lag_seconds_count 2",
        "tidegate_watch_look_lag_seconds_bucket{le=\"0.005\"} 0",
        "tidegate_watch_look_lag_seconds_bucket{le=\"0.01\"} 1",
        "tidegate_watch_look_lag_seconds_bucket{le=\"+Inf\"} 2",
    ] {
        has(&metrics.encode(), line);
    }
}

#[test]
fn a_scrape_says_how_things_stand_now() {
    let metrics = Metrics::new();
    let ledger = Counts { commits: 2, leaves: 5, largest_batch: 4, checkpoints_unpublished: 6, waiting: 1 };
    let notices = NoticeCounts { pending: 1, delivered: 8, failed: 2, undeliverable: 3 };
    let now = Timestamp::from_nanos(90_000_000_000);
    let spans = SpanCounts {
        pending: 9,
        oldest: Some(Timestamp::from_nanos(20_000_000_000)),
        exported: 10,
        rejected: 11,
        refused: 12,
        gone: 13,
    };
    let (notices, spans, unseen_for) = (Some(notices), Some(spans), Some(Duration::from_secs(14)));
    metrics.stands(Standing { in_flight: 3, queued: 7, ledger, notices, spans, unseen_for, now });
    for line in [
        "tidegate_decisions_in_flight 3",
        "tidegate_decisions_queued 7",
        "tidegate_ledger_waiting 1",
        "tidegate_ledger_commits_total 2",
        "tidegate_ledger_leaves_total 5",
        "tidegate_notices_pending 1",
        "tidegate_notices_delivered_total 8",
        "tidegate_notices_failed 2",
        "tidegate_notices_undeliverable 3",
        "tidegate_ledger_checkpoints_unpublished_total 6",
        "tidegate_ledger_largest_batch 4",
        "tidegate_span_trees_pending 9",
        "tidegate_span_trees_oldest_seconds 70",
        "tidegate_span_trees_exported_total 10",
        "tidegate_spans_rejected_total 11",
        "tidegate_span_trees_refused_total 12",
        "tidegate_span_trees_gone_total 13",
        "tidegate_ledger_unseen_seconds 14",
    ] {
        has(&metrics.encode(), line);
    }
    let nothing = Standing { in_flight: 0, queued: 0, ledger, notices: None, spans: None, unseen_for: None, now };
    metrics.stands(nothing);
    has(&metrics.encode(), "tidegate_ledger_unseen_seconds 0");
    has(&metrics.encode(), "tidegate_notices_failed 2");
    has(&metrics.encode(), "tidegate_decisions_in_flight 0");
    has(&metrics.encode(), "tidegate_ledger_commits_total 2");
}

#[test]
fn one_bundle_is_in_force_and_reloads_are_counted_by_what_came_of_them() {
    let metrics = Metrics::new();
    metrics.in_force("sha256:a", "last-good", Timestamp::from_nanos(3_500_000_000));
    has(&metrics.encode(), "tidegate_bundle_info{digest=\"sha256:a\",source=\"last-good\"} 1");
    has(&metrics.encode(), "tidegate_bundle_activated_timestamp_seconds 3");
    has(&metrics.encode(), "tidegate_last_reload_successful 0");
    for result in ["refused", "activated"] {
        metrics.in_force("sha256:b", "files", Timestamp::from_nanos(4_000_000_000));
        metrics.reloaded(result);
        has(&metrics.encode(), &format!("tidegate_reloads_total{{result=\"{result}\"}} 1"));
        has(&metrics.encode(), &format!("tidegate_last_reload_successful {}", u8::from(result == "activated")));
    }
    let page = metrics.encode();
    let bundles: Vec<&str> = page.lines().filter(|line| line.starts_with("tidegate_bundle_info{")).collect();
    assert_eq!(bundles, ["tidegate_bundle_info{digest=\"sha256:b\",source=\"files\"} 1"]);
}

#[test]
fn everything_else_is_counted_under_its_name() {
    let metrics = Metrics::new();
    metrics.answered(Some("/v1/decisions/{id}"), 404, Duration::from_millis(1));
    metrics.answered(None, 404, Duration::from_millis(1));
    metrics.evaluated(&PluginName::parse("quality").unwrap(), Duration::from_micros(18));
    let page = metrics.encode();
    for line in [
        "http_server_request_duration_seconds_count{http_route=\"/v1/decisions/{id}\",http_response_status_code=\"404\"} 1",
        "http_server_request_duration_seconds_count{http_route=\"unmatched\",http_response_status_code=\"404\"} 1",
        "tidegate_plugin_evaluation_duration_seconds_count{plugin=\"quality\"} 1",
        "tidegate_plugin_evaluation_duration_seconds_bucket{le=\"0.000025\",plugin=\"quality\"} 1",
    ] {
        has(&page, line);
    }
    has(&page, &format!("tidegate_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")));
    assert!(page.ends_with("# EOF\n"), "{page}");
}

#[test]
fn a_hostile_label_stays_inside_its_quotes() {
    let metrics = Metrics::new();
    metrics.answered(Some("/a\"} 1\nforged_total 7"), 200, Duration::ZERO);
    assert!(!metrics.encode().lines().any(|line| line.starts_with("forged_total")));
}

/// Names of numbers in a text of queries.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with("tidegate_") || word.starts_with("http_server_")).collect()
}

#[test]
fn every_number_of_the_shipped_alerts_and_the_dashboard_is_counted() {
    let metrics = Metrics::new();
    let broken = Conclusion::Error(Fault { blame: Blame::Plugin, kind: FaultKind::Trap, message: String::new() });
    let held = decision(Outcome::Hold, Permission::Refused, vec![stage("security", broken)]);
    metrics.decided(&held, Duration::from_millis(1));
    metrics.evaluated(&PluginName::parse("quality").unwrap(), Duration::from_micros(5));
    let page = metrics.encode();
    let counted = |name: &str| page.lines().any(|line| line.split(['{', ' ']).next() == Some(name));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/grafana");
    for file in ["alerts.yaml", "dashboard.json", "ALERTS.md"] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let names = named(&text);
        assert!(names.len() > 5, "{file}: {names:?}");
        for name in names {
            assert!(counted(name), "{file} asks for `{name}`, which nobody counts");
        }
    }
}

#[test]
fn every_alert_has_a_section_that_says_what_to_do() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/grafana");
    let [rules, page] = ["alerts.yaml", "ALERTS.md"].map(|file| fs::read_to_string(folder.join(file)).unwrap());
    let alerts: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(!alerts.is_empty());
    for alert in alerts {
        assert!(page.contains(&format!("## {alert}\n")), "{alert}");
    }
}
