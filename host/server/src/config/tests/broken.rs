//! Broken configurations, and exactly what is said about them.

use super::load;
use crate::config::flags::Flags;

struct Case {
    yaml: &'static str,
    variables: &'static [(&'static str, &'static str)],
    mistakes: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        yaml: "listen: 0.0.0.0:8780\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:1:9: `0.0.0.0:8780` is not a loopback address: tokens and evidence would go there unencrypted\nhint: listen on `127.0.0.1:8780`, or set `tls.certificate` and `tls.key`",
        ],
    },
    Case {
        yaml: "listen: 10.0.0.7:443\ndev: true\ntls: { certificate: a, key: b }\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:1:9: `10.0.0.7:443` is not a loopback address, and `dev` serves whoever asks\nhint: listen on `127.0.0.1:443`, or make tokens and leave `dev` out",
        ],
    },
    Case {
        yaml: "tls: { client_authority: c, key: b }\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:1:34: `tls.key` needs `tls.certificate`",
            "tidegate.yaml:1:26: `tls.client_authority` needs `tls.certificate`",
        ],
    },
    Case {
        yaml: "tls: { certificate: a }\n",
        variables: &[],
        mistakes: &["tidegate.yaml:1:21: `tls.certificate` needs `tls.key`"],
    },
    Case {
        yaml: "ledger: { url_file: secrets/url }\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:1:21: `ledger.url_file` needs `checkpoints.key`\nhint: all gates of one record sign with one key: make it with `tidegate ledger key --make FILE`",
        ],
    },
    Case {
        yaml: "listen: localhost\n",
        variables: &[],
        mistakes: &["tidegate.yaml:1:9: `localhost` is not an address and a port: expected e.g. `127.0.0.1:8780`"],
    },
    Case {
        yaml: "lisen: 127.0.0.1:1\n",
        variables: &[],
        mistakes: &["tidegate.yaml:1:1: unknown key `lisen`\nhint: did you mean `listen`?"],
    },
    Case {
        yaml: "limits:\n  plugin_dedline: 1s\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:3: unknown key `plugin_dedline`\nhint: did you mean `plugin_deadline`?"],
    },
    Case {
        yaml: "limits:\n  request_bytes: 64MB\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:18: `64MB` is not a number of bytes: expected e.g. `512KiB`, `64MiB` or `1GiB`"],
    },
    Case {
        yaml: "limits:\n  request_bytes: 0\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:18: `0` is too small: 0B given, at least 1KiB needed"],
    },
    Case {
        yaml: "limits:\n  request_bytes: 5GiB\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:18: `5GiB` is too large: 5GiB used, 4GiB allowed"],
    },
    Case {
        yaml: "limits:\n  in_flight: 0\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:14: `0` is too small: at least 1 needed"],
    },
    Case {
        yaml: "limits:\n  in_flight: many\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:14: expected a whole number, found the text `many`"],
    },
    Case {
        yaml: "limits:\n  depth: 129\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:10: `129` is too large: at most 128 allowed"],
    },
    Case {
        yaml: "limits:\n  decision_deadline: 20\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:22: `20` is not a span of time: expected e.g. `500ms`, `20s` or `1m30s`"],
    },
    Case {
        yaml: "limits:\n  decision_deadline: 20 s\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:22: `20 s` is not a span of time: expected e.g. `500ms`, `20s` or `1m30s`"],
    },
    Case {
        yaml: "limits:\n  plugin_deadline: 1ms\n",
        variables: &[],
        mistakes: &["tidegate.yaml:2:20: `1ms` is too small: 1ms given, at least 10ms needed"],
    },
    Case {
        yaml: "limits:\n  plugin_deadline: 30s\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:2:20: `limits.plugin_deadline` exceeds `limits.decision_deadline`: 30s used, 20s allowed\nhint: a plugin cannot take longer than the decision it is asked for",
        ],
    },
    Case {
        yaml: "limits:\n  decision_deadline: 1s\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:2:22: `limits.plugin_deadline` exceeds `limits.decision_deadline`: 2s used, 1s allowed\nhint: a plugin cannot take longer than the decision it is asked for",
        ],
    },
    Case {
        yaml: "limits:\n  plugin_memory_bytes: 4MiB\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:2:24: `limits.answer_bytes` exceeds `limits.plugin_memory_bytes`: 8388608 bytes used, 4194304 bytes allowed\nhint: a plugin has to hold its answer",
        ],
    },
    Case {
        yaml: "log:\n  level: inof\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:2:10: `inof` is not one of `error`, `warn`, `info`, `debug`, `trace`\nhint: did you mean `info`?",
        ],
    },
    Case {
        yaml: "policies: []\n",
        variables: &[],
        mistakes: &["tidegate.yaml:1:11: too few entries: 0 given, 1 needed"],
    },
    Case {
        yaml: "policies: policies\n",
        variables: &[],
        mistakes: &["tidegate.yaml:1:11: expected a list, found the text `policies`"],
    },
    Case {
        yaml: "public_url: gate.example.org\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:1:13: `gate.example.org` is not a web address: expected e.g. `https://gate.example.org`",
        ],
    },
    Case {
        yaml: "public_url: https://me:secret@gate.example.org\n",
        variables: &[],
        mistakes: &["tidegate.yaml:1:13: a public address holds no user name or password: it is shown in every answer"],
    },
    Case {
        yaml: "public_url: https://gate.example.org/?x=1\n",
        variables: &[],
        mistakes: &[
            "tidegate.yaml:1:13: `https://gate.example.org/?x=1` goes on after its path: links are made by adding to it",
        ],
    },
    Case {
        yaml: "data_dir: \"a\\u001bb\"\n",
        variables: &[],
        mistakes: &["tidegate.yaml:1:11: `a\\u{1b}b` holds a control character"],
    },
    Case { yaml: "- listen\n", variables: &[], mistakes: &["tidegate.yaml:1:1: expected a mapping, found a list"] },
    Case {
        yaml: "",
        variables: &[("TIDEGATE_LIMIT_QUEUE", "3")],
        mistakes: &["TIDEGATE_LIMIT_QUEUE: unknown variable\nhint: did you mean `TIDEGATE_LIMITS_QUEUE`?"],
    },
    Case { yaml: "", variables: &[("TIDEGATE_WEBHOOKS", "3")], mistakes: &["TIDEGATE_WEBHOOKS: unknown variable"] },
    Case { yaml: "", variables: &[("TIDEGATE_\u{1b}[2J", "3")], mistakes: &["TIDEGATE_\\u{1b}[2J: unknown variable"] },
    Case {
        yaml: "",
        variables: &[("TIDEGATE_PUBLIC_URL", "")],
        mistakes: &["TIDEGATE_PUBLIC_URL: is empty\nhint: unset it to use the file's value or the default"],
    },
    Case {
        yaml: "",
        variables: &[("TIDEGATE_DATA_DIR", "a\u{fffd}b")],
        mistakes: &["TIDEGATE_DATA_DIR: is not UTF-8"],
    },
    Case {
        yaml: "",
        variables: &[("TIDEGATE_POLICIES", "policies::more")],
        mistakes: &["TIDEGATE_POLICIES: the name of a file or folder is empty"],
    },
    Case {
        yaml: "",
        variables: &[("TIDEGATE_LIMITS_QUEUE", "-1"), ("TIDEGATE_ENGINE_SLOTS", "99999999999999999999")],
        mistakes: &[
            "TIDEGATE_ENGINE_SLOTS: `99999999999999999999` is too large: 99999999999999999999 used, 1000 allowed",
            "TIDEGATE_LIMITS_QUEUE: `-1` is not a whole number",
        ],
    },
];

