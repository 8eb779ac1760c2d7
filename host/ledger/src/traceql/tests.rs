//! What is read as what, what is refused, and that nothing else happens.

use super::{
    COMPARISONS_MAX, DEPTH_MAX, QUERY_BYTES_MAX,
    ast::{Aggregate, Condition, Field, Intrinsic, Literal, Metric, Operator, Scope, Spanset, Stage, Value},
    error::Problem,
    names::{INTRINSICS, field_of, nanos_of},
    parse,
};
use proptest::{prelude::any, prop_assert, proptest};

const CORPUS: &str = include_str!("../../tests/fixtures/traceql.tsv");

fn attribute(scope: Option<Scope>, name: &str) -> Field {
    Field::Attribute { scope, name: name.to_owned() }
}

fn compare(field: Field, operator: Operator, value: Value) -> Condition {
    Condition::Compare { field, operator, literal: Literal::Value(value) }
}

fn condition(text: &str) -> Condition {
    match parse(text).unwrap().spans {
        Spanset::Of(condition) => condition,
        other => unreachable!("{text}: {other:?}"),
    }
}

/// Our word, that of Grafana's own grammar (npm `@grafana/lezer-traceql`, which `.ci/traceql` asks), and the query.
fn corpus() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    CORPUS.lines().map(|line| {
        let mut parts = line.splitn(3, '\t');
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    })
}

#[test]
fn each_query_of_the_corpus_is_read_refused_by_name_or_malformed() {
    for (ours, _, query) in corpus() {
        let found = match parse(query).map_err(|error| error.problem) {
            Ok(_) => "read",
            Err(Problem::Unsupported(_)) => "unsupported",
            Err(_) => "malformed",
        };
        assert_eq!(found, ours, "{query}: {:?}", parse(query));
    }
}

#[test]
fn what_grafana_s_grammar_does_not_read_we_do_not_read_either_but_for_what_it_lacks() {
    // Its grammar knows no durations of several units, and no hints.
    let lacks = ["{ duration > 1h30m }", "{.a=1} | rate() by (span.x) with (sample=true)"];
    for (ours, theirs, query) in corpus() {
        if ours == "read" {
            assert!(theirs == "yes" || lacks.contains(&query), "{query}");
        }
        if ours == "malformed" {
            assert_eq!(theirs, "no", "{query}");
        }
    }
}

#[test]
fn and_binds_closer_than_or() {
    let is = |name: &str| compare(attribute(None, name), Operator::Equal, Value::Int(1));
    let all = |parts: Vec<Condition>| Condition::All(parts);
    assert_eq!(condition("{ .a=1 || .b=1 && .c=1 }"), Condition::Any(vec![is("a"), all(vec![is("b"), is("c")])]));
    assert_eq!(condition("{ (.a=1 || .b=1) && .c=1 }"), all(vec![Condition::Any(vec![is("a"), is("b")]), is("c")]));
    let of = |name: &str| Box::new(Spanset::Of(is(name)));
    assert_eq!(parse("{.a=1} || {.b=1} && {.c=1}").unwrap().spans, {
        Spanset::Or(of("a"), Box::new(Spanset::And(of("b"), of("c"))))
    });
}

