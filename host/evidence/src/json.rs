//! JSON: surveyed for depth and rows before anything is allocated for it, then read by serde; errors say the path.

use crate::{
    error::{Place, ReadError},
    source::Source,
    text,
};
use serde::{Deserialize, de::IgnoredAny};

/// `serde_json` refuses the 128th level by itself, without saying how deep it was.
const DEPTH_MAX: usize = 127;
/// Keys of the outermost object that are looked at to recognise a format.
const KEYS_MAX: usize = 64;

/// What one pass over the bytes shows.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// Whether the outermost value is a list; then the keys are those of the first object in it.
    list: bool,
    /// Keys of one object, with their values where these are texts.
    entries: Vec<(String, Option<String>)>,
}

impl Survey {
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.as_str())
    }

    /// Whether the document is an object with this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        !self.list && self.keys().any(|known| known == key)
    }

    /// Whether the document is a list whose first object has all these keys.
    pub(crate) fn lists(&self, keys: &[&str]) -> bool {
        self.list && keys.iter().all(|key| self.keys().any(|known| known == *key))
    }

    /// The text under this key of the document, which is an object.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        let entry = self.entries.iter().filter(|_| !self.list).find(|(known, _)| known == key);
        entry.and_then(|(_, value)| value.as_deref())
    }
}

/// The survey of the document, made once.
pub(crate) fn survey<'s>(source: &'s Source<'_>) -> Result<&'s Survey, ReadError> {
    if let Some(survey) = source.survey.get() {
        return Ok(survey);
    }
    let survey = Scan::new(source)?.run()?;
    Ok(source.survey.get_or_init(|| survey))
}

/// The document as `T`; an error says the path and what was expected there.
pub(crate) fn parse<'a, T: Deserialize<'a>>(source: &Source<'a>) -> Result<T, ReadError> {
    survey(source)?;
    let text = source.text()?;
    serde_json::from_str(text).map_err(|error| {
        let path = if error.is_data() { path_of_error::<T>(text) } else { None };
        located(source, &error, path)
    })
}

/// Whether the document is JSON at all.
pub(crate) fn syntax(source: &Source<'_>) -> Result<(), ReadError> {
    serde_json::from_str::<IgnoredAny>(source.text()?).map(|_| ()).map_err(|error| located(source, &error, None))
}

/// Reads once more, keeping the path: only a refused document pays for it.
fn path_of_error<'a, T: Deserialize<'a>>(text: &'a str) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let error = serde_path_to_error::deserialize::<_, T>(&mut reader).err()?;
    Some(error.path().to_string()).filter(|path| path != ".")
}

fn located(source: &Source<'_>, error: &serde_json::Error, path: Option<String>) -> ReadError {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&message);
    // Of the very first character, and of a line break, serde_json says column 0.
    let column = column.max(1);
    let place = match path {
        Some(path) => Place::Value { path: text::printable(&path), at: Some((line, column)) },
        None => Place::Line { line, column },
    };
    source.malformed(place, message)
}

/// A walk over the bytes that knows strings and brackets and little else; what is not JSON is left for serde to refuse.
struct Scan<'s, 'a> {
    source: &'s Source<'a>,
    text: &'a str,
    depth_max: usize,
    open: Vec<Bracket>,
    rows: usize,
    survey: Survey,
    /// Of the object whose keys are noted.
    next: Next,
    /// Whether the first object of the outermost list has ended.
    surveyed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Array,
    Object,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Key,
    Value,
}

impl<'s, 'a> Scan<'s, 'a> {
    fn new(source: &'s Source<'a>) -> Result<Self, ReadError> {
        let depth_max = source.limits.depth.min(DEPTH_MAX);
        let text = source.text()?;
        Ok(Self {
            source,
            text,
            depth_max,
            open: Vec::new(),
            rows: 0,
            survey: Survey::default(),
            next: Next::Key,
            surveyed: false,
        })
    }

