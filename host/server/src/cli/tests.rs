use super::{Program, dispatch, exit::Exit, unparsed};
use clap::{CommandFactory as _, Parser as _};

/// What [`super::run_with`] does, but for the printing.
fn exit(line: &str) -> Exit {
    match Program::try_parse_from(line.split(' ')) {
        Ok(program) => dispatch(program.command),
        Err(error) => unparsed(&error),
    }
}

/// A deployment by flags.
const DEPLOYMENT: &str = "tidegate decide --environment production --service api --version 1.4.2";

#[test]
fn the_command_line_agrees_with_itself() {
    Program::command().debug_assert();
}

#[test]
fn help_and_version_are_what_was_asked_for() {
    for line in [
        "tidegate --help",
        "tidegate -h",
        "tidegate --version",
        "tidegate help decide",
        "tidegate decide --help",
        "tidegate plugin build --help",
    ] {
        assert_eq!(exit(line), Exit::Allowed, "{line}");
    }
}

#[test]
fn a_command_line_that_cannot_be_exits_with_64() {
    for line in [
        "tidegate",
        "tidegate deploy",
        "tidegate --verbose",
        "tidegate plugin",
        "tidegate plugin inspect",
        "tidegate plugin inspect a.wasm --output yaml",
        "tidegate plugin push a.wasm",
        "tidegate plugin push a.wasm plugin:1.2.0",
        "tidegate plugin push a.wasm r.example/a --created yesterday",
        "tidegate plugin pull r.example/a",
        "tidegate plugin pull r.example/a -o a.wasm --signed-by a.pem --signed-by-any b.pem",
        "tidegate plugin save r.example/A -o a.tar",
        "tidegate plugin load a.tar",
        "tidegate statement",
        "tidegate statement add",
        "tidegate statement add a --unmet --not-applicable --note b",
        "tidegate statement add a --not-applicable",
        "tidegate config",
        "tidegate decide",
        "tidegate decide --environment production",
        "tidegate decide --environment production --service api",
        "tidegate decide --environment production --version 1.4.2",
        "tidegate decide --service api --version 1.4.2",
        "tidegate decide --deployment d.json --environment production",
        "tidegate decide --deployment d.json --label team=payments",
        "tidegate decide production",
    ] {
        assert_eq!(exit(line), Exit::Usage, "{line}");
    }
}

#[test]
fn flags_of_decide_that_cannot_be_exit_with_64() {
    for flags in [
        "--service portal",
        "--artifact latest",
        "--artifact-uri oci://registry/api",
        "--artifact sha256:00",
        "--ref main",
        "--repository shop",
        "--commit a/b",
        "--cause whim",
        "--label team",
        "--label =payments",
        "--label team=a --label team=b",
        "--skip Performance",
        "--evidence unit_tests",
        "--evidence unit_tests=",
        "--evidence =a.xml",
        "--evidence Unit=a.xml",
        "--evidence unit_tests@=a.xml",
        "--evidence unit_tests=sha256:00",
        "--evidence unit_tests=a***b",
        "--evidence unit_tests=[",
        "--format unit_tests=junit",
        "--evidence unit_tests=a.xml --format unit_tests@api=junit",
        "--evidence unit_tests=a.xml --format unit_tests=junit --format unit_tests=sarif",
        "--evidence unit_tests=a.xml --format unit_tests",
        "--evidence unit_tests=a.xml --produced-at unit_tests=yesterday",
        "--evidence unit_tests=a.xml --produced-at unit_tests=2026-03-31T14:30:00",
        "--produced-at unit_tests=2026-03-31T14:30:00Z",
        "--output yaml",
        "--output junit=",
        "--output text --output json",
        "--output junit=a --output sarif=a",
        "--server gate",
        "--server ftp://gate",
        "--server http://user:secret@gate",
        "--server http://127.0.0.1:1 --policies policies",
        "--server http://127.0.0.1:1 --at 2026-03-31T14:30:00Z",
        "--server http://127.0.0.1:1 --receipt r.json --output json=r.json",
        "--server http://127.0.0.1:1 --wait 30",
        "--server http://127.0.0.1:1 --wait 25h",
        "--server http://127.0.0.1:1 --retry-for 0s",
        "--receipt receipt.json",
        "--wait 30m",
        "--retry-for 5m",
        "--at tomorrow",
        "--emergency",
    ] {
        assert_eq!(exit(&format!("{DEPLOYMENT} {flags}")), Exit::Usage, "{flags}");
    }
}

#[test]
fn a_probe_ends_with_0_once_its_document_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (file, none) = (folder.path().join("probe.json"), folder.path().join("none.pem"));
    let many: Vec<String> = (0..65).map(|n| format!("http://127.0.0.1:1/{n}")).collect();
    // Nothing listens on port 1 of this machine.
    for (line, expected) in [
        (format!("http://127.0.0.1:1/ --output {}", file.display()), Exit::Allowed),
        (format!("http://127.0.0.1:1/ --ca {}", none.display()), Exit::Undecided),
        (format!("http://127.0.0.1:1/ --ca {}", file.display()), Exit::Undecided),
        (format!("http://127.0.0.1:1/ --output {}/a", file.display()), Exit::Undecided),
        (String::new(), Exit::Usage),
        ("shop.example".to_owned(), Exit::Usage),
        ("http://user:secret@shop.example".to_owned(), Exit::Usage),
        ("http://127.0.0.1:1/ http://127.0.0.1:1/".to_owned(), Exit::Usage),
        (many.join(" "), Exit::Usage),
        ("http://127.0.0.1:1/ --timeout 0s".to_owned(), Exit::Usage),
        ("http://127.0.0.1:1/ --timeout 6m".to_owned(), Exit::Usage),
        ("http://127.0.0.1:1/ --header a:b".to_owned(), Exit::Usage),
        ("http://127.0.0.1:1/ --resolve a".to_owned(), Exit::Usage),
    ] {
        assert_eq!(exit(format!("tidegate probe {line}").trim_end()), expected, "{line}");
    }
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"format\": \"tidegate/probe/v1\"") && text.contains("refused"), "{text}");
}

#[test]
fn a_question_that_cannot_be_asked_is_undecided() {
    for flags in [
        // Nothing listens on port 1 of this machine.
        "--server http://127.0.0.1:1",
        "--policies no/such/folder",
    ] {
        assert_eq!(exit(&format!("{DEPLOYMENT} {flags}")), Exit::Undecided, "{flags}");
    }
    assert_eq!(exit("tidegate decide --server http://127.0.0.1:1 --deployment no/such/file.json"), Exit::Undecided);
}
