//! Plugins as text: a core module whose memory holds a ready description and a ready report, wrapped as a component.

use std::fmt::Write as _;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where texts and records lie.
const DATA_AT: u32 = 1024;
/// Where free memory begins: what the host hands over comes to lie there.
const FREE_AT: u32 = 65_536;
/// Nothing ever lies from here on: it reads zero.
pub(crate) const CLEAN_AT: u32 = 131_072;

/// A plugin to be.
#[derive(Clone)]
pub(crate) struct Guest {
    /// Pages of memory that it begins with.
    pub(crate) pages: u32,
    /// What `describe` does before it answers.
    pub(crate) before_describing: &'static str,
    /// What `evaluate` does before it answers.
    pub(crate) before_answering: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// The schema of its settings.
    pub(crate) schema: &'static str,
    /// What it finds wrong with any settings: pointer and message.
    pub(crate) problem: Option<(&'static str, &'static str)>,
    /// Its answer as a gate.
    pub(crate) report: Report,
    /// What it can be asked.
    pub(crate) asked: Asked,
}

/// What a plugin can be asked, with its answer where that is no gate's: words from the discriminant of the result on.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    Gate,
    Rollback([u32; 6]),
    Severity([u32; 6]),
}

/// A report in the plugin's memory: what is plain, and what is a place there.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    /// The discriminant of its outcome.
    pub(crate) outcome: u32,
    /// Place and length of its summary.
    pub(crate) summary: (u32, u32),
    /// Place and length of its findings.
    pub(crate) findings: (u32, u32),
}

/// Passes.
pub(crate) fn guest() -> Guest {
    Guest {
        pages: 2,
        before_describing: "",
        before_answering: "",
        name: "small",
        schema: "true",
        problem: None,
        report: Report { outcome: 0, summary: (0, 0), findings: (0, 0) },
        asked: Asked::Gate,
    }
}

impl Guest {
    /// The component.
    pub(crate) fn component(&self) -> Vec<u8> {
        let world = match self.asked {
            Asked::Gate => "gate-plugin",
            Asked::Rollback(_) => "rollback-plugin",
            Asked::Severity(_) => "severity-plugin",
        };
        component(&self.module(), world)
    }

    fn module(&self) -> String {
        let mut data = Data(Vec::new());
        let (name, version, schema) = (data.text(self.name), data.text("1.0.0"), data.text(self.schema));
        let nothing = (0, 0);
        let description =
            data.words([name, version, nothing, nothing, schema].map(|(at, len)| [at, len]).as_flattened());
        let problem = self.problem.map(|(pointer, message)| (data.text(pointer), data.text(message)));
        let problem_row = problem.map(|(pointer, message)| data.words(&[pointer.0, pointer.1, message.0, message.1]));
        let problems = data.words(&problem_row.map_or([0, 0], |row| [row, 1]));
        let Report { outcome, summary, findings } = self.report;
        let hold_and_score = [0; 10];
        let tail = [summary.0, summary.1, findings.0, findings.1, 0, 0];
        let report = data.words(&[&[0, 0, outcome, 0][..], &hold_and_score, &tail].concat());
        let Self { pages, before_describing, before_answering, .. } = self;
        let evaluate = |name: &str, at: u32| {
            format!(
                r#"(func (export "tidegate:policy/{name}") (param i32) (result i32)
                    (local $n i32) {before_answering} (i32.const {at}))"#
            )
        };
        let asked = match self.asked {
            Asked::Gate => evaluate("gate@0.1.0#evaluate", report),
            Asked::Severity(answer) => evaluate("severity@0.1.0#classify", data.words(&answer)),
            Asked::Rollback(answer) => {
                let back = r#"(func (export "tidegate:policy/rollback@0.1.0#lookback") (param i32 i32) (result i32)"#;
                let (at, seconds) = (data.words(&answer), data.words(&[0, 0, 1_000_000_000, 0]));
                format!("{back} {before_answering} (i32.const {seconds})) {}", evaluate("rollback@0.1.0#evaluate", at))
            }
        };
        format!(
            r#"(module
                (import "tidegate:policy/log@0.1.0" "write" (func $log (param i32 i32 i32)))
                (memory (export "memory") {pages})
                (global $free (mut i32) (i32.const {FREE_AT}))
                (data (i32.const {DATA_AT}) "{}")
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                    (local $at i32)
                    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                    (global.set $free (i32.add (local.get $at) (local.get 3)))
                    (local.get $at))
                (func (export "tidegate:policy/plugin@0.1.0#describe") (result i32)
                    {before_describing} (i32.const {description}))
                (func (export "tidegate:policy/plugin@0.1.0#validate-settings") (param i32 i32) (result i32)
                    (i32.const {problems}))
                {asked})"#,
            data.escaped()
        )
    }
}

/// A component of the contract's world from a core module.
pub(crate) fn component(module: &str, world: &str) -> Vec<u8> {
    let (resolve, package) = contract();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let mut module = wat::parse_str(module).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

/// The contract.
pub(crate) fn contract() -> (Resolve, wit_parser::PackageId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit")).unwrap();
    (resolve, package)
}

struct Data(Vec<u8>);

impl Data {
    fn end(&self) -> u32 {
        DATA_AT + u32::try_from(self.0.len()).unwrap()
    }

    fn text(&mut self, text: &str) -> (u32, u32) {
        let at = self.end();
        self.0.extend_from_slice(text.as_bytes());
        (at, u32::try_from(text.len()).unwrap())
    }

    /// Eight-byte aligned, as the widest field of a record asks for.
    fn words(&mut self, words: &[u32]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        let at = self.end();
        self.0.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        assert!(self.end() < FREE_AT, "the description must leave the free memory alone");
        at
    }

    fn escaped(&self) -> String {
        self.0.iter().fold(String::new(), |mut text, byte| {
            write!(text, "\\{byte:02x}").unwrap();
            text
        })
    }
}
