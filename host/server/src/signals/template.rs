//! Queries with blanks: `{{ service }}`, `{{ version }}` and `{{ environment }}` inside of PromQL's quotes.
//!
//! **Invariant:** what is filled in is a part of the text between its quotes, whatever its characters are. Compared by a regular expression
//! (`=~`, `!~`) it stands for itself there, and several values are alternatives; anywhere else there is exactly one.

use super::About;
use std::fmt::Write as _;

/// What a blank begins with.
const OPEN: &str = "{{";
/// What it ends with.
const CLOSE: &str = "}}";
/// What regular expressions take for more than itself.
const OF_EXPRESSIONS: &str = r"\.+*?()|[]{}^$";

/// Why a query cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A blank that nobody fills.
    #[error("nothing is known as `{{{{ {0} }}}}`: expected `service`, `version` or `environment`")]
    Unknown(String),
    /// A blank that does not end.
    #[error("`{{{{` without `}}}}` after it")]
    Open,
    /// A blank where PromQL would read its value as a part of the query.
    #[error("`{{{{ {0} }}}}` stands outside of quotes")]
    Unquoted(&'static str),
    /// A text that does not end.
    #[error("a quoted text does not end")]
    Quote,
    /// Several values where there is room for one.
    #[error("`{{{{ {name} }}}}` is {count} values here: compare it by `=~`")]
    Several {
        /// Of which blank.
        name: &'static str,
        /// How many there are.
        count: usize,
    },
    /// A value that ends the text it would stand in.
    #[error("`{{{{ {0} }}}}` holds a backtick and stands between backticks: take other quotes")]
    Backtick(&'static str),
}

/// What may be filled in.
#[derive(Debug, Clone, Copy)]
enum Blank {
    Service,
    Version,
    Environment,
}

impl Blank {
    fn parse(name: &str) -> Result<Self, TemplateError> {
        let all = [Self::Service, Self::Version, Self::Environment];
        all.into_iter()
            .find(|blank| blank.name() == name)
            .ok_or_else(|| TemplateError::Unknown(name.chars().take(40).collect()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Version => "version",
            Self::Environment => "environment",
        }
    }

    fn values(self, about: &About) -> &[String] {
        match self {
            Self::Service => &about.services,
            Self::Version => &about.versions,
            Self::Environment => std::slice::from_ref(&about.environment),
        }
    }
}

/// The text that a blank stands in.
#[derive(Debug, Clone, Copy)]
struct Inside {
    quote: char,
    is_expression: bool,
}

enum Piece<'a> {
    Text(&'a str),
    Blank(Blank, Inside),
}

/// Says whether every blank of a query can be filled.
pub fn looked_through(query: &str) -> Result<(), TemplateError> {
    pieces(query).map(|_| ())
}

/// The query, asked of one deployment.
pub fn filled(query: &str, about: &About) -> Result<String, TemplateError> {
    let mut all = String::with_capacity(query.len());
    for piece in pieces(query)? {
        match piece {
            Piece::Text(text) => all.push_str(text),
            Piece::Blank(blank, inside) => all.push_str(&value(blank, inside, about)?),
        }
    }
    Ok(all)
}

fn value(blank: Blank, inside: Inside, about: &About) -> Result<String, TemplateError> {
    let text = match (blank.values(about), inside.is_expression) {
        ([one], false) => one.clone(),
        ([one], true) => literally(one),
        (several, true) if !several.is_empty() => {
            let alternatives: Vec<String> = several.iter().map(|one| literally(one)).collect();
            format!("(?:{})", alternatives.join("|"))
        }
        (several, _) => return Err(TemplateError::Several { name: blank.name(), count: several.len() }),
    };
    match inside.quote {
        '`' if text.contains('`') => Err(TemplateError::Backtick(blank.name())),
        '`' => Ok(text),
        quote => Ok(between(quote, &text)),
    }
}

/// As a regular expression that fits nothing but this.
fn literally(value: &str) -> String {
    let mut all = String::with_capacity(value.len());
    for c in value.chars() {
        if OF_EXPRESSIONS.contains(c) {
            all.push('\\');
        }
        all.push(c);
    }
    all
}

/// As it is written between these quotes.
fn between(quote: char, text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => all.push_str("\\\\"),
            c if c == quote => all.extend(['\\', c]),
            c if c.is_control() => {
                // Writing into a String cannot fail.
                let _ = write!(all, "\\u{:04x}", u32::from(c));
            }
            c => all.push(c),
        }
    }
    all
}

/// Where PromQL reads what.
enum Reading {
    Query,
    Comment,
    Text(Inside),
}

