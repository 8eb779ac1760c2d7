//! Which of several values counts, and where it is said to come from.

use super::load;
use crate::config::{Config, LogFormat, LogLevel, flags::Flags, load::Loaded, settings::SETTINGS};
use std::{collections::BTreeSet, fs, path::PathBuf, time::Duration};

const WITNESS: &str = "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv";

fn origin_of(loaded: &Loaded, key: &str) -> String {
    loaded.lines().into_iter().find(|line| line.key == key).expect(key).origin.to_string()
}

#[test]
fn without_anything_the_defaults_count() {
    let loaded = load("", &[], &Flags::default()).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert!(loaded.lines().iter().all(|line| line.origin.to_string() == "default"));
    assert_eq!(loaded.config.listen.to_string(), "127.0.0.1:8780");
}

#[test]
fn a_flag_outranks_a_variable_and_a_variable_the_file() {
    let yaml = "data_dir: file\nlisten: 127.0.0.1:1\nlog: { level: warn, format: json }\nlimits: { queue: 7 }\n";
    let variables = [("TIDEGATE_DATA_DIR", "variable"), ("TIDEGATE_LISTEN", "127.0.0.1:2")];
    let flags = Flags { listen: Some("[::1]:3".to_owned()), ..Flags::default() };
    let loaded = load(yaml, &variables, &flags).unwrap();
    assert_eq!(loaded.config.listen.to_string(), "[::1]:3");
    assert_eq!(loaded.config.data_dir, PathBuf::from("variable"));
    assert_eq!((loaded.config.log.level, loaded.config.log.format), (LogLevel::Warn, LogFormat::Json));
    assert_eq!(loaded.config.limits.queue, 7);
    for (key, origin) in [
        ("listen", "--listen"),
        ("data_dir", "TIDEGATE_DATA_DIR"),
        ("log.level", "tidegate.yaml:3:15"),
        ("limits.queue", "tidegate.yaml:4:18"),
        ("limits.in_flight", "default"),
    ] {
        assert_eq!(origin_of(&loaded, key), origin, "{key}");
    }
}

#[test]
fn every_setting_has_a_variable_of_its_own_that_sets_it() {
    let names: BTreeSet<String> = SETTINGS.iter().map(|setting| setting.variable()).collect();
    assert_eq!(names.len(), SETTINGS.len());
    assert!(names.contains("TIDEGATE_LIMITS_PLUGIN_DEADLINE"));
    for setting in SETTINGS {
        let shown = (setting.show)(&Config::default());
        let value = match setting.key {
            "checkpoints.witnesses" => WITNESS.to_owned(),
            "retention.sets" => "runbook bodies=9600h".to_owned(),
            _ if shown.is_empty() => "https://gate.example.org".to_owned(),
            _ => shown.join(":"),
        };
        // Those that need another one have it.
        let file = "tls: { certificate: tls.crt, key: tls.key }\ncheckpoints: { key: log.key }\n";
        let loaded = load(file, &[(&setting.variable(), &value)], &Flags::default()).expect(setting.key);
        assert_eq!(origin_of(&loaded, setting.key), setting.variable());
    }
}

#[test]
fn values_of_other_kinds_arrive() {
    let variables = [
        ("TIDEGATE_POLICIES", "a:b/c"),
        ("TIDEGATE_LIMITS_PLUGIN_DEADLINE", "1s500ms"),
        ("TIDEGATE_LIMITS_REQUEST_BYTES", "1048576"),
        ("TIDEGATE_PUBLIC_URL", "https://gate.example.org/tide/"),
        ("TIDEGATE_SERVER", "anything"),
        ("TIDEGATE_TOKEN", "anything"),
        ("TIDEGATE_CA", "anything"),
        ("TIDEGATE_CLIENT_CERTIFICATE", "anything"),
        ("TIDEGATE_SAMPLES", ""),
        ("TIDE", "not ours"),
    ];
    let config = load("", &variables, &Flags::default()).unwrap().config;
    assert_eq!(config.policies, [PathBuf::from("a"), PathBuf::from("b/c")]);
    assert_eq!(config.limits.plugin_deadline, Duration::from_millis(1500));
    assert_eq!(config.limits.request_bytes, 1 << 20);
    assert_eq!(config.public_url.as_deref(), Some("https://gate.example.org/tide"));
}

#[test]
fn witnesses_are_keys_each_named_once() {
    let file = |list: &str| load(&format!("checkpoints: {{ witnesses: [{list}] }}\n"), &[], &Flags::default());
    let read = file(&format!("\"{WITNESS}\"")).unwrap().config.checkpoints.witnesses;
    assert_eq!(read.iter().map(|witness| witness.name()).collect::<Vec<_>>(), ["witness.stagemole.eu"]);
    let other = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";
    let variables = [("TIDEGATE_CHECKPOINTS_WITNESSES", &*format!("{WITNESS} {other}"))];
    assert_eq!(load("", &variables, &Flags::default()).unwrap().config.checkpoints.witnesses.len(), 2);
    for (list, said) in [
        (format!("\"{WITNESS}\", \"{WITNESS}x\""), "is no witness"),
        (WITNESS.replace("stagemole", "other"), "the key's id is not that of its name and bytes"),
        ("gate.example".to_owned(), "expected `name+id+key`"),
    ] {
        let mistakes = file(&list).unwrap_err();
        assert!(mistakes[0].message.contains(said), "{list}: {}", mistakes[0].message);
    }
    let twice = [("TIDEGATE_CHECKPOINTS_WITNESSES", &*format!("{WITNESS} {WITNESS}"))];
    assert!(load("", &twice, &Flags::default()).unwrap_err()[0].message.contains("is named twice"));
}