#[test]
fn every_mistake_says_where_it_is_and_what_was_meant() {
    for case in CASES {
        let mistakes = load(case.yaml, case.variables, &Flags::default()).expect_err(case.yaml);
        let texts: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(texts, case.mistakes, "{} {:?}", case.yaml, case.variables);
    }
}

#[test]
fn all_mistakes_of_file_variables_and_flags_come_at_once_and_in_order() {
    let yaml = "port: 80\nlimits:\n  in_flight: 0\n  findings: none\n  request_bytes: 1GB\nlog: { format: xml }\n";
    let variables = [("TIDEGATE_LISTN", "x"), ("TIDEGATE_LIMITS_QUEUE", "x"), ("HOME", "/root")];
    let flags = Flags { listen: Some("nowhere".to_owned()), log_level: Some("loud".to_owned()), ..Flags::default() };
    let mistakes = load(yaml, &variables, &flags).unwrap_err();
    let places: Vec<String> = mistakes.iter().map(|mistake| mistake.origin.to_string()).collect();
    let expected = [
        "tidegate.yaml:1:1",
        "tidegate.yaml:3:14",
        "tidegate.yaml:4:13",
        "tidegate.yaml:5:18",
        "tidegate.yaml:6:16",
        "TIDEGATE_LIMITS_QUEUE",
        "TIDEGATE_LISTN",
        "--listen",
        "--log-level",
    ];
    assert_eq!(places, expected);
}

#[test]
fn a_refused_value_is_a_mistake_even_where_another_one_outranks_it() {
    let flags = Flags { listen: Some("127.0.0.1:1".to_owned()), ..Flags::default() };
    let mistakes = load("listen: nowhere\n", &[("TIDEGATE_LISTEN", "neither")], &flags).unwrap_err();
    assert_eq!(mistakes.len(), 2);
}

#[test]
fn a_value_that_was_refused_is_not_compared_with_others() {
    let yaml = "limits: { plugin_deadline: 30s, decision_deadline: soon }\n";
    assert_eq!(load(yaml, &[], &Flags::default()).unwrap_err().len(), 1);
}

#[test]
fn a_deadline_may_be_as_long_as_the_one_around_it_and_no_longer() {
    let yaml = |span: &str| format!("limits: {{ plugin_deadline: {span}, decision_deadline: 20s }}\n");
    assert!(load(&yaml("20s"), &[], &Flags::default()).is_ok());
    let mistakes = load(&yaml("20s1ms"), &[], &Flags::default()).unwrap_err();
    assert!(mistakes[0].message.ends_with("20s1ms used, 20s allowed"), "{mistakes:?}");
}
