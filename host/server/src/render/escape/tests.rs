use super::{csv, html, json, markdown, sarif, terminal, terminal_block, uri, xml};
use crate::render::tests::hostile::{Hostile, corpus};

const MAX: usize = 500;

/// One claim about every hostile string.
fn always(escaped: fn(&str) -> String, claim: fn(&str) -> bool) {
    for Hostile { name, text } in corpus() {
        let out = escaped(&text);
        assert!(claim(&out), "{name}: {out:?}");
    }
}

fn has_control(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

fn has_command(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("::")) || text.contains("##")
}

#[test]
fn a_terminal_gets_one_harmless_line_of_bounded_length() {
    always(|text| terminal(text, MAX), |out| !has_control(out) && !has_command(out));
    // Twice: a text that was escaped before it came here.
    always(|text| terminal(&terminal(text, MAX), MAX), |out| !has_control(out) && !has_command(out));
    always(|text| terminal(text, MAX), |out| out.chars().count() <= MAX * 12);
}

#[test]
fn a_block_keeps_its_lines_and_no_line_is_a_command() {
    always(terminal_block, |out| !has_command(out) && out.lines().all(|line| !has_control(line)));
    assert_eq!(
        terminal_block("Decision: DEPLOY\n\n❌ Unit Tests: 85% (BLOCKING)"),
        "Decision: DEPLOY\n\n❌ Unit Tests: 85% (BLOCKING)\n"
    );
}

#[test]
fn markdown_gets_no_markup_no_link_and_no_mention() {
    let markup = |c: char| "`|[]<>!*_~\\:$.{}^?-+=)".contains(c);
    always(|text| markdown(text, MAX), |out| !has_control(out));
    for Hostile { name, text } in corpus() {
        let out = markdown(&text, MAX);
        let rest = out.replace("&#8203;", "");
        // What is left are letters and references: `&#64;`.
        assert!(!rest.contains(markup), "{name}: {out:?}");
        assert!(!rest.replace("&#", "").contains(['#', '@']), "{name}: {out:?}");
        for marker in ["&#64;", "&#35;"] {
            assert_eq!(out.matches(marker).count(), out.matches(&format!("{marker}&#8203;")).count(), "{name}");
        }
    }
}

#[test]
fn html_gets_neither_tags_nor_ends_of_attributes() {
    always(|text| html(text, MAX), |out| !out.contains(['<', '>', '"', '\'']) && !has_control(out));
}

#[test]
fn xml_that_is_read_back_says_what_one_line_says() {
    for Hostile { name, text } in corpus() {
        let escaped = xml(&text, MAX);
        assert!(!has_control(&escaped) && !escaped.contains(['<', '>', '"', '\'', '\u{fffe}', '\u{ffff}']), "{name}");
        assert!(!escaped.contains("##"), "{name}");
        let read = quick_xml::escape::unescape(&escaped).unwrap();
        let line = tidegate_core::one_line::one_line(&text, MAX);
        assert_eq!(read, line.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"), "{name}");
    }
}

#[test]
fn csv_gets_one_field_and_no_formula() {
    for Hostile { name, text } in corpus() {
        let field = csv(&text, MAX);
        let bare = field.strip_prefix('"').and_then(|field| field.strip_suffix('"'));
        let inside = bare.unwrap_or(&field);
        assert!(!has_control(&field), "{name}");
        assert!(!inside.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{name}: {field:?}");
        assert!(bare.is_some() || !field.contains([',', ';', '"']), "{name}: {field:?}");
        assert!(!inside.replace("\"\"", "").contains('"'), "{name}: {field:?}");
    }
    assert_eq!(csv("\t=1", MAX), "\"'\\u{9}=1\"");
    assert_eq!(csv("a\"b", MAX), "\"a\"\"b\"");
    assert_eq!(csv("plain", MAX), "plain");
}

#[test]
fn json_keeps_its_value_and_loses_what_steers() {
    for Hostile { name, text } in corpus() {
        let pretty = serde_json::to_string_pretty(&serde_json::json!({ "text": text })).unwrap();
        let escaped = json(&pretty);
        assert!(!has_command(&escaped) && escaped.lines().all(|line| !has_control(line)), "{name}");
        let read: serde_json::Value = serde_json::from_str(&escaped).unwrap();
        assert_eq!(read["text"], text.as_str(), "{name}");
    }
}

#[test]
fn sarif_messages_hold_no_links() {
    always(|text| sarif(text, MAX), |out| !out.contains("](") && !has_control(out));
}

#[test]
fn a_uri_is_a_reference_without_foreign_schemes() {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-._~:/?!$&'()*+,;=@%".contains(c);
    for Hostile { name, text } in corpus() {
        let out = uri(&text, MAX);
        assert!(out.chars().all(legal), "{name}: {out:?}");
        assert!(!out.contains(':') || out.starts_with("https://"), "{name}: {out:?}");
    }
    assert_eq!(uri("javascript:alert(1)", MAX), "javascript%3Aalert(1)");
    assert_eq!(uri("src/a b.py", MAX), "src/a%20b.py");
    assert_eq!(uri("https://host:8080/a?b", MAX), "https://host:8080/a?b");
}
