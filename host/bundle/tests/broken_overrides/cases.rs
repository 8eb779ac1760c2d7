//! Changes of the sound override, and what is said about each.

/// What is replaced, by what, and every mistake that follows.
pub(crate) type Case = (&'static str, &'static str, &'static [&'static str]);

pub(crate) const CASES: &[Case] = &[
    ("owner: Payments Team\n", "", &["o.yaml:1:1: `owner` is missing\nhint: owner: Who is answerable for it"]),
    ("reason: money is at stake\n", "", &["o.yaml:1:1: `reason` is missing\nhint: reason: Why it is there"]),
    ("reason: money", "reason: '\t' # money", &["o.yaml:4:9: `\\u{9}` holds a control character"]),
    (
        "override: payments",
        "override: Payments",
        &["o.yaml:1:11: `Payments` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter"],
    ),
    ("of: shop", "of: shpo", &["o.yaml:2:5: there is no policy set `shpo`\nhint: did you mean `shop`?"]),
    (
        "environments: [production], ",
        "",
        &[
            "o.yaml:5:8: `environments` is missing\nhint: environments: Names of environments, or beginnings of names with a trailing `*`",
        ],
    ),
    (
        "[payments-*]",
        "[pay*ments]",
        &["o.yaml:5:49: `pay*ments` is neither a name nor the beginning of one with a `*` after it"],
    ),
    ("    mode: block", "    moed: block", &["o.yaml:9:5: unknown key `moed`\nhint: did you mean `mode`?"]),
    (
        "    mode: block",
        "    mode: blok",
        &["o.yaml:9:11: `blok` is not one of `block`, `warn`, `monitor`, `off`\nhint: did you mean `block`?"],
    ),
    (
        "    mode: block",
        "    title: Mine",
        &[
            "o.yaml:9:5: unknown key `title`\nhint: known keys here: `budget`, `effective_from`, `empty_scan`, `evidence`, `mode`, `on_error`, `optional`, `settings`, `weight`",
        ],
    ),
    (
        "  unit_tests:\n    mode",
        "  unit_test:\n    mode",
        &["o.yaml:8:3: policy set `shop` has no stage `unit_test`\nhint: did you mean `unit_tests`?"],
    ),
    (
        "{ unit_tests: {",
        "{ unit_test: {",
        &[
            "o.yaml:11:17: policy set `shop` has no evidence of stage `unit_tests` `unit_test`\nhint: did you mean `unit_tests`?",
        ],
    ),
    (
        "valid_for: 2h",
        "valid_for: 2 hours",
        &["o.yaml:6:12: `2 hours` is not a span of time: expected e.g. `45s`, `20m`, `1h30m` or `14d`"],
    ),
    (
        "valid_for: 2h",
        "valid_for: 5h",
        &[
            "o.yaml:6:12: `valid_for` may only be tightened: `4h` in p.yaml:6:12, `5h` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: valid_for, max: 5h }]`",
        ],
    ),
    (
        "valid_for: 2h",
        "enforcement: advisory",
        &[
            "o.yaml:6:14: `enforcement` may only be tightened: `enforce` by default, `advisory` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: enforcement, one_of: [advisory] }]`",
        ],
    ),
    (
        "    mode: block",
        "    mode: monitor",
        &[
            "o.yaml:9:11: `stages.unit_tests.mode` may only be tightened: `warn` in p.yaml:11:11, `monitor` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.mode, one_of: [monitor] }]`",
        ],
    ),
    (
        "    mode: block",
        "    weight: 2",
        &[
            "o.yaml:9:13: `stages.unit_tests.weight` may only be tightened: `1` by default, `2` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.weight, max: 2 }]`",
        ],
    ),
    (
        "    mode: block",
        "    optional: true",
        &[
            "o.yaml:9:15: `stages.unit_tests.optional` may only be tightened: `false` by default, `true` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.optional, one_of: [true] }]`",
        ],
    ),
    (
        "    mode: block",
        "    on_error: warn",
        &[
            "o.yaml:9:15: `stages.unit_tests.on_error` may only be tightened: `block` by default, `warn` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.on_error, one_of: [warn] }]`",
        ],
    ),
    (
        "    mode: block",
        "    empty_scan: clean",
        &[
            "o.yaml:9:17: `stages.unit_tests.empty_scan` may only be tightened: `incomplete` by default, `clean` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.empty_scan, one_of: [clean] }]`",
        ],
    ),
    (
        "budget: 15m",
        "budget: 25m",
        &[
            "o.yaml:10:13: `stages.unit_tests.budget` may only be tightened: `20m` in p.yaml:12:13, `25m` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.budget, max: 25m }]`",
        ],
    ),
    (
        "max_age: 12h",
        "max_age: 49h",
        &[
            "o.yaml:11:40: `stages.unit_tests.evidence.unit_tests.max_age` may only be tightened: `24h` in p.yaml:14:69, `49h` here\nhint: policy set `shop` lets it be at most `48h`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "documents: { min: 1 }",
        &[
            "o.yaml:11:63: `stages.unit_tests.evidence.unit_tests.documents.min` may only be tightened: `2` in p.yaml:14:47, `1` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.documents.min, min: 1 }]`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "documents: { max: 5 }",
        &[
            "o.yaml:11:63: `stages.unit_tests.evidence.unit_tests.documents.max` may only be tightened: `4` in p.yaml:14:55, `5` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.documents.max, max: 5 }]`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "documents: { min: 5 }",
        &["o.yaml:11:56: at most 4 documents are allowed, but at least 5 are needed"],
    ),
    (
        "documents: { min: 4 }",
        "bind: none",
        &[
            "o.yaml:11:51: `stages.unit_tests.evidence.unit_tests.bind` may only be tightened: `revision` in p.yaml:14:80, `none` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.bind, one_of: [none] }]`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "vouched: none",
        &[
            "o.yaml:11:54: `stages.unit_tests.evidence.unit_tests.vouched` may only be tightened: `uploader` by default, `none` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.vouched, one_of: [none] }]`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "trust: { authors: [a, c] }",
        &[
            "o.yaml:11:63: `stages.unit_tests.evidence.unit_tests.trust.authors` may only be tightened: `[\"a\",\"b\"]` in p.yaml:14:108, `[\"a\",\"c\"]` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.trust.authors, one_of: [a, c] }]`",
        ],
    ),
    (
        "min_cases: 100",
        "min_cases: 9",
        &[
            "o.yaml:12:37: `stages.unit_tests.settings.tests.min_cases` may only be tightened: `10` in p.yaml:15:56, `9` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.min_cases, min: 9 }]`",
        ],
    ),
    (
        "min_cases: 100",
        "min_pass_rate: 89.5",
        &[
            "o.yaml:12:41: `stages.unit_tests.settings.tests.min_pass_rate` may only be tightened: `95` in p.yaml:15:41, `89.5` here\nhint: policy set `shop` lets it be at least `90`",
        ],
    ),
    (
        "min_cases: 100",
        "except: [x, y]",
        &[
            "o.yaml:12:34: `stages.unit_tests.settings.tests.except` may only be tightened: `[\"x\"]` in p.yaml:15:68, `[\"x\",\"y\"]` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.except, one_of: [x, y] }]`",
        ],
    ),
    // The schema does not say which number of retries is stricter, and knows nothing of colours.
    (
        "min_cases: 100",
        "retries: 2",
        &[
            "o.yaml:12:35: `stages.unit_tests.settings.tests.retries` may only be tightened: `3` in p.yaml:15:82, `2` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.retries, min: 2 }]`",
        ],
    ),
    (
        "min_cases: 100",
        "colour: red",
        &[
            "o.yaml:12:34: `stages.unit_tests.settings.tests.colour` may only be tightened: nothing by default, `red` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.colour, one_of: [red] }]`",
        ],
    ),
    (
        "second_human: true",
        "minimum_evidence: []",
        &[
            "o.yaml:13:34: `break_glass.minimum_evidence` may only be tightened: `[\"unit_tests\"]` in p.yaml:17:34, `[]` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: break_glass.minimum_evidence, one_of: [unit_tests] }]`",
        ],
    ),
    ("second_human: true", "never: [lnt]", &["o.yaml:13:24: there is no stage `lnt`\nhint: did you mean `lint`?"]),
    (
        "second_human: true",
        "notify: []",
        &[
            "o.yaml:13:16: unknown key `notify`\nhint: known keys here: `minimum_evidence`, `never`, `second_human`, `valid_for`",
        ],
    ),
    (
        "second_human: true",
        "valid_for: 5h",
        &[
            "o.yaml:13:27: `break_glass.valid_for` may only be tightened: `4h` by default, `5h` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: break_glass.valid_for, max: 5h }]`",
        ],
    ),
    (
        "  unit_tests:\n    mode: block\n    budget: 15m\n    evidence: { unit_tests: { max_age: 12h, documents: { min: 4 } } }\n    settings: { tests: { min_cases: 100 } }\n",
        "  lint: { mode: monitor }\n",
        &[
            "o.yaml:8:17: `stages.lint.mode` may only be tightened: `block` by default, `monitor` here\nhint: policy set `shop` lets it be one of `block`, `warn`",
        ],
    ),
    (
        "  unit_tests:\n    mode: block\n    budget: 15m\n    evidence: { unit_tests: { max_age: 12h, documents: { min: 4 } } }\n    settings: { tests: { min_cases: 100 } }\n",
        "  lint: { effective_from: 2030-01-01 }\n",
        &[
            "o.yaml:8:27: `stages.lint.effective_from` may only be tightened: nothing by default, `2030-01-01T00:00:00Z` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.lint.effective_from, one_of: [2030-01-01T00:00:00Z] }]`",
        ],
    ),
    (
        "valid_for: 2h\nstages:\n  unit_tests:\n    mode: block\n    budget: 15m\n    evidence: { unit_tests: { max_age: 12h, documents: { min: 4 } } }\n    settings: { tests: { min_cases: 100 } }\nbreak_glass: { second_human: true }\n",
        "",
        &[
            "o.yaml:1:1: the override changes nothing: add `stages`, `break_glass`, `valid_for`, `enforcement` or `secrets`",
        ],
    ),
];