#[test]
fn values_are_of_the_type_that_they_are_written_as() {
    for (text, value) in [
        ("1", Value::Int(1)),
        ("-1", Value::Int(-1)),
        ("1.0", Value::Float(1.0)),
        ("9223372036854775808", Value::Float(9_223_372_036_854_775_808.0)),
        ("true", Value::Bool(true)),
        (r#""a\"b\\\n""#, Value::Text("a\"b\\\n".to_owned())),
        (r"`a\n`", Value::Text("a\\n".to_owned())),
        (r#""""#, Value::Text(String::new())),
    ] {
        let wanted = compare(attribute(Some(Scope::Span), "a"), Operator::Equal, value);
        assert_eq!(condition(&format!("{{ span.a = {text} }}")), wanted, "{text}");
    }
    for (text, nanos) in [
        ("5ns", 5),
        ("1us", 1_000),
        ("1µs", 1_000),
        ("1.5ms", 1_500_000),
        ("2s", 2_000_000_000),
        ("1h30m", 5_400_000_000_000),
    ] {
        let wanted = Condition::Compare {
            field: Field::Own(Intrinsic::Duration),
            operator: Operator::Greater,
            literal: Literal::Duration(nanos),
        };
        assert_eq!(condition(&format!("{{ duration > {text} }}")), wanted, "{text}");
        let turned = condition(&format!("{{ {text} < duration }}"));
        assert_eq!(turned, wanted, "{text}");
    }
}

#[test]
fn what_every_span_has_is_known_by_each_of_its_names() {
    for (name, intrinsic) in INTRINSICS {
        assert_eq!(
            condition(&format!("{{ {name} != nil }}")),
            Condition::There { field: Field::Own(intrinsic), there: true }
        );
    }
    assert_eq!(field_of("span.http.route"), Some(attribute(Some(Scope::Span), "http.route")));
    assert_eq!(field_of(".service.name"), Some(attribute(None, "service.name")));
    assert_eq!(field_of("service.name"), Some(attribute(None, "service.name")));
    assert_eq!(field_of("status"), Some(Field::Own(Intrinsic::Status)));
    assert_eq!(field_of(""), None);
    for name in ["span.http.route", ".service.name", "status", "event:name", "link.a"] {
        assert_eq!(field_of(name).unwrap().to_string(), name);
    }
}

#[test]
fn a_step_is_a_duration_or_a_number_of_seconds() {
    for (text, nanos) in [
        ("30s", Some(30_000_000_000)),
        ("1m0s", Some(60_000_000_000)),
        ("15", Some(15_000_000_000)),
        ("0.5", Some(500_000_000)),
        ("", None),
        ("1s 2s", None),
        ("x", None),
        ("9223372036854775807", None),
    ] {
        assert_eq!(nanos_of(text), nanos, "{text}");
    }
}

#[test]
fn stages_stand_in_their_order() {
    let query = parse("{} | by(span.x, name) | count() > 2 | sum(duration) <= 1ms | select(.y)").unwrap();
    let by = |field| Stage::By(field);
    let aggregate = |aggregate, operator, number| Stage::Aggregate { aggregate, operator, number };
    assert_eq!(
        query.stages,
        [
            by(attribute(Some(Scope::Span), "x")),
            by(Field::Own(Intrinsic::Name)),
            aggregate(Aggregate::Count, Operator::Greater, 2.0),
            aggregate(Aggregate::Sum(Field::Own(Intrinsic::Duration)), Operator::LessOrEqual, 1e6),
            Stage::Select(vec![attribute(None, "y")]),
        ]
    );
    let metric = parse("{} | rate() by (status)").unwrap().metric;
    assert_eq!(metric, Some(Metric { each_second: true, by: vec![Field::Own(Intrinsic::Status)] }));
}

#[test]
fn an_error_says_where_and_what() {
    for (query, text) in [
        ("{ .a = 1", "column 9: expected `&&`, `||` or `}`, found the end"),
        ("{ foo = 1 }", "column 3: expected a field (`span.x`, `.x`, `name`) or a value, found `foo`"),
        ("{.a=1} >> {.b=2}", "column 8: structural operator `>>` is not supported"),
        ("{.a=1} | topk(3)", "column 10: `topk()` is not supported"),
        ("{ duration > 1 }", "column 3: this field cannot be compared so with this value"),
        ("{ status = 1 }", "column 3: this field cannot be compared so with this value"),
        ("{ status = server }", "column 3: a field is compared with a value of its own kind"),
        ("{ .a =~ 1 }", "column 3: this field cannot be compared so with this value"),
        ("{ .a = \"é\" && ? }", "column 15: expected a sign of the language, found '?'"),
        ("{ .a =~ \"(\" }", "column 3: the regular expression cannot be read: error: unclosed group"),
        ("{ .a =~ \")(\" }", "column 3: the regular expression cannot be read: error: unopened group"),
    ] {
        assert_eq!(parse(query).unwrap_err().to_string(), text, "{query}");
    }
}

#[test]
fn a_query_has_a_largest_size_depth_and_number_of_comparisons() {
    let nested = |depth: usize| format!("{{ {}.a{} }}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(DEPTH_MAX)).is_ok());
    assert_eq!(parse(&nested(DEPTH_MAX + 1)).unwrap_err().problem, {
        Problem::TooLarge { what: "brackets", used: DEPTH_MAX + 1, allowed: DEPTH_MAX }
    });
    assert!(parse(&format!("{{ {}.a }}", "!".repeat(QUERY_BYTES_MAX - 20))).is_err());
    assert!(parse(&"(".repeat(QUERY_BYTES_MAX)).is_err());
    let many = |count: usize| format!("{{ {} }}", vec![".a"; count].join(" && "));
    assert!(parse(&many(COMPARISONS_MAX)).is_ok());
    assert_eq!(parse(&many(COMPARISONS_MAX + 1)).unwrap_err().problem, {
        Problem::TooLarge { what: "comparisons", used: COMPARISONS_MAX + 1, allowed: COMPARISONS_MAX }
    });
    assert!(matches!(
        parse(&" ".repeat(QUERY_BYTES_MAX + 1)).unwrap_err().problem,
        Problem::TooLarge { what: "bytes", .. }
    ));
    assert!(parse("{ .a =~ \"(a{1000}){1000}\" }").unwrap_err().to_string().contains("size limit"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = parse(&text);
        let _ = field_of(&text);
    }

    /// Pieces of the language in whatever order come further than texts that nobody would write.
    #[test]
    fn no_order_of_its_pieces_makes_it_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        if let Err(error) = parse(&text) {
            prop_assert!(error.column >= 1 && error.column <= text.chars().count() + 1, "{text}: {error}");
        }
    }
}

const PIECES: [&str; 40] = [
    "{", "}", "(", ")", "|", "||", "&&", "!", "=", "!=", "=~", "!~", ">", ">=", "<<", "~", ",", ".a", "span.b",
    "status", "error", "duration", "name", "1", "1.5", "10ms", "-", "\"x\"", "`y`", "nil", "true", "by", "select",
    "count", "rate", " ", "\"", "é", ".", "with",
];