fn pieces(query: &str) -> Result<Vec<Piece<'_>>, TemplateError> {
    let (mut found, mut reading, mut from, mut at) = (Vec::new(), Reading::Query, 0, 0);
    while let Some((c, rest)) = query.get(at..).and_then(|rest| Some((rest.chars().next()?, rest))) {
        let is_blank = rest.starts_with(OPEN) && !matches!(reading, Reading::Comment);
        if is_blank {
            let inner = rest.get(OPEN.len()..).and_then(|inner| inner.split_once(CLOSE));
            let (name, _) = inner.ok_or(TemplateError::Open)?;
            let blank = Blank::parse(name.trim())?;
            let Reading::Text(inside) = reading else { return Err(TemplateError::Unquoted(blank.name())) };
            found.extend([Piece::Text(query.get(from..at).unwrap_or_default()), Piece::Blank(blank, inside)]);
            at += OPEN.len() + name.len() + CLOSE.len();
            from = at;
            continue;
        }
        let next = at + c.len_utf8();
        at = next;
        match (&reading, c) {
            (Reading::Query, '#') => reading = Reading::Comment,
            (Reading::Query, '"' | '\'' | '`') => {
                let before = query.get(..next - 1).unwrap_or_default().trim_end();
                let is_expression = before.ends_with("=~") || before.ends_with("!~");
                reading = Reading::Text(Inside { quote: c, is_expression });
            }
            (Reading::Comment, '\n') => reading = Reading::Query,
            (Reading::Text(inside), '\\') if inside.quote != '`' => {
                at += query.get(next..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            }
            (Reading::Text(inside), c) if c == inside.quote => reading = Reading::Query,
            _ => {}
        }
    }
    if matches!(reading, Reading::Text(_)) {
        return Err(TemplateError::Quote);
    }
    found.push(Piece::Text(query.get(from..).unwrap_or_default()));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{TemplateError, filled, looked_through};
    use crate::signals::About;

    fn about(services: &[&str], version: &str) -> About {
        let versions = services.iter().map(|_| version.to_owned()).collect();
        About {
            services: services.iter().map(ToString::to_string).collect(),
            environment: "production".to_owned(),
            versions,
        }
    }

    #[test]
    fn what_is_filled_in_stays_between_its_quotes() {
        for (query, services, version, expected) in [
            (r#"up{job="{{ service }}"}"#, &["api"][..], "1", r#"up{job="api"}"#),
            (r#"up{job="{{service}}-x"}"#, &["web.x"], "1", r#"up{job="web.x-x"}"#),
            (r#"up{job=~"{{ service }}"}"#, &["web.x"], "1", r#"up{job=~"web\\.x"}"#),
            ("up{job=~`{{ service }}`}", &["web.x"], "1", r"up{job=~`web\.x`}"),
            (r#"up{job !~ '{{ service }}.*'}"#, &["a", "b.c"], "1", r"up{job !~ '(?:a|b\\.c).*'}"),
            (r#"up{v="{{ version }}"}"#, &["a"], r#"1"} or vector(0) #"#, r#"up{v="1\"} or vector(0) #"}"#),
            (r#"up{v=~"{{ version }}"}"#, &["a"], r#"1"|.*"#, r#"up{v=~"1\"\\|\\.\\*"}"#),
            (r#"up{v='{{ version }}'}"#, &["a"], r#"'"\"#, r#"up{v='\'"\\'}"#),
            (r#"up{v=~"{{ version }}"}"#, &["a"], r"1\d", r#"up{v=~"1\\\\d"}"#),
            // What is filled in is not looked through again.
            (
                r#"up{v="{{ version }}",e="{{ environment }}"}"#,
                &["a"],
                "{{ environment }}",
                r#"up{v="{{ environment }}",e="production"}"#,
            ),
            (r#"up{a="\"{{ service }}"}"#, &["a"], "1", r#"up{a="\"a"}"#),
            ("up # {{ nobody }} \"\n + 1", &["a"], "1", "up # {{ nobody }} \"\n + 1"),
            ("rate(x[5m])", &["a", "b"], "1", "rate(x[5m])"),
        ] {
            assert_eq!(filled(query, &about(services, version)).as_deref(), Ok(expected), "{query}");
        }
    }

    #[test]
    fn a_query_that_cannot_be_filled_says_why() {
        let unknown = || TemplateError::Unknown("servce".to_owned());
        for (query, expected) in [
            (r#"up{job="{{ servce }}"}"#, unknown()),
            ("up{job={{ service }}}", TemplateError::Unquoted("service")),
            (r#"up{job="{{ service }"}"#, TemplateError::Open),
            (r#"up{job="{{ service }}}"#, TemplateError::Quote),
        ] {
            assert_eq!(looked_through(query), Err(expected), "{query}");
        }
        let several = about(&["a", "b"], "1");
        let expected = TemplateError::Several { name: "service", count: 2 };
        assert_eq!(filled(r#"up{job="{{ service }}"}"#, &several), Err(expected));
        assert_eq!(filled("up{v=`{{ version }}`}", &about(&["a"], "`")), Err(TemplateError::Backtick("version")));
    }
}
