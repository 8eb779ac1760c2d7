//! The shipped plugin `rego` as WebAssembly, on an engine, against the bare interpreter: the same rules over the same inputs give the
//! same messages.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod inputs;
mod world;

use inputs::input;
use regorus::{Engine, Value};
use tidegate_core::report::GateOutcome;
use world::{World, settings};

const RULES: &str = include_str!("rules.rego");
const INPUTS: u64 = 1000;

/// What the bare interpreter says of an input.
struct Bare(Engine);

impl Bare {
    /// `strict`: it gives up where a builtin cannot do with a value. Else that is undefined, as in OPA.
    fn new(strict: bool) -> Self {
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(strict);
        engine.add_policy("rules.rego".to_owned(), RULES.to_owned()).unwrap();
        Self(engine)
    }

    /// `None`: it gives up.
    fn messages(&mut self, input: &str, rule: &str) -> Option<Vec<String>> {
        self.0.set_input(Value::from_json_str(input).unwrap());
        let value = self.0.eval_rule(format!("data.main.{rule}")).ok()?;
        let text = |value: &Value| value.as_string().unwrap().to_string();
        let mut messages: Vec<String> = value.as_set().unwrap().iter().map(text).collect();
        messages.sort();
        Some(messages)
    }
}

#[test]
fn a_thousand_inputs_are_judged_as_the_bare_interpreter_does() {
    let world = World::new();
    let settings = settings(RULES);
    let (mut bare, mut strict) = (Bare::new(false), Bare::new(true));
    let (mut failed, mut passed, mut warned, mut noted) = (0, 0, 0, 0);
    for seed in 0..INPUTS {
        let text = input(seed);
        let evaluated = world.evaluate(&settings, &text);
        let cost = evaluated.cost;
        let report = evaluated.result.unwrap();
        let of = |rule: &str| {
            let found = report.findings.iter().filter(|finding| finding.rule.as_str() == rule);
            let mut messages: Vec<String> = found.map(|finding| finding.message.clone()).collect();
            messages.sort();
            messages
        };
        let mut expected = |rule: &str| bare.messages(&text, rule).unwrap();
        let (deny, warn, undefined) = (expected("deny"), expected("warn"), of("undefined").len());
        assert_eq!((of("deny"), of("warn")), (deny.clone(), warn.clone()), "{seed}: {text}");
        let outcome = if deny.is_empty() { GateOutcome::Pass } else { GateOutcome::Fail };
        let findings = deny.len() + warn.len() + undefined;
        assert_eq!((report.outcome, report.findings.len()), (outcome, findings), "{seed}: {text}");
        // What was undefined because a builtin could not do with a value is said, and nothing else is.
        let gives_up = ["deny", "warn"].into_iter().filter(|rule| strict.messages(&text, rule).is_none()).count();
        assert_eq!(undefined, gives_up, "{seed}: {text}");
        assert!(!cost.grew_memory, "{seed}: {cost:?}");
        failed += u32::from(!deny.is_empty());
        passed += u32::from(deny.is_empty());
        warned += u32::from(!warn.is_empty());
        noted += u32::from(undefined > 0);
    }
    // Inputs that all come out alike would compare nothing.
    let told = format!("{failed} failed, {passed} passed, {warned} warned, {noted} with something undefined");
    assert!(failed > 200 && passed > 50 && warned > 100 && noted > 20, "{told}");
}

#[test]
fn an_evaluation_that_does_not_end_is_told_by_the_plugin_and_not_trapped() {
    let rules = "package main\n\ndeny contains \"x\" if {\n\txs := numbers.range(1, 1000)\n\ta := xs[_]\n\tb := xs[_]\n\tc := xs[_]\n\ta * b * c == -1\n}\n";
    let world = World::new();
    let refusal = format!("{:?}", world.evaluate(&settings(rules), "{}").result.unwrap_err());
    assert!(refusal.contains("the evaluation is too long: about "), "{refusal}");
}

#[test]
fn memory_that_is_given_back_is_given_out_again() {
    // 200,000 texts of 100 bytes, one after the other, are more than there is memory for.
    let rules = "package main\n\ndeny contains \"x\" if {\n\tsome n in numbers.range(1, 200000)\n\tsprintf(\"%0100d\", [n]) == \"y\"\n}\n";
    let world = World::new();
    let evaluated = world.evaluate(&settings(rules), "{}");
    let report = evaluated.result.unwrap();
    assert_eq!(report.outcome, GateOutcome::Pass);
    assert!(evaluated.cost.memory_bytes < 64 << 20, "{:?}", evaluated.cost);
}
