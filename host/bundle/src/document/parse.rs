//! YAML text to a positioned tree.

use super::{
    DEPTH_MAX, FILE_BYTES_MAX, Mistakes, Position,
    positions::escaped,
    scalar::resolve,
    tree::{Entry, Kind, Node},
    words::quoted,
};
use granit_parser::{Event, Marker, Parser, ScalarStyle};
use serde_json::Value;
use std::collections::HashMap;

/// The tree of a file. `None`: it cannot be read at all, and the mistakes say why.
/// A key that is given twice is a mistake too, but the rest of the file can still be looked at.
pub(super) fn parse(text: &str, mistakes: &mut Mistakes) -> Option<Node> {
    if text.len() > FILE_BYTES_MAX {
        let message = format!("the file is too large: {} bytes used, {FILE_BYTES_MAX} allowed", text.len());
        mistakes.push(Position::START, String::new(), message, None);
        return None;
    }
    let mut builder = Builder { mistakes, frames: Vec::new(), root: None, documents: 0, readable: Readable::Yes };
    let options = granit_parser::options! { emit_anchor_events: true, emit_comments: false };
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((event, span)) => {
                if let Some(tag) = span.tag_span() {
                    builder.refuse_indirection(place(&tag.start), "tags");
                } else {
                    builder.event(event, place(&span.start));
                }
            }
            Err(error) => {
                let message = format!("not readable as YAML: {}", error.info());
                builder.refuse(place(error.marker()), message, None);
            }
        }
        if builder.readable == Readable::No {
            return None;
        }
    }
    if builder.root.is_none() {
        builder.refuse(Position::START, "the file is empty".to_owned(), None);
    }
    builder.root
}

fn place(marker: &Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

/// Whether the events so far make a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readable {
    Yes,
    No,
}

struct Builder<'a> {
    mistakes: &'a mut Mistakes,
    frames: Vec<Frame>,
    root: Option<Node>,
    documents: usize,
    readable: Readable,
}

