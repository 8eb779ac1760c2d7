//! Which format a document's content shows.

use crate::{
    error::{Place, Problem, ReadError},
    formats::{self, FormatInfo},
    json::{self, Survey},
    source::Source,
    text,
    xml::{Node, Xml},
};

/// What is seen of a document before it is read.
pub(crate) enum Head<'a> {
    /// The root element's name.
    Xml(&'a str),
    /// The keys of the outermost object.
    Json(&'a Survey),
    /// Neither: the text.
    Text(&'a str),
}

/// The one format that recognises the content.
pub(crate) fn detect(source: &Source<'_>) -> Result<&'static FormatInfo, ReadError> {
    if let Some(kind) = crate::archive::magic(source.bytes) {
        return Err(unrecognised(format!("the bytes are an archive ({kind}), which is unpacked first")));
    }
    let text = source.text()?;
    let head = match text.trim_start().chars().next() {
        Some('<') => Head::Xml(root_name(source)?),
        Some('{' | '[') => Head::Json(json::survey(source)?),
        _ => Head::Text(text),
    };
    if let Some(format) = formats::formats().iter().find(|format| (format.recognises)(&head)) {
        return Ok(format);
    }
    match head {
        Head::Xml(root) => Err(unrecognised(format!("the root element is {}", text::quoted(root)))),
        Head::Json(survey) => {
            json::syntax(source)?;
            Err(unrecognised(seen_json(survey)))
        }
        Head::Text(_) => Err(unrecognised("the text is neither XML nor JSON nor LCOV".to_owned())),
    }
}

fn root_name<'a>(source: &Source<'a>) -> Result<&'a str, ReadError> {
    match Xml::new(source)?.next()? {
        Node::Open(element) => Ok(element.name),
        _ => Err(source.malformed(Place::Document, "no XML element")),
    }
}

fn seen_json(survey: &Survey) -> String {
    if let Some(format) = survey.text_of("format") {
        return format!("JSON whose `format` is {}", text::quoted(format));
    }
    let keys: Vec<String> = survey.keys().take(8).map(text::quoted).collect();
    if keys.is_empty() { "JSON without a key".to_owned() } else { format!("JSON with the keys {}", keys.join(", ")) }
}

fn unrecognised(seen: String) -> ReadError {
    let known = formats::names(|format| format.name != formats::OPAQUE);
    ReadError { format: None, place: Place::Document, problem: Problem::Unrecognised { seen, known } }
}
