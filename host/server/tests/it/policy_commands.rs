//! `tidegate policy lint` and `tidegate policy test`: what they print, and how they exit.

use crate::world::{self, root};
use std::{fs, path::Path, process::Command};

struct Ran {
    code: Option<i32>,
    out: String,
    error: String,
}

fn policy(arguments: &[&str]) -> Ran {
    world::plugins();
    let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .arg("policy")
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Ran { code: output.status.code(), out: text(&output.stdout), error: text(&output.stderr) }
}

const SHOP: &str = "host/server/tests/fixtures/shop/policies";
const CASES: &str = "host/server/tests/fixtures/shop/cases";

#[test]
fn cases_that_hold_are_told_with_what_none_of_them_reaches() {
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("report.xml").display().to_string();
    let ran = policy(&["test", CASES, "--policies", SHOP, "--junit", &junit, "--coverage-min", "40"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.error);
    for line in [
        "ok    failing-test (REMEDIATE 50%)  A failed test refuses.",
        "ok    payments/one-report (HOLD ",
        "ok    nowhere (no-policy-set: ",
        "cases: 8, failed: 0",
        "  shop: unit_tests/tests.flaky: no case makes it speak",
    ] {
        assert!(ran.out.lines().any(|found| found.starts_with(line)), "no `{line}` in:\n{}", ran.out);
    }
    // A rule whose group the stage's settings leave out cannot speak.
    for absent in ["unit_tests/issues.", "lint/tests.", "unit_tests: no case"] {
        assert!(!ran.out.contains(absent), "{absent}:\n{}", ran.out);
    }
    let report = fs::read_to_string(&junit).unwrap();
    assert!(
        report.contains("tests=\"9\" failures=\"0\"") && report.contains("name=\"payments/lint-blocks\""),
        "{report}"
    );
}

/// Verification, maintenance and staging: one case for each thing that can be wrong, and the edges of the window.
#[test]
fn the_shipped_sets_come_to_what_their_cases_say() {
    let ran = policy(&["test", "host/server/tests/fixtures/runbook/cases", "--policies", "policies"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.error);
    assert!(ran.out.contains("\ncases: 19, failed: 0\n"), "{}", ran.out);
}

#[test]
fn too_little_coverage_and_a_case_that_does_not_hold_exit_with_1() {
    let short = policy(&["test", CASES, "--policies", SHOP, "--coverage-min", "100"]);
    assert_eq!(short.code, Some(1), "{}", short.out);
    assert!(short.error.contains("too little is covered: at least 100% needed"), "{}", short.error);

    let folder = tempfile::tempdir().unwrap();
    copied(&root().join(CASES).join("green"), &folder.path().join("green"));
    let case = folder.path().join("green/case.yaml");
    let text =
        fs::read_to_string(&case).unwrap().replace("DEPLOY", "HOLD").replace("blocking: []", "findings: [lint/none]");
    fs::write(&case, text).unwrap();
    fs::create_dir(folder.path().join("broken")).unwrap();
    fs::write(folder.path().join("broken/case.yaml"), "description: Broken.\nat: 2026-11-02T12:00:00Z\nexpcet: {}\n")
        .unwrap();
    let junit = folder.path().join("report.xml").display().to_string();
    let ran = policy(&["test", &folder.path().display().to_string(), "--policies", SHOP, "--junit", &junit]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    for line in [
        "FAIL  green (DEPLOY 100%)  Passing tests go out.",
        "        outcome",
        "          expected  HOLD",
        "          found     DEPLOY",
        "          expected  lint/none",
        "FAIL  broken (not run)",
        "cases: 2, failed: 2",
    ] {
        assert!(ran.out.lines().any(|found| found == line), "no `{line}` in:\n{}", ran.out);
    }
    assert!(ran.out.contains("case.yaml:3:1: unknown key `expcet`; hint: did you mean `expect`?"), "{}", ran.out);
    let report = fs::read_to_string(&junit).unwrap();
    assert!(report.contains("failures=\"2\"") && report.contains("outcome: expected HOLD, found DEPLOY"), "{report}");
}

#[test]
fn what_cannot_be_run_is_neither_success_nor_a_failed_case() {
    let empty = tempfile::tempdir().unwrap().path().display().to_string();
    for (arguments, code, said) in [
        (&["test", "policies/schema", "--policies", SHOP][..], 2, "holds no folder with a `case.yaml`"),
        (&["test", CASES, "--policies", "no/such/folder"], 2, "cannot read policies"),
        (&["test", CASES, "--policies", SHOP, "--coverage-min", "101"], 64, "101"),
        (&["test"], 64, "DIR"),
        (&["lint"], 64, "PATH"),
        (&["lint", empty.as_str()], 2, "cannot read policies"),
    ] {
        let ran = policy(arguments);
        assert!(ran.code == Some(code) && ran.error.contains(said), "{arguments:?}: {:?} {}", ran.code, ran.error);
    }
}

#[test]
fn lint_lists_every_mistake_and_warning_of_every_file_at_once() {
    let sound = policy(&["lint", SHOP, "--deny-warnings"]);
    assert_eq!((sound.code, sound.out.as_str()), (Some(0), ""), "{}", sound.error);

    let folder = tempfile::tempdir().unwrap();
    let set = fs::read_to_string(root().join(SHOP).join("shop.yaml")).unwrap();
    let plugin = root().join("plugins/quality.wasm").display().to_string();
    let set = set.replace("../../../../../../plugins/quality.wasm", &plugin);
    let path = |name: &str| folder.path().join(name);
    // Only the plugin knows that there is no such setting; only the schema that there is no such key.
    fs::write(path("a.yaml"), set.replace("min_cases: 1,", "min_csaes: 1,").replace("mode: warn", "mode: 'off'"))
        .unwrap();
    fs::write(path("b.yaml"), "policy_set: b\n").unwrap();
    fs::write(path("c.yaml"), "override: c\nof: shop\nowner: O\n").unwrap();
    let ran = policy(&["lint", &folder.path().display().to_string()]);
    assert_eq!(ran.code, Some(1), "{}", ran.error);
    for (file, said) in [
        ("a.yaml:17:", "error: settings of `unit_tests`: "),
        ("a.yaml:21:", "warning: stage `lint` is off: it is not judged at all"),
        ("b.yaml:1:1:", "error: `owner` is missing"),
        ("c.yaml:1:1:", "error: `reason` is missing"),
    ] {
        assert!(ran.out.lines().any(|line| line.contains(file) && line.contains(said)), "{file} {said}:\n{}", ran.out);
    }
    let json = policy(&["lint", &folder.path().display().to_string(), "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(json["findings"].as_array().unwrap().len() >= 4, "{json}");

    // A warning alone is no mistake, unless it is to count as one.
    fs::write(path("a.yaml"), set.replace("mode: warn", "mode: 'off'")).unwrap();
    let a = path("a.yaml").display().to_string();
    assert_eq!(policy(&["lint", &a]).code, Some(0));
    let denied = policy(&["lint", &a, "--deny-warnings", "--format", "github"]);
    assert_eq!(denied.code, Some(1));
    assert!(denied.out.starts_with("::warning file="), "{}", denied.out);
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