/// A list or mapping whose end has not come yet.
enum Frame {
    List { at: Position, items: Vec<Node> },
    Map { at: Position, entries: Vec<Entry>, seen: HashMap<String, Position>, key: Option<(String, Position)> },
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, at: Position) {
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(..) => self.document(at),
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.refuse_indirection(at, "aliases"),
            Event::Anchor(..) => self.refuse_indirection(at, "anchors"),
            Event::Scalar(text, style, ..) => self.scalar(&text, style, at),
            Event::SequenceStart(..) => self.open(Frame::List { at, items: Vec::new() }, at),
            Event::MappingStart(..) => {
                self.open(Frame::Map { at, entries: Vec::new(), seen: HashMap::new(), key: None }, at);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            // Comments come or not, as some other crate switches a feature; a new kind of node must not be passed over.
            other if other.is_node() => self.refuse(at, "this kind of YAML is not supported".to_owned(), None),
            _ => {}
        }
    }

    fn document(&mut self, at: Position) {
        self.documents += 1;
        if self.documents > 1 {
            let message = "a second document in one file: 2 used, 1 allowed".to_owned();
            self.refuse(at, message, Some("put it into a file of its own".to_owned()));
        }
    }

    fn refuse(&mut self, at: Position, message: String, hint: Option<String>) {
        self.readable = Readable::No;
        self.mistakes.push(at, self.pointer(), message, hint);
    }

    /// An anchor is told of after the value that has it, so that only its place is known here, not its pointer.
    fn refuse_indirection(&mut self, at: Position, what: &str) {
        self.readable = Readable::No;
        let hint = Some("write the value out".to_owned());
        self.mistakes.push(at, String::new(), format!("{what} are not supported"), hint);
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, at: Position) {
        let value = if style == ScalarStyle::Plain { resolve(text) } else { Ok(Value::String(text.to_owned())) };
        match value {
            Ok(value) => self.complete(Node { at, kind: Kind::Scalar(value) }),
            Err(error) => {
                let hint = "if it is meant as a text, put it in quotes".to_owned();
                self.refuse(at, format!("{} {error}", quoted(text)), Some(hint));
            }
        }
    }

    fn open(&mut self, frame: Frame, at: Position) {
        if self.frames.len() >= DEPTH_MAX {
            let message = format!("nested too deep: {} levels used, {DEPTH_MAX} allowed", self.frames.len() + 1);
            self.refuse(at, message, None);
            return;
        }
        self.frames.push(frame);
    }

    fn close(&mut self) {
        let node = match self.frames.pop() {
            Some(Frame::List { at, items }) => Node { at, kind: Kind::List(items) },
            Some(Frame::Map { at, entries, .. }) => Node { at, kind: Kind::Map(entries) },
            None => return,
        };
        self.complete(node);
    }

    /// Puts a complete node to where it belongs.
    fn complete(&mut self, node: Node) {
        match self.frames.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map { entries, seen, key, .. }) => match key.take() {
                Some((name, key_at)) => {
                    let first = *seen.entry(name.clone()).or_insert(key_at);
                    if first == key_at {
                        entries.push(Entry { key: name, key_at, value: node });
                    } else {
                        self.given_twice(&name, key_at, first);
                    }
                }
                None => match node.kind {
                    Kind::Scalar(Value::String(name)) => *key = Some((name, node.at)),
                    _ => {
                        let hint = Some("put it in quotes".to_owned());
                        self.refuse(node.at, "a key has to be a text".to_owned(), hint);
                    }
                },
            },
        }
    }

    fn given_twice(&mut self, name: &str, at: Position, first: Position) {
        let pointer = format!("{}/{}", self.pointer(), escaped(name));
        let message = format!("key {} is given twice: first at {}:{}", quoted(name), first.line, first.column);
        self.mistakes.push(at, pointer, message, None);
    }

    /// Of the value that is being read.
    fn pointer(&self) -> String {
        self.frames.iter().fold(String::new(), |mut pointer, frame| {
            match frame {
                Frame::List { items, .. } => pointer.push_str(&format!("/{}", items.len())),
                Frame::Map { key: Some((name, _)), .. } => pointer.push_str(&format!("/{}", escaped(name))),
                Frame::Map { key: None, .. } => {}
            }
            pointer
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Mistakes, parse};
    use crate::document::{DEPTH_MAX, FILE_BYTES_MAX};
    use serde_json::json;

    fn mistakes_of(text: &str) -> Vec<String> {
        let mut mistakes = Mistakes::of("f");
        let _ = parse(text, &mut mistakes);
        mistakes.sorted().iter().map(|m| format!("{}:{} {} {}", m.line, m.column, m.pointer, m.message)).collect()
    }

    #[test]
    fn a_tree_is_the_document() {
        let mut mistakes = Mistakes::of("f");
        let text = "a: 1 # one\nb: [x, 'y', \"1\", {c: ~}]\nd:\n- e: |\n    two\n    lines\n";
        let node = parse(text, &mut mistakes).unwrap();
        assert!(mistakes.is_empty());
        assert_eq!(node.to_json(), json!({"a": 1, "b": ["x", "y", "1", {"c": null}], "d": [{"e": "two\nlines\n"}]}));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let cases = [
            ("", "1:1  the file is empty"),
            ("# nothing\n", "1:1  the file is empty"),
            ("a: 1\n---\nb: 2\n", "2:1  a second document in one file: 2 used, 1 allowed"),
            ("a: &x 1\nb: 2\n", "1:4  anchors are not supported"),
            ("a: !!str 1\n", "1:4  tags are not supported"),
            ("a:\n  b: 1e999\n", "2:6 /a/b `1e999` is too large or too small a number"),
            ("a: [.nan]\n", "1:5 /a/0 `.nan` is not a finite number"),
            ("1: x\n", "1:1  a key has to be a text"),
            ("? [a]\n: x\n", "1:3  a key has to be a text"),
            ("a: 1\nb: 2\na: 3\n", "3:1 /a key `a` is given twice: first at 1:1"),
        ];
        for (text, mistake) in cases {
            assert_eq!(mistakes_of(text), [mistake], "{text}");
        }
        for text in ["a: [1, 2\n", "a: b: c\n", "a: 'x\n", "a: *x\n", "%YAML 1.2\n"] {
            let mistakes = mistakes_of(text);
            assert!(mistakes.len() == 1 && mistakes[0].contains("not readable as YAML: "), "{text}: {mistakes:?}");
        }
    }

    #[test]
    fn laughing_a_billion_times_is_refused_at_the_first_anchor() {
        let text = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n";
        assert_eq!(mistakes_of(text), ["1:4  anchors are not supported"]);
    }

    #[test]
    fn depth_and_size_have_limits_that_say_both_numbers() {
        let deep = format!("{}{}", "[".repeat(DEPTH_MAX + 1), "]".repeat(DEPTH_MAX + 1));
        let mistakes = mistakes_of(&deep);
        assert!(mistakes[0].ends_with("nested too deep: 65 levels used, 64 allowed"), "{mistakes:?}");
        assert!(mistakes_of(&format!("{}{}", "[".repeat(DEPTH_MAX), "]".repeat(DEPTH_MAX))).is_empty());
        let large = "#".repeat(FILE_BYTES_MAX + 1);
        assert_eq!(mistakes_of(&large), ["1:1  the file is too large: 1048577 bytes used, 1048576 allowed"]);
    }
}