#[test]
fn development_is_asked_for_in_so_many_words() {
    let dev = Flags { dev: true, ..Flags::default() };
    let none = Flags::default();
    for (yaml, variables, flags, expected) in [
        ("", &[][..], &none, (false, "default")),
        ("dev: true\n", &[], &none, (true, "tidegate.yaml:1:6")),
        ("dev: true\n", &[("TIDEGATE_DEV", "false")], &none, (false, "TIDEGATE_DEV")),
        ("dev: false\n", &[], &dev, (true, "--dev")),
    ] {
        let loaded = load(yaml, variables, flags).unwrap();
        assert_eq!((loaded.config.dev, origin_of(&loaded, "dev").as_str()), expected, "{yaml}");
    }
    let mistakes = load("", &[("TIDEGATE_DEV", "yes")], &none).unwrap_err();
    assert_eq!(mistakes[0].message, "`yes` is not one of `true`, `false`");
    assert_eq!(load("reload: { watch: 0s }\n", &[], &none).unwrap().config.reload.watch, Duration::ZERO);
}

#[test]
fn paths_of_the_file_begin_at_the_file_and_others_where_the_program_was_started() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gate.yaml");
    fs::write(&file, "policies: [rules, /etc/rules]\ndata_dir: data\n").unwrap();
    let flags = Flags { config: Some(file.display().to_string()), ..Flags::default() };
    let config = Config::load(&flags, []).unwrap();
    assert_eq!(config.policies, [folder.path().join("rules"), PathBuf::from("/etc/rules")]);
    assert_eq!(config.data_dir, folder.path().join("data"));
    let variable = ("TIDEGATE_DATA_DIR".to_owned(), "elsewhere".to_owned());
    assert_eq!(Config::load(&flags, [variable]).unwrap().data_dir, PathBuf::from("elsewhere"));
}

#[test]
fn a_file_that_was_named_has_to_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.yaml").display().to_string();
    let variable = ("TIDEGATE_CONFIG".to_owned(), path.clone());
    let by_variable = Config::load(&Flags::default(), [variable]).unwrap_err();
    let by_flag = Config::load(&Flags { config: Some(path.clone()), ..Flags::default() }, []).unwrap_err();
    for (mistakes, origin) in [(by_variable, "TIDEGATE_CONFIG"), (by_flag, "--config")] {
        let [mistake] = mistakes.as_slice() else { panic!("one mistake expected: {mistakes:?}") };
        assert_eq!(mistake.origin.to_string(), origin);
        assert!(mistake.message.starts_with("cannot read `") && mistake.message.contains("os error 2"), "{mistake}");
    }
}

#[test]
fn a_file_that_is_too_large_or_no_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (bytes, message) in [
        (vec![b'#'; (1 << 20) + 1], "too large: over 1048576 bytes used, 1048576 allowed"),
        (vec![0xff, 0xfe], "is not UTF-8"),
    ] {
        let file = folder.path().join("gate.yaml");
        fs::write(&file, bytes).unwrap();
        let flags = Flags { config: Some(file.display().to_string()), ..Flags::default() };
        let mistakes = Config::load(&flags, []).unwrap_err();
        assert_eq!(mistakes.iter().map(|m| m.message.as_str()).collect::<Vec<_>>(), [message]);
    }
}

#[test]
fn the_digest_speaks_of_values_and_not_of_where_they_come_from() {
    let digest = |yaml, variables: &[(&str, &str)]| load(yaml, variables, &Flags::default()).unwrap().config.digest();
    let plain = digest("", &[]);
    assert_eq!(plain, Config::default().digest());
    assert_eq!(digest("limits: { queue: 1024 }\n", &[]), plain);
    assert_eq!(digest("", &[("TIDEGATE_LIMITS_BODY_TIMEOUT", "60000ms")]), plain);
    for setting in SETTINGS {
        let other = match setting.key {
            "listen" => "127.0.0.1:1",
            "data_dir" | "policies" => "elsewhere",
            "public_url" => "https://gate.example.org",
            "checkpoints.witnesses" => WITNESS,
            "retention.sets" => "runbook bodies=9600h",
            "dev" => "true",
            "reload.watch" => "0s",
            "log.format" => "json",
            "log.level" => "debug",
            "limits.depth" => "7",
            "limits.header_bytes" | "oidc.token_bytes" => "9KiB",
            key if key.starts_with("oidc.") => "77s",
            "limits.unreferenced_after" | "notices.give_up_after" => "2h",
            "retention.bodies" | "retention.passing_evidence" | "retention.traces" | "retention.texts" => "9600h",
            "notices.retry_first" | "notices.retry_max" | "traces.retry_first" | "traces.retry_max" => "1900ms",
            key if key.ends_with("_bytes") => "9MiB",
            key if key.ends_with("_deadline") || key.ends_with("_timeout") => "1900ms",
            _ => "77",
        };
        let mut config = Config::default();
        let given = crate::config::kind::Given { texts: &[other.to_owned()], folder: "".as_ref() };
        (setting.apply)(&mut config, given).expect(setting.key);
        assert_ne!(config.digest(), plain, "{}", setting.key);
    }
}