    fn run(mut self) -> Result<Survey, ReadError> {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'"' => at = self.string(at),
                b'[' => self.enter(Bracket::Array, at)?,
                b'{' => self.enter(Bracket::Object, at)?,
                b']' | b'}' => {
                    self.surveyed |= self.open.len() == 2 && self.is_surveyed();
                    self.open.pop();
                }
                b',' if self.open.last() == Some(&Bracket::Array) => self.row(at)?,
                b',' if self.is_surveyed() => self.next = Next::Key,
                b':' if self.is_surveyed() => self.next = Next::Value,
                _ => {}
            }
        }
        Ok(self.survey)
    }

    /// Skips to behind the closing quote.
    fn string(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = start;
        while let Some(byte) = bytes.get(end).filter(|byte| **byte != b'"') {
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        if self.is_surveyed() {
            self.note(start - 1, end);
        }
        end + 1
    }

    fn note(&mut self, start: usize, end: usize) {
        let text = self.text.get(start..=end).and_then(|quoted| serde_json::from_str::<String>(quoted).ok());
        let entries = &mut self.survey.entries;
        match (self.next, text) {
            (Next::Key, Some(key)) if entries.len() < KEYS_MAX => entries.push((key, None)),
            (Next::Value, Some(value)) => {
                if let Some((_, slot @ None)) = entries.last_mut() {
                    *slot = Some(value);
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, bracket: Bracket, at: usize) -> Result<(), ReadError> {
        self.survey.list |= self.open.is_empty() && bracket == Bracket::Array;
        self.open.push(bracket);
        if self.open.len() > self.depth_max {
            let place = text::place_of(self.text, at - 1);
            return Err(self.source.over(place, "nesting depth", self.open.len(), self.depth_max));
        }
        if bracket == Bracket::Array { self.row(at) } else { Ok(()) }
    }

    /// One element more; an empty array is counted as one too.
    fn row(&mut self, at: usize) -> Result<(), ReadError> {
        self.rows += 1;
        if self.rows > self.source.limits.rows {
            let place = text::place_of(self.text, at - 1);
            return Err(self.source.over(place, "elements of arrays", self.rows, self.source.limits.rows));
        }
        Ok(())
    }

    /// Whether this is the object whose keys are noted: the outermost one, or the first in the outermost list.
    fn is_surveyed(&self) -> bool {
        match self.open.as_slice() {
            [Bracket::Object] => true,
            [Bracket::Array, Bracket::Object] => !self.surveyed,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::survey;
    use crate::{Limits, source::Source};

    #[test]
    fn a_survey_knows_the_outermost_keys_and_their_texts_alone() {
        let limits = Limits::default();
        let text = r#"{"a":"x","b\u0041":{"in":"y"},"c":["z",{"d":1}],"e":1,"f":"q\"," ,"}"#;
        let source = Source::new(text.as_bytes(), &limits);
        let survey = survey(&source).unwrap();
        assert_eq!(survey.keys().collect::<Vec<_>>(), ["a", "bA", "c", "e", "f"]);
        assert_eq!(["a", "bA", "c", "e"].map(|key| survey.text_of(key)), [Some("x"), None, None, None]);
    }

    #[test]
    fn a_survey_of_a_list_knows_the_keys_of_its_first_object_alone() {
        let limits = Limits::default();
        let source = Source::new(br#"[1, [{"x": 1}], {"a": "t", "b": [{"c": 1}]}, {"d": 1}]"#, &limits);
        let survey = survey(&source).unwrap();
        assert_eq!(survey.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert!(survey.lists(&["a", "b"]) && !survey.lists(&["a", "d"]));
        assert!(!survey.has("a") && survey.text_of("a").is_none());
    }

    #[test]
    fn depth_and_elements_over_the_limit_say_both_numbers() {
        let limits = Limits { depth: 3, rows: 4, ..Limits::default() };
        let error = |text: &str| survey(&Source::new(text.as_bytes(), &limits)).err().map(|error| error.to_string());
        assert_eq!(error("[[[1]]]"), None);
        assert_eq!(error(r#"["[[[[", [[1]]]"#), None);
        let deep = "line 2, column 3: too much: nesting depth: 4 used, 3 allowed";
        assert_eq!(error("[{\"a\":\n[ []]}]").as_deref(), Some(deep));
        let many = "line 1, column 9: too much: elements of arrays: 5 used, 4 allowed";
        assert_eq!(error("[1,2,3,4,5]").as_deref(), Some(many));
    }
}
