//! What signals say of a deployment.

use super::{BEGAN, SECOND, fault, look, shipped};
use crate::{
    guest::{Asked, CLEAN_AT, Guest, guest},
    world::{engine, later},
};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    deployment::Label,
    fault::{Blame, FaultKind},
    finding::Severity,
    observation::{Advice, Alert, Observation, RollbackReport, Series, Trigger, TriggerState, believed},
    time::Timestamp,
};
use tidegate_engine::{config::Limits, engine::Engine, plugin::Plugin};

const SETTINGS: &str = r#"{"step": "1s", "triggers": [
    {"name": "errors", "signal": "errors", "gt": 0.1, "for": {"gt": "5m"}, "clear_after": "1m"},
    {"name": "intrusion", "alert": {"severity": "critical", "category": "security"}, "severity": "critical"}]}"#;

fn ask(engine: &Engine, plugin: &Plugin, observation: &Observation) -> RollbackReport {
    believed(engine.observe(plugin, observation, later()).result.unwrap()).unwrap()
}

#[test]
fn a_window_is_judged_and_every_part_of_it_arrives() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "rollback");
    for (samples, advice, state) in [
        (".".repeat(3600), Advice::Proceed, TriggerState::Ok),
        ("x".repeat(300), Advice::Hold, TriggerState::Pending),
        ("x".repeat(301), Advice::Hold, TriggerState::Pending),
        ("x".repeat(302), Advice::RollBack, TriggerState::Firing),
        ("x".repeat(302) + "---", Advice::Hold, TriggerState::Inconclusive),
    ] {
        let report = ask(&engine, &plugin, &look(SETTINGS, &samples));
        assert_eq!((report.advice, report.triggers[0].state), (advice, state), "{}", report.summary);
    }
    let fires = ask(&engine, &plugin, &look(SETTINGS, &"x".repeat(302)));
    let expected = Trigger {
        name: "errors".to_owned(),
        state: TriggerState::Firing,
        since: Some(Timestamp::from_nanos(BEGAN + 301 * SECOND)),
        observed: Some(0.101),
        threshold: Some(0.1),
        samples: 302,
        message: "above 0.1 for 5m1s, longer than 5m".to_owned(),
    };
    assert_eq!((fires.severity, &fires.triggers[0]), (Severity::High, &expected));
    // What was judged is handed back, and holds until it was clear for long enough.
    let mut later_on = look(SETTINGS, &("x".repeat(302) + "."));
    later_on.previous = fires.triggers.clone();
    let kept = ask(&engine, &plugin, &later_on);
    assert_eq!((kept.triggers[0].state, kept.triggers[0].since), (TriggerState::Firing, expected.since));
}

#[test]
fn alerts_and_defects_arrive() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "rollback");
    let mut looked = look(SETTINGS, "...");
    let label = Label { name: "instance".into(), value: "a".into() };
    looked.alerts.push(Alert {
        name: "Intrusion".into(),
        severity: "critical".into(),
        category: "security".into(),
        firing: true,
        since: Timestamp::from_nanos(BEGAN),
        labels: vec![label.clone()],
    });
    let report = ask(&engine, &plugin, &looked);
    assert_eq!((report.advice, report.severity), (Advice::RollBack, Severity::Critical));
    assert_eq!(report.triggers[1].message, "alert `Intrusion` active");
    let mut looked = look(SETTINGS, "...");
    let series = looked.series.pop().unwrap();
    looked.series.push(Series { defect: Some("a warning: partial".into()), labels: vec![label], ..series });
    let report = ask(&engine, &plugin, &looked);
    assert_eq!(report.triggers[0].message, "the series may be partial: a warning: partial");
}

