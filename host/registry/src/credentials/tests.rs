use super::{
    Credential, CredentialError, Credentials,
    helper::{HelperCause, HelperError},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};
use tempfile::TempDir;

fn password(user: &str, password: &str) -> Option<Credential> {
    Some(Credential::Password { user: user.to_owned(), password: password.to_owned() })
}

/// As this configuration says, with these helpers: a name, and what its program does.
fn credentials(config: &Value, helpers: &[(&str, &str)]) -> (TempDir, Credentials) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    fs::write(&file, config.to_string()).unwrap();
    for (name, script) in helpers {
        let program = folder.path().join(format!("docker-credential-{name}"));
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let credentials = Credentials::read(&file, OsString::from(folder.path())).unwrap();
    (folder, credentials)
}

const KNOWS: &str = r#"read host; echo "{\"ServerURL\":\"$host\",\"Username\":\"u\",\"Secret\":\"of $host\"}""#;
const KNOWS_NOT: &str = "echo 'credentials not found in native keychain'; exit 1";

#[tokio::test]
async fn what_was_typed_is_read_by_whatever_name_docker_wrote() {
    let auth = |text: &str| json!({ "auth": STANDARD.encode(text) });
    let config = json!({ "auths": {
        "r.example:5000": auth("a:b:c"),
        "https://s.example/v1/": auth("d:e\0\0"),
        "https://index.docker.io/v1/": auth("f:g"),
        "t.example": { "identitytoken": "token", "auth": "" },
        "u.example": {},
        "v.example": { "auth": "no base64" },
        "w.example": auth("no colon"),
    }});
    let (_folder, credentials) = credentials(&config, &[]);
    for (registry, expected) in [
        ("r.example:5000", password("a", "b:c")),
        ("r.example", None),
        ("s.example", password("d", "e")),
        ("docker.io", password("f", "g")),
        ("t.example", Some(Credential::IdentityToken("token".to_owned()))),
        ("u.example", None),
        ("x.example", None),
    ] {
        assert_eq!(credentials.of(registry).await.unwrap(), expected, "{registry}");
    }
    for registry in ["v.example", "w.example"] {
        assert!(matches!(credentials.of(registry).await, Err(CredentialError::Entry { .. })), "{registry}");
    }
}

#[tokio::test]
async fn a_helper_is_asked_first_and_its_own_before_the_store() {
    let typed = json!({ "auth": STANDARD.encode("typed:typed") });
    let config = json!({
        "auths": { "r.example": typed, "s.example": typed, "x.example": {} },
        "credHelpers": { "r.example": "own", "t.example": "token" },
        "credsStore": "store",
    });
    let token = r#"echo '{"Username":"<token>","Secret":"t"}'"#;
    let store = format!(
        "read host; [ $host = x.example ] || {{ {KNOWS_NOT}; }}; echo '{{\"Username\":\"x\",\"Secret\":\"y\"}}'"
    );
    let (_folder, credentials) = credentials(&config, &[("own", KNOWS), ("token", token), ("store", &store)]);
    for (registry, expected) in [
        ("r.example", password("u", "of r.example")),
        ("s.example", password("typed", "typed")),
        ("t.example", Some(Credential::IdentityToken("t".to_owned()))),
        ("x.example", password("x", "y")),
        ("z.example", None),
    ] {
        assert_eq!(credentials.of(registry).await.unwrap(), expected, "{registry}");
    }
}

#[tokio::test]
async fn a_helper_that_does_not_help_is_named_and_what_it_wrote_is_not_repeated() {
    for (script, expected) in [
        (None, "is in no folder of the `PATH`"),
        (Some("echo geheim; exit 3"), "failed (exit status: 3)"),
        (Some("echo geheim"), "answered with something else than a name and a secret"),
        (Some("echo '{\"Username\":\"geheim\"}'"), "answered with something else"),
        (Some("yes geheim"), "answered with something else"),
    ] {
        let helpers: Vec<_> = script.map(|script| ("h", script)).into_iter().collect();
        let (_folder, credentials) = credentials(&json!({ "credsStore": "h" }), &helpers);
        let error = credentials.of("r.example").await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("credential helper `docker-credential-h` {expected}")), "{error}");
        assert!(!error.contains("geheim") && error.contains("hint: "), "{error}");
    }
}

#[tokio::test]
async fn a_helper_has_no_path_and_no_end_of_time() {
    for name in ["", "../x", "a b", "a;b"] {
        let (_folder, credentials) = credentials(&json!({ "credsStore": name }), &[]);
        let error = credentials.of("r.example").await.unwrap_err();
        assert!(matches!(error, CredentialError::Helper(HelperError { cause: HelperCause::Name, .. })), "{name}");
    }
    let (folder, _) = credentials(&json!({}), &[("slow", "exec sleep 60")]);
    let allowed = Duration::from_millis(50);
    let slow = super::helper::ask("slow", "r.example", folder.path().as_os_str(), allowed).await;
    assert_eq!(slow.unwrap_err().cause, HelperCause::TooSlow { allowed });
}

#[test]
fn other_files_are_refused_and_nothing_shows_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    fs::write(&file, r#"{"auths": []}"#).unwrap();
    let error = Credentials::read(&file, OsString::new()).unwrap_err();
    assert!(matches!(error, CredentialError::Form { .. }), "{error}");
    assert!(matches!(Credentials::read(Path::new("/no/such"), OsString::new()), Err(CredentialError::Read { .. })));
    let credential = Credential::Password { user: "u".to_owned(), password: "geheim".to_owned() };
    let shown = format!("{credential:?} {:?}", Credentials::none().with("r.example", credential.clone()));
    assert!(!shown.contains("geheim"), "{shown}");
}
