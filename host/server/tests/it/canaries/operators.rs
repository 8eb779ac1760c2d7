//! What operators write: policy files, the configuration, the environment. A secret there is refused by its place, and repeated by nothing
//! that is said of it.

use super::Canaries;
use crate::wire::{Response, send};
use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::{Command, Output},
};

/// Sets that are sound but for the secret, and some that are not.
fn sets(canaries: &mut Canaries) -> Vec<String> {
    let set = |more: &str, stage: &str| {
        format!(
            "policy_set: more\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [elsewhere], services: [\"*\"] }}\n{more}\n\
             plugins: {{ marker-plugin: {{ path: repeats-evidence.wasm }} }}\nstages:\n  - id: a\n    title: A\n    \
             plugin: marker-plugin\n    evidence: [{{ name: a, documents: {{ min: 1 }} }}]\n{stage}\n"
        )
    };
    let said = "    settings: { said: nothing }";
    vec![
        set("", &format!("    settings: {{ said: \"{}\" }}", canaries.plant())),
        set("", &format!("    settings: {{ said: nothing, token: \"{}\" }}", canaries.plant())),
        set("", &format!("    settings: {{ \"{}\": 1 }}", canaries.plant())),
        set(&format!("contacts: {{ team: \"{}\" }}", canaries.plant()), said),
        set(&format!("links: {{ dashboard: \"https://grafana.example/?token={}\" }}", canaries.plant()), said),
        set(&format!("enforcement: {}", canaries.plant()), said),
        set(&format!("\"{}\": 1", canaries.plant()), said),
        set(&format!("# {}", canaries.plant()), said),
        set(&format!("links: {{ a: \"{}", canaries.plant()), said),
        format!("waivers:\n  - {{ id: \"{}\", of: nothing }}\n", canaries.plant()),
    ]
}

fn program(arguments: &[&str], path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.args(arguments).arg(path);
    command
}

fn said(Output { stdout, stderr, .. }: Output) -> Vec<u8> {
    [stdout, stderr].concat()
}

/// Policies with secrets, brought to a gate that serves and to whoever looks at them before.
pub(super) fn bring_policies(
    address: SocketAddr,
    bearer: &str,
    folder: &Path,
    canaries: &mut Canaries,
) -> (Vec<Response>, Vec<Vec<u8>>) {
    let auth = [("authorization", bearer)];
    let (mut answers, mut outputs) = (Vec::new(), Vec::new());
    let policies = folder.join("policies");
    for text in sets(canaries) {
        fs::write(policies.join("more.yaml"), text).unwrap();
        let refused = send(address, "POST", "/v1/reload", &auth, b"");
        let why = refused.text();
        assert!(refused.status == 422 && why.contains("more.yaml:") && why.contains("holds 1 github_token"), "{why}");
        answers.push(refused);
        answers.extend(
            ["/v1/status", "/v1/policy-sets", "/readyz?strict=true"].map(|path| send(address, "GET", path, &auth, b"")),
        );
        for form in ["text", "json", "github"] {
            let lint = program(&["policy", "lint", "--format", form], &policies).output().unwrap();
            assert_eq!(lint.status.code(), Some(1), "{}", String::from_utf8_lossy(&lint.stderr));
            outputs.push(said(lint));
        }
        outputs.push(said(program(&["policy", "explain", "--policies"], &policies).output().unwrap()));
    }
    fs::remove_file(policies.join("more.yaml")).unwrap();
    assert_eq!(send(address, "POST", "/v1/reload", &auth, b"").status, 200, "what holds none is taken");
    (answers, outputs)
}

/// Configurations with secrets: neither looked at nor served.
pub(super) fn bring_configurations(folder: &Path, canaries: &mut Canaries) -> Vec<Vec<u8>> {
    let file = folder.join("broken.yaml");
    let mut outputs = Vec::new();
    for text in [
        format!("public_url: https://me:{}@gate.example.org\n", canaries.plant()),
        format!("public_url: {}\n", canaries.plant()),
        format!("log: {{ level: {} }}\n", canaries.plant()),
        format!("\"{}\": 1\n", canaries.plant()),
        format!("data_dir: /var/lib/{}\n", canaries.plant()),
        format!("policies: [policies, \"{}\"]\n", canaries.plant()),
        format!("egress:\n  a: {{ url: 'https://a.example/{}' }}\n", canaries.plant()),
        format!("egress:\n  a: {{ url: 'https://a.example', credential: {{ file: \"{}\" }} }}\n", canaries.plant()),
        format!("log: {{ level: \"{}\n", canaries.plant()),
        format!("# {}\n", canaries.plant()),
    ] {
        fs::write(&file, text).unwrap();
        for arguments in [["config", "check", "--config"].as_slice(), &["serve", "--config"]] {
            let refused = program(arguments, &file).current_dir(folder).output().unwrap();
            assert_eq!(refused.status.code(), Some(64), "{}", String::from_utf8_lossy(&refused.stderr));
            outputs.push(said(refused));
        }
    }
    fs::write(&file, "log: { level: warn }\n").unwrap();
    for variable in ["TIDEGATE_LOG_LEVEL", "TIDEGATE_PUBLIC_URL", "TIDEGATE_POLICIES", "TIDEGATE_DATA_DIR"] {
        let mut check = program(&["config", "check", "--config"], &file);
        let refused = check.env(variable, canaries.plant()).current_dir(folder).output().unwrap();
        assert_eq!(refused.status.code(), Some(64), "{variable}");
        outputs.push(said(refused));
    }
    let sound = program(&["config", "check", "--config"], &file).env("CI_TOKEN", canaries.plant()).output().unwrap();
    assert_eq!(sound.status.code(), Some(0), "{}", String::from_utf8_lossy(&sound.stderr));
    outputs.push(said(sound));
    outputs
}
