//! How a registry asks who this is (`WWW-Authenticate`).

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use std::collections::BTreeMap;

/// What it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// A token that is to be had elsewhere.
    Bearer {
        /// Where.
        realm: String,
        /// For which registry, as the one there knows it.
        service: Option<String>,
        /// For what.
        scope: Option<String>,
    },
    /// A name and a password.
    Basic,
}

/// What all its headers ask for, a token first.
pub(super) fn read(headers: &HeaderMap) -> Vec<Challenge> {
    let texts = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    let mut asked: Vec<Challenge> = texts.flat_map(schemes).filter_map(known).collect();
    asked.sort_by_key(|challenge| matches!(challenge, Challenge::Basic));
    asked
}

type Scheme = (String, BTreeMap<String, String>);

fn known((scheme, mut parameters): Scheme) -> Option<Challenge> {
    match scheme.as_str() {
        "basic" => Some(Challenge::Basic),
        "bearer" => Some(Challenge::Bearer {
            realm: parameters.remove("realm")?,
            service: parameters.remove("service"),
            scope: parameters.remove("scope"),
        }),
        _ => None,
    }
}

/// `A x="1", y=2, B z="3"`: a word without `=` begins a scheme. What cannot be read ends it.
fn schemes(text: &str) -> Vec<Scheme> {
    let mut found: Vec<Scheme> = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | ',')).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            break;
        }
        rest = match after.strip_prefix('=') {
            None => {
                found.push((word.to_ascii_lowercase(), BTreeMap::new()));
                after
            }
            Some(value) => {
                let Some((value, after)) = parameter(value) else { break };
                if let Some((_, parameters)) = found.last_mut() {
                    parameters.entry(word.to_ascii_lowercase()).or_insert(value);
                }
                after
            }
        };
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    }
    found
}

/// A value, in quotes or not, and what follows it.
fn parameter(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return Some((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, quoted.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Challenge, read};
    use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Challenge::Bearer { realm: realm.to_owned(), service: owned(service), scope: owned(scope) }
    }

    #[test]
    fn what_registries_ask_is_read() {
        for (texts, expected) in [
            (&[r#"Basic realm="Registry Realm""#][..], vec![Challenge::Basic]),
            (
                &[r#"Bearer realm="https://a.example/token",service="r.example",scope="repository:a/b:pull,push""#],
                vec![bearer("https://a.example/token", Some("r.example"), Some("repository:a/b:pull,push"))],
            ),
            (
                &[r#"Basic realm="x", Bearer  realm="https://a",  error="invalid_token""#],
                vec![bearer("https://a", None, None), Challenge::Basic],
            ),
            (&["Basic", "BEARER REALM=https://a"], vec![bearer("https://a", None, None), Challenge::Basic]),
            (&[r#"bearer realm="a\"b""#], vec![bearer("a\"b", None, None)]),
            (&["Bearer", "Negotiate abc==", "", "=", r#"Bearer realm="open"#, ","], vec![]),
        ] {
            let mut headers = HeaderMap::new();
            for text in texts {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(text));
            }
            assert_eq!(read(&headers), expected, "{texts:?}");
        }
    }
}
