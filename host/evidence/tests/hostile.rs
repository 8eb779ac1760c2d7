//! Documents that were made to hurt are refused, with the place and, for limits, both numbers.

#![expect(clippy::panic, reason = "a test that cannot go on should stop")]

use std::sync::Arc;
use tidegate_core::evidence::{Completeness, Content};
use tidegate_evidence::{Limits, read};

fn refusal_of(bytes: &[u8], format: Option<&str>, limits: &Limits) -> String {
    match read(Arc::from(bytes), format, limits) {
        Err(error) => error.to_string(),
        Ok(document) => panic!("read: {:?}", document.contents),
    }
}

#[test]
fn no_dtd_is_processed() {
    let bombs = [
        "<!DOCTYPE t [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<testsuite name=\"&b;\"/>",
        "<!DOCTYPE t [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><testsuite><testcase name=\"a\">&x;</testcase></testsuite>",
        "<!DOCTYPE t [\n<!ELEMENT t ANY>]><coverage/>",
        "<!doctype t SYSTEM \"http://example.org/a.dtd\" [ ]><coverage/>",
    ];
    for bomb in bombs {
        for format in [None, Some("junit"), Some("cobertura")] {
            let refusal = refusal_of(bomb.as_bytes(), format, &Limits::default());
            let expected = "line 1, column 1: the document brings its own DTD; DTDs and entities are refused";
            assert!(refusal.ends_with(expected), "{refusal}");
        }
    }
}

#[test]
fn no_entity_but_the_five_is_expanded() {
    for text in ["<testsuite>&bomb;</testsuite>", "<testsuite name=\"&bomb;\"/>"] {
        let refusal = refusal_of(text.as_bytes(), None, &Limits::default());
        assert!(refusal.contains("bomb") && refusal.contains("line 1, column"), "{refusal}");
    }
}

#[test]
fn depth_is_limited_with_both_numbers() {
    let xml = |depth: usize| format!("{}{}", "<testsuite>".repeat(depth), "</testsuite>".repeat(depth));
    let lists = |depth: usize| {
        let inner = depth - 1;
        format!("{{\"version\":\"2.1.0\",\"runs\":[],\"x\":{}{}}}", "[".repeat(inner), "]".repeat(inner))
    };
    let limits = Limits::default();
    assert!(read(Arc::from(xml(128).as_bytes()), None, &limits).is_ok());
    let refusal = refusal_of(xml(129).as_bytes(), None, &limits);
    assert!(refusal.ends_with("too much: nesting depth: 129 used, 128 allowed"), "{refusal}");
    assert!(read(Arc::from(lists(127).as_bytes()), None, &limits).is_ok());
    for format in [None, Some("sarif"), Some("facts")] {
        let refusal = refusal_of(lists(200_000).as_bytes(), format, &limits);
        assert!(refusal.ends_with("too much: nesting depth: 128 used, 127 allowed"), "{refusal}");
    }
    let shallow = Limits { depth: 3, ..Limits::default() };
    assert!(refusal_of(lists(4).as_bytes(), None, &shallow).ends_with("nesting depth: 4 used, 3 allowed"));
    assert!(refusal_of(xml(4).as_bytes(), None, &shallow).ends_with("nesting depth: 4 used, 3 allowed"));
}

#[test]
fn truncated_xml_is_refused_with_line_and_column() {
    let whole =
        "<testsuite>\n  <testcase name=\"é\"/>\n  <testcase name=\"b\"><failure>x</failure></testcase>\n</testsuite>";
    for end in (12..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        let refusal = refusal_of(&whole.as_bytes()[..end], None, &Limits::default());
        assert!(refusal.starts_with("junit: line "), "{end}: {refusal}");
    }
    let refusal = refusal_of(&whole.as_bytes()[..36], None, &Limits::default());
    assert_eq!(refusal, "junit: line 3, column 1: the document ends inside 1 open element");
}

#[test]
fn only_utf8_is_read() {
    let bom_le: Vec<u8> = [0xFF, 0xFE, b'<', 0].to_vec();
    for (bytes, expected) in [
        (b"<testsuite>\n \xE9</testsuite>".to_vec(), "line 2, column 2: byte 13 is not UTF-8; only UTF-8 is read"),
        (bom_le, "the bytes are UTF-16; only UTF-8 is read"),
        (
            b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><testsuite/>".to_vec(),
            "line 1, column 1: the document declares the encoding `ISO-8859-1`; only UTF-8 is read",
        ),
        (b"{\"runs\": \"\xC3\x28\"}".to_vec(), "line 1, column 11: byte 10 is not UTF-8; only UTF-8 is read"),
        (b"TN:\nSF:\xFF".to_vec(), "line 2, column 4: byte 7 is not UTF-8; only UTF-8 is read"),
    ] {
        assert_eq!(refusal_of(&bytes, None, &Limits::default()), expected);
    }
}

