//! What is to come of each behaviour. The name is the folder's, with `_` for `-`.

use crate::beside::a_good_stage_stays_intact;
use crate::world::{Subject, blamed, scan, subject_with_wasi, tests};
use tidegate_core::{
    fault::{FaultKind, Refusal},
    interpret,
    report::GateReport,
};
use tidegate_engine::{load::LoadError, manifest::ManifestError};

pub(crate) fn spins_forever(subject: &Subject) {
    let message = subject.fault("null", &[], FaultKind::Deadline);
    assert!(message.contains("2000 ms allowed"), "{message}");
}

pub(crate) fn greedy_filter(subject: &Subject) {
    let documents = [scan("scan", 100_000)];
    let message = subject.fault(r#""lists""#, &documents, FaultKind::Oversized);
    assert!(message.contains("100000 used, 256 allowed"), "{message}");
    subject.fault(r#""text""#, &documents, FaultKind::Oversized);
    subject.fault(r#""forever""#, &documents, FaultKind::Deadline);
}

pub(crate) fn grows_memory(subject: &Subject) {
    let message = subject.fault("null", &[], FaultKind::Memory);
    assert!(message.ends_with(&format!("{} allowed", 64 << 20)), "{message}");
}

pub(crate) fn traps(subject: &Subject) {
    let message = subject.fault("null", &[], FaultKind::Trap);
    assert!(message.contains("unreachable"), "{message}");
}

pub(crate) fn traps_in_describe(subject: &Subject) {
    match &subject.plugin {
        Err(LoadError::Describe(fault)) => drop(blamed(fault.clone(), FaultKind::Trap)),
        other => panic!("{other:?}"),
    }
    subject.goes_on();
}

pub(crate) fn floods_findings(subject: &Subject) {
    assert_eq!(subject.ask("1000", &[]).unwrap().findings.len(), 1000);
    for count in ["1001", "20000"] {
        let message = subject.fault(count, &[], FaultKind::Oversized);
        assert!(message.contains(&format!("{count} used, 1000 allowed")), "{message}");
    }
    // So many that the host does not even get to their number.
    let message = subject.fault("100000", &[], FaultKind::Oversized);
    assert!(message.ends_with(&format!("{} allowed", 8 << 20)), "{message}");
    subject.fault("1000000", &[], FaultKind::Memory);
}

pub(crate) fn overlapping_strings(subject: &Subject) {
    // 1,000 findings of 128 KiB, in 64 KiB of memory: each by itself is within its limits.
    let message = subject.fault("null", &[], FaultKind::Oversized);
    assert!(message.ends_with(&format!("{} allowed", 8 << 20)), "{message}");
}

pub(crate) fn returns_nonsense(subject: &Subject) {
    for (nonsense, kind) in [
        ("result", FaultKind::MalformedReport),
        ("outcome", FaultKind::MalformedReport),
        ("text", FaultKind::MalformedReport),
        ("pointer", FaultKind::MalformedReport),
        ("length", FaultKind::MalformedReport),
        ("list", FaultKind::MalformedReport),
        ("misaligned", FaultKind::MalformedReport),
        ("answer", FaultKind::MalformedReport),
    ] {
        subject.fault(&format!(r#""{nonsense}""#), &[], kind);
    }
    // Left alone it is honest, and of a flag every number but 0 means yes.
    assert_eq!(subject.ask(r#""honest""#, &[]).unwrap().summary, r#""honest""#);
    assert!(subject.ask(r#""flag""#, &[]).unwrap().omitted_decisive);
}

pub(crate) fn passes_with_decisive(subject: &Subject) {
    a_good_stage_stays_intact(subject, "null", &[], FaultKind::MalformedReport);
    let message = malformed(subject, subject.ask("null", &[]));
    assert_eq!(message, "it passed with a decisive finding");
}

pub(crate) fn ratio_out_of_range(subject: &Subject) {
    for (settings, share) in [("[2, 1]", "2/1"), ("[0, 0]", "0/0"), ("[1, 0]", "1/0")] {
        a_good_stage_stays_intact(subject, settings, &[], FaultKind::MalformedReport);
        let message = malformed(subject, subject.ask(settings, &[]));
        assert_eq!(message, format!("its score {share} is not a share between 0 and 1"));
    }
    let report = subject.ask("[1, 2]", &[]).unwrap();
    assert!(interpret::report(report, &subject.rules()).is_ok());
}

pub(crate) fn imports_too_much(subject: &Subject) {
    match &subject.plugin {
        Err(LoadError::Manifest(ManifestError::Imports(names))) => {
            assert_eq!(names.0, ["guest:clock/wall-clock"]);
        }
        other => panic!("{other:?}"),
    }
    subject.goes_on();
}

pub(crate) fn reads_foreign_evidence(subject: &Subject) {
    // Somebody else's documents went through the same slot just before.
    subject.ask_alone(r#""look""#, &[tests("secret"), scan("another", 3)]).unwrap();
    let seen = |documents: &[_]| subject.ask(r#""look""#, documents).unwrap().summary;
    assert_eq!(seen(&[tests("mine")]), "mine, no baseline");
    assert_eq!(seen(&[]), ", no baseline");
    for handle in [0, 1, 2, 3, 4, 100, (1 << 28) - 1, u32::MAX] {
        subject.fault(&format!(r#"{{"forge": {handle}}}"#), &[tests("mine")], FaultKind::MalformedReport);
    }
    // Its own document it may read by whatever way it found the handle; the next one is nobody's.
    assert_eq!(subject.ask(r#"{"beyond": 0}"#, &[tests("mine")]).unwrap().summary, "a document of 4 bytes");
    for settings in [r#"{"beyond": 1}"#, r#"{"beyond": 2}"#, r#""confuse""#, r#""dropped""#] {
        subject.fault(settings, &[tests("mine")], FaultKind::MalformedReport);
    }
}

pub(crate) fn scribbles_memory(subject: &Subject) {
    // Half of it was there from the beginning, half was added.
    let all = (8 << 20) + 128 * (64 << 10);
    for _ in 0..3 {
        assert_eq!(subject.ask_alone("null", &[]).unwrap().summary, format!("found 0, left {all}"));
    }
    subject.goes_on();
}

/// What core makes of a report that came over the boundary unharmed.
#[track_caller]
fn malformed(subject: &Subject, answer: Result<GateReport, Refusal>) -> String {
    let fault = interpret::report(answer.unwrap(), &subject.rules()).unwrap_err();
    blamed(fault, FaultKind::MalformedReport)
}

pub(crate) fn repeats_evidence(subject: &Subject) {
    let report = subject.ask(r#"{"said": "these words"}"#, &[tests("unit_tests")]).unwrap();
    let said: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!((said[0], said.len()), ("these words", 3), "its settings, what the document is, and its bytes");
    assert!(said[2].contains("unit_tests"), "{said:?}");
}

pub(crate) fn reads_the_clock(refused: &Subject) {
    asks_for_wasi(refused, "wasi:clocks/wall-clock@0.2.");
    let subject = subject_with_wasi("reads-the-clock");
    let report = subject.ask("{}", &[]).unwrap();
    let saw: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    let seeded = |line: &&str| line.starts_with("hash: ") || line.starts_with("order: ");
    assert_eq!(saw.iter().filter(|line| seeded(line)).count(), 2, "{saw:?}");
    let told: Vec<&str> = saw.into_iter().filter(|line| !seeded(line)).collect();
    // The moment of the request, and nothing of this machine.
    let expected = [
        "time: 2",
        "an hour went by: true",
        "variables: 0",
        "arguments: 0",
        "input: given",
        "file: refused",
        "folder: refused",
        "written: refused",
        "connection: refused",
        "name: refused",
    ];
    assert_eq!(told, expected);
    let message = subject.fault(r#"{"end": "exit"}"#, &[], FaultKind::Trap);
    assert!(message.contains("ended itself (`exit`)") && message.contains("hint: "), "{message}");
    let message = subject.fault(r#"{"end": "panic"}"#, &[], FaultKind::Trap);
    assert!(message.contains("unreachable"), "{message}");
}

pub(crate) fn calls_what_is_not_granted(refused: &Subject) {
    asks_for_wasi(refused, "wasi:keyvalue/store@0.2.0");
    let subject = subject_with_wasi("calls-what-is-not-granted");
    // An import alone harms nobody.
    assert_eq!(subject.ask("null", &[]).unwrap().summary, "remembered 0");
    let message = subject.fault(r#""memory""#, &[], FaultKind::Trap);
    assert!(message.contains("`wasi:keyvalue/store@0.2.0#open`") && message.contains("hint: "), "{message}");
}

/// Without `wasi: inert` it is refused, and told what to say.
#[track_caller]
fn asks_for_wasi(refused: &Subject, import: &str) {
    match &refused.plugin {
        Err(LoadError::Manifest(error @ ManifestError::Wasi(names))) => {
            assert!(names.0.iter().any(|name| name.starts_with(import)), "{names}");
            assert!(error.to_string().contains("hint: say `wasi: inert`"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    refused.goes_on();
}
