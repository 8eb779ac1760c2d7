//! A pull reader over XML that refuses what evidence never needs: DTDs, entities of its own, other encodings, depth.

use crate::{
    error::{Place, ReadError},
    source::Source,
    text::{place_of, quoted},
};
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event, attributes::Attributes},
};
use std::borrow::Cow;

/// Attributes of one element. No report needs a tenth of it, and looking one up is a walk over all.
const ATTRIBUTES_MAX: usize = 256;

/// What comes next in a document.
pub(crate) enum Node<'a> {
    /// An element begins.
    Open(Element<'a>),
    /// A piece of text inside the root element; one text may come in several.
    Text(Cow<'a, str>),
    /// The innermost open element ends. An empty element ends too.
    Close,
    /// The root element has ended and nothing is missing.
    End,
}

/// An element's begin.
pub(crate) struct Element<'a> {
    /// Without its namespace prefix.
    pub(crate) name: &'a str,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    offset: usize,
}

impl Element<'_> {
    /// An attribute's value, normalised.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_ref())
    }

    /// An attribute's value, when it is not blank.
    pub(crate) fn stated(&self, name: &str) -> Option<&str> {
        self.attribute(name).filter(|value| !value.trim().is_empty())
    }
}

/// The reader. Elements are balanced and there is exactly one root, or it is an error.
pub(crate) struct Xml<'s, 'a> {
    source: &'s Source<'a>,
    text: &'a str,
    reader: Reader<&'a [u8]>,
    open: usize,
    roots: usize,
}