#[test]
fn settings_are_asked_for_their_lookback_and_for_their_mistakes() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "rollback");
    let lookback = |settings: &str| engine.lookback(&plugin, settings, later());
    assert_eq!(lookback(SETTINGS).result, Ok(Duration::from_secs(303)));
    let (blame, kind, message) = fault(lookback(r#"{"triggers": []}"#));
    assert_eq!((blame, kind), (Blame::Policy, FaultKind::BadSettings));
    assert_eq!(message, "`/triggers`: nothing is asked: name a trigger");
    let (blame, kind, _) = fault(engine.observe(&plugin, &look("{}", "."), later()));
    assert_eq!((blame, kind), (Blame::Policy, FaultKind::BadSettings));
    assert_eq!(plugin.settings_problems(&engine, SETTINGS).unwrap(), []);
    let wrong = r#"{"triggers": [{"name": "t", "signal": "s", "gt": "1", "consecutive": {"gt": -1}}]}"#;
    let problems = plugin.settings_problems(&engine, wrong).unwrap();
    let places: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
    assert!(places.contains(&"/triggers/0/gt") && places.contains(&"/triggers/0/consecutive/gt"), "{problems:?}");
}

#[test]
fn equal_windows_give_equal_reports_on_every_thread() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "rollback");
    let looked = look(SETTINGS, &"xxxx.-".repeat(60));
    let expected = ask(&engine, &plugin, &looked);
    std::thread::scope(|scope| {
        let (engine, plugin, looked, expected) = (&engine, &plugin, &looked, &expected);
        for _ in 0..2 {
            scope.spawn(move || (0..100).for_each(|_| assert_eq!(ask(engine, plugin, looked), *expected)));
        }
    });
}

#[test]
fn a_day_of_samples_of_four_signals_can_be_judged() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "rollback");
    let trigger = |n: usize| format!(r#"{{"name": "t{n}", "signal": "s{n}", "gt": 0.1, "for": {{"gt": "23h"}}}}"#);
    let settings = format!(r#"{{"step": "5s", "triggers": [{}]}}"#, [0, 1, 2, 3].map(trigger).join(", "));
    let mut looked = look(&settings, &"x".repeat(17_280));
    let one = looked.series.pop().unwrap();
    looked.series = (0..4).map(|n| Series { signal: format!("s{n}").into(), ..one.clone() }).collect();
    let evaluated = engine.observe(&plugin, &looked, later());
    assert!(evaluated.cost.memory_bytes < 32 << 20, "{:?}", evaluated.cost);
    assert_eq!(evaluated.result.unwrap().triggers.len(), 4);
}

#[test]
fn a_canary_is_compared() {
    let engine = engine(Limits::default());
    let plugin = shipped(&engine, "canary");
    let settings = r#"{"min_samples": 20, "metrics": [
        {"name": "errors", "canary": "errors", "baseline": "before", "worse": "higher", "critical": true}]}"#;
    let compared = |canary: &str, baseline: &str| {
        let mut looked = look(settings, canary);
        let before = look(settings, baseline).series.pop().unwrap();
        looked.series.push(Series { signal: "before".into(), ..before });
        ask(&engine, &plugin, &looked)
    };
    assert_eq!(compared(&".".repeat(60), &".".repeat(60)).advice, Advice::Proceed);
    assert_eq!(compared(&"x".repeat(60), &".".repeat(60)).advice, Advice::RollBack);
    assert_eq!(compared(&"-".repeat(60), &".".repeat(60)).advice, Advice::Hold);
    assert_eq!(engine.lookback(&plugin, settings, later()).result, Ok(Duration::from_secs(1800)));
}

/// A guest that answers with so many triggers, all of them nothing.
fn answering(advice: u32, triggers: u32) -> Guest {
    Guest { pages: 8, asked: Asked::Rollback([0, advice, CLEAN_AT, triggers, 0, 0]), ..guest() }
}

#[test]
fn an_answer_that_is_too_large_or_no_word_of_the_contract_is_refused() {
    let engine = engine(Limits::default());
    let asked = |guest: Guest| {
        let plugin: Arc<Plugin> = engine.load(&guest.component()).unwrap();
        engine.observe(&plugin, &look("{}", "."), later())
    };
    let report = asked(answering(0, 1)).result.unwrap();
    assert_eq!((report.advice, report.triggers.len()), (Advice::Proceed, 1));
    let refused = |guest: Guest| fault(asked(guest));
    let oversized = (Blame::Plugin, FaultKind::Oversized, "triggers: 2000 used, 1000 allowed".to_owned());
    assert_eq!(refused(answering(0, 2000)), oversized);
    let (blame, kind, message) = refused(answering(7, 0));
    assert_eq!((blame, kind), (Blame::Plugin, FaultKind::MalformedReport), "{message}");
    // It says that all is well, and judged nothing.
    assert!(believed(asked(answering(0, 0)).result.unwrap()).is_err());
}
