//! Names in a module's text, without strings and comments.

/// A name, or several joined by points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) path: &'a str,
    /// Counted from 1.
    pub(super) line: u32,
    /// Whether a parenthesis follows.
    pub(super) is_called: bool,
}

/// All of them, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    // What follows a point belongs to the value before it: `input.a["b"].http.send`.
    let mut after_point = false;
    while let Some(first) = rest.chars().next() {
        let length = length(rest, first);
        let (part, behind) = rest.split_at(length);
        if is_first(first) && !after_point {
            tokens.push(Token { path: part, line, is_called: behind.starts_with('(') });
        }
        line += u32::try_from(part.matches('\n').count()).unwrap_or(0);
        after_point = first == '.';
        rest = behind;
    }
    tokens
}

/// Bytes of what begins here: a name, a string, a comment, or one character.
fn length(text: &str, first: char) -> usize {
    match first {
        '#' => text.find('\n').unwrap_or(text.len()),
        '"' => quoted(text),
        '`' => text[1..].find('`').map_or(text.len(), |end| end + 2),
        first if is_first(first) => path(text),
        first => first.len_utf8(),
    }
}

fn quoted(text: &str) -> usize {
    let mut ends = text.char_indices().skip(1).filter(|(at, c)| *c == '"' && !escaped(text, *at));
    ends.next().map_or(text.len(), |(at, _)| at + 1)
}

fn escaped(text: &str, at: usize) -> bool {
    text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// A name with those that are joined to it by a point and nothing else.
fn path(text: &str) -> usize {
    let mut end = name(text);
    while let Some(next) = text[end..].strip_prefix('.').filter(|next| next.starts_with(is_first)) {
        end += 1 + name(next);
    }
    end
}

fn name(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn is_first(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