#[test]
fn nothing_is_refused_as_empty_in_every_format() {
    for format in ["junit", "sarif", "cobertura", "lcov", "measurements", "statements", "facts"] {
        for bytes in ["", " \n\t", "\u{feff}"] {
            let refusal = refusal_of(bytes.as_bytes(), Some(format), &Limits::default());
            assert_eq!(refusal, format!("{format}: the document is empty"));
        }
    }
    assert_eq!(refusal_of(b"", None, &Limits::default()), "the document is empty");
}

#[test]
fn size_and_rows_are_limited_with_both_numbers() {
    let limits = Limits { rows: 3, ..Limits::default() };
    for text in [
        "<testsuite><testcase/><testcase/><testcase/></testsuite>",
        "<coverage><class filename='a'><line number='1' hits='1'/><line number='2' hits='1'/>\
         <line number='3' hits='1'/><line number='4' hits='1'/></class></coverage>",
        "SF:a\nDA:1,1\nDA:2,1\nend_of_record\n",
        r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{},{},{}]}]}"#,
        r#"{"format":"tidegate/facts/v1","facts":[{},{},{},{}]}"#,
    ] {
        let refusal = refusal_of(text.as_bytes(), None, &limits);
        assert!(refusal.ends_with(": 4 used, 3 allowed"), "{refusal}");
    }
    let small = Limits { document_bytes: 10, ..Limits::default() };
    let expected = "too much: document bytes: 12 used, 10 allowed";
    assert_eq!(refusal_of(b"<testsuite/>", None, &small), expected);
    assert_eq!(refusal_of(b"<testsuite/>", Some("opaque"), &small), expected);
}

#[test]
fn attributes_are_limited_and_come_once() {
    let many: String = (0..257).map(|n| format!(" a{n}=\"\"")).collect();
    let refusal = refusal_of(format!("<testsuite{many}/>").as_bytes(), None, &Limits::default());
    assert!(refusal.ends_with("attributes of one element: 257 used, 256 allowed"), "{refusal}");
    let refusal = refusal_of(b"<testsuite name=\"a\" name=\"b\"/>", None, &Limits::default());
    assert!(refusal.ends_with("attribute `name` comes twice"), "{refusal}");
}

#[test]
fn a_second_root_and_text_outside_are_refused() {
    for text in ["<testsuite/><testsuite/>", "<testsuite/>x", "<testsuite/>&amp;", "<coverage/><!-- --><a/>"] {
        let refusal = refusal_of(text.as_bytes(), None, &Limits::default());
        assert!(refusal.contains("root element"), "{refusal}");
    }
}

#[test]
fn a_format_named_for_another_document_is_refused() {
    for (format, text) in [
        ("junit", "<coverage/>"),
        ("cobertura", "<testsuite/>"),
        ("junit", "{}"),
        ("sarif", "<testsuite/>"),
        ("sarif", "{\"version\":\"2.1.0\"}"),
        ("lcov", "<testsuite/>"),
        ("facts", "{\"format\":\"tidegate/measurements/v1\",\"measurements\":[]}"),
        ("statements", "[]"),
    ] {
        let refusal = refusal_of(text.as_bytes(), Some(format), &Limits::default());
        assert!(refusal.starts_with(&format!("{format}: ")), "{refusal}");
    }
}

#[test]
fn long_texts_are_cut_and_their_rows_kept() {
    let long = "é".repeat(1 << 20);
    let text =
        format!("<testsuite name=\"s\"><testcase name=\"{long}\"><failure>{long}</failure></testcase></testsuite>");
    let document = read(Arc::from(text.as_bytes()), None, &Limits::default()).unwrap();
    assert_eq!(document.completeness, Completeness::Complete);
    let [Content::Tests(report)] = document.contents.as_slice() else { panic!("{:?}", document.contents) };
    for text in [&report.cases[0].name, &report.cases[0].message] {
        assert!(text.len() <= 64 << 10 && text.len() > 65_000 && text.ends_with('…'), "{}", text.len());
    }
}