impl<'s, 'a> Xml<'s, 'a> {
    pub(crate) fn new(source: &'s Source<'a>) -> Result<Self, ReadError> {
        let text = source.text()?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { source, text, reader, open: 0, roots: 0 })
    }

    pub(crate) fn next(&mut self) -> Result<Node<'a>, ReadError> {
        loop {
            let offset = self.offset();
            let event = self.reader.read_event().map_err(|error| self.syntax(&error))?;
            let node = match event {
                Event::Start(start) => Some(self.element(&start, offset).map(Node::Open)?),
                Event::End(_) => {
                    self.open -= 1;
                    Some(Node::Close)
                }
                Event::Text(text) => {
                    let text = text.xml10_content().map_err(|error| self.at(offset, &error.to_string()))?;
                    self.inside(text, offset)?
                }
                Event::CData(text) => {
                    let text = text.xml10_content().map_err(|error| self.at(offset, &error.to_string()))?;
                    self.inside(text, offset)?
                }
                Event::GeneralRef(reference) => self.inside(self.resolved(&reference, offset)?, offset)?,
                Event::DocType(doctype) => {
                    self.refuse_subset(&doctype, offset)?;
                    None
                }
                Event::Decl(declaration) => {
                    let encoding = declaration.encoding().transpose();
                    let encoding = encoding.map_err(|error| self.at(offset, &error.to_string()))?;
                    self.refuse_encoding(encoding.as_deref().unwrap_or(b"utf-8"), offset)?;
                    None
                }
                Event::Comment(_) | Event::PI(_) => None,
                Event::Eof => Some(self.end()?),
                Event::Empty(_) => None, // expanded by the reader's configuration
            };
            if let Some(node) = node {
                return Ok(node);
            }
        }
    }

    /// An error at the element.
    pub(crate) fn at_element(&self, element: &Element<'_>, what: &str) -> ReadError {
        self.at(element.offset, what)
    }

    /// Counts one row more.
    pub(crate) fn row(&self, rows: &mut usize, what: &'static str) -> Result<(), ReadError> {
        *rows += 1;
        if *rows > self.source.limits.rows {
            return Err(self.source.over(self.place(self.offset()), what, *rows, self.source.limits.rows));
        }
        Ok(())
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn place(&self, offset: usize) -> Place {
        place_of(self.text, offset)
    }

    fn at(&self, offset: usize, what: &str) -> ReadError {
        self.source.malformed(self.place(offset), what)
    }

    fn syntax(&self, error: &quick_xml::Error) -> ReadError {
        let offset = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
        self.at(offset, &error.to_string())
    }

    fn element(&mut self, start: &BytesStart<'a>, offset: usize) -> Result<Element<'a>, ReadError> {
        if self.open == 0 {
            self.roots += 1;
            if self.roots > 1 {
                return Err(self.at(offset, "a second root element"));
            }
        }
        self.open += 1;
        if self.open > self.source.limits.depth {
            return Err(self.source.over(self.place(offset), "nesting depth", self.open, self.source.limits.depth));
        }
        // The slices of the event live as long as the event; the same slices of the document live as long as it.
        let content = self.text.get(offset + 1..offset + 1 + start.len()).unwrap_or_default();
        let name_length = start.name().as_ref().len();
        let name = content.get(..name_length).unwrap_or_default();
        let attributes = self.attributes(content, name_length, offset)?;
        Ok(Element { name: name.rsplit(':').next().unwrap_or(name), attributes, offset })
    }

    fn attributes(
        &self,
        content: &'a str,
        name_length: usize,
        offset: usize,
    ) -> Result<Vec<(&'a str, Cow<'a, str>)>, ReadError> {
        let mut found: Vec<(&str, Cow<'a, str>)> = Vec::new();
        for attribute in Attributes::new(content, name_length).with_checks(false) {
            let attribute = attribute.map_err(|error| self.at(offset, &error.to_string()))?;
            let key = std::str::from_utf8(attribute.key.0).unwrap_or_default();
            if found.len() == ATTRIBUTES_MAX {
                let used = found.len() + 1;
                return Err(self.source.over(self.place(offset), "attributes of one element", used, ATTRIBUTES_MAX));
            }
            if found.iter().any(|(known, _)| *known == key) {
                return Err(self.at(offset, &format!("attribute {} comes twice", quoted(key))));
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            found.push((key, value.map_err(|error| self.at(offset, &error.to_string()))?));
        }
        Ok(found)
    }

    fn inside(&self, text: Cow<'a, str>, offset: usize) -> Result<Option<Node<'a>>, ReadError> {
        if self.open > 0 {
            return Ok(Some(Node::Text(text)));
        }
        if text.trim().is_empty() { Ok(None) } else { Err(self.at(offset, "text outside the root element")) }
    }

    fn resolved(&self, reference: &BytesRef<'a>, offset: usize) -> Result<Cow<'a, str>, ReadError> {
        if let Some(character) = reference.resolve_char_ref().map_err(|error| self.at(offset, &error.to_string()))? {
            return Ok(Cow::Owned(character.to_string()));
        }
        let name = reference.decode().map_err(|error| self.at(offset, &error.to_string()))?;
        resolve_predefined_entity(&name).map(Cow::Borrowed).ok_or_else(|| {
            self.at(offset, &format!("entity {} is not one of XML's own five; no other is expanded", quoted(&name)))
        })
    }

    /// `<!DOCTYPE coverage SYSTEM "…">` names a DTD, which is not fetched. A DTD inside the document is refused.
    fn refuse_subset(&self, doctype: &[u8], offset: usize) -> Result<(), ReadError> {
        let declares = |name: &[u8]| doctype.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name));
        if declares(b"[") || declares(b"<!ENTITY") {
            return Err(self.at(offset, "the document brings its own DTD; DTDs and entities are refused"));
        }
        Ok(())
    }

    fn refuse_encoding(&self, encoding: &[u8], offset: usize) -> Result<(), ReadError> {
        if [b"utf-8".as_slice(), b"utf8", b"us-ascii", b"ascii"]
            .iter()
            .any(|known| encoding.eq_ignore_ascii_case(known))
        {
            return Ok(());
        }
        let encoding = quoted(&String::from_utf8_lossy(encoding));
        Err(self.at(offset, &format!("the document declares the encoding {encoding}; only UTF-8 is read")))
    }

    fn end(&self) -> Result<Node<'a>, ReadError> {
        match (self.open, self.roots) {
            (0, 0) => Err(self.at(self.text.len(), "no XML element")),
            (0, _) => Ok(Node::End),
            (1, _) => Err(self.at(self.text.len(), "the document ends inside 1 open element")),
            (open, _) => Err(self.at(self.text.len(), &format!("the document ends inside {open} open elements"))),
        }
    }
}
